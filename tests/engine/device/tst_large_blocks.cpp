// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/large_blocks.h"
#include "engine/device/memory.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sum.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace msrl::device {
namespace {

bool beginsOnHugePage(const at::Tensor& x)
{
    return reinterpret_cast<std::uintptr_t>(x.const_data_ptr()) % kLargeBlock == 0;
}

TEST(LargeBlocks, beginOnHugePagesAndGoBackAtOnceFromAnyThread)
{
    const at::Tensor before = at::arange(1 << 20, at::kInt); // of LibTorch's own allocator
    mapLargeBlocks();
    mapLargeBlocks();
    constexpr std::int64_t kMegabyte = std::int64_t { 1 } << 20;
    const std::uint64_t empty = memoryUse().residentBytes;
    std::uint64_t full = 0;
    std::thread([&] {
        const at::Tensor block = at::ones({ 256 * kMegabyte }, at::kByte);
        full = memoryUse().residentBytes;
        EXPECT_TRUE(beginsOnHugePage(block));
        EXPECT_EQ(block.narrow(0, 5, 100).sum().item<std::int64_t>(), 100);
    }).join();
    EXPECT_GT(full, empty + 250 * kMegabyte);
    EXPECT_LT(memoryUse().residentBytes, empty + 10 * kMegabyte);
    EXPECT_EQ(
        before.sum().item<std::int64_t>(), ((std::int64_t { 1 } << 20) - 1) * (std::int64_t { 1 } << 19));
}

TEST(LargeBlocks, areCopiedAndKeptLikeOthers)
{
    mapLargeBlocks();
    at::Tensor copy;
    {
        const at::Tensor block = at::arange(std::int64_t { 1 } << 20, at::kLong); // 8 MB
        copy = block.clone();
    }
    EXPECT_TRUE(beginsOnHugePage(copy));
    EXPECT_EQ(copy.narrow(0, 1000, 3).sum().item<std::int64_t>(), 3003);
    const at::Tensor small = at::ones({ 1000 });
    EXPECT_EQ(small.sum().item<float>(), 1000.0F);
}

} // namespace
} // namespace msrl::device
