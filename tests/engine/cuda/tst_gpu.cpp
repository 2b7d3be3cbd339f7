// SPDX-License-Identifier: GPL-3.0-or-later
// The plug-in itself on a card: ATen's CUDA part, the device's memory, NCCL with one rank.
#include "engine/device/cuda_plugin.h"
#include "engine/device/device.h"
#include "tests/engine/parallel/thread_ranks.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>

using namespace msrl;

TEST(Gpu, computesAndJoinsRanks)
{
    ::setenv("MSRL_CUDA_PLUGIN", MSRL_CUDA_PLUGIN_FILE, 1);
    const auto device = device::openNamedDevice("cuda:0");
    if (!device)
        GTEST_SKIP() << device.error().message();
    const auto plugin = device::loadCudaPlugin();
    ASSERT_TRUE(plugin.ok());
    const at::Tensor ones
        = at::full({ 256, 256 }, 1.0, at::TensorOptions().dtype(at::kFloat).device(*device));
    EXPECT_TRUE(at::matmul(ones, ones).cpu().eq(256).all().item<bool>());
    const auto memory = (*plugin)->memory(0);
    ASSERT_TRUE(memory.ok()) << memory.error().message();
    EXPECT_GE(memory->usedBytes, ones.nbytes());
    EXPECT_GT(memory->totalBytes, memory->usedBytes);
    test::onRanks(1, [&](parallel::ExchangeCommunicator& processes) {
        const auto ranks = (*plugin)->joinDevices(processes, 0, std::chrono::minutes(1));
        ASSERT_TRUE(ranks.ok()) << ranks.error().message();
        EXPECT_TRUE((*ranks)->allReduce(ones).ok());
        EXPECT_TRUE((*ranks)->broadcast(ones, 0).ok());
        EXPECT_TRUE((*ranks)->reduceShares({ ones.view({ -1 }) }).ok());
        EXPECT_TRUE(ones.cpu().eq(1).all().item<bool>());
    });
}
