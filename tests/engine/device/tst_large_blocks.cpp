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

TEST(LargeBlocks, beginOnHugePagesAndGoBackFromAnyThread)
{
    const at::Tensor before = at::arange(1 << 20, at::kInt); // of LibTorch's own allocator
    mapLargeBlocks();
    mapLargeBlocks();
    constexpr std::int64_t kMegabyte = std::int64_t { 1 } << 20;
    constexpr std::int64_t kMoreThanIsKept = static_cast<std::int64_t>(kMostKept) + kMegabyte;
    const std::uint64_t empty = memoryUse().residentBytes;
    std::uint64_t full = 0;
    std::thread([&] {
        const at::Tensor block = at::ones({ kMoreThanIsKept }, at::kByte);
        full = memoryUse().residentBytes;
        EXPECT_TRUE(beginsOnHugePage(block));
        EXPECT_EQ(block.narrow(0, 5, 100).sum().item<std::int64_t>(), 100);
    }).join();
    EXPECT_GT(full, empty + kMostKept);
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
    const void* place = copy.const_data_ptr();
    copy = at::Tensor();
    EXPECT_EQ(at::ones({ std::int64_t { 2 } << 20 }).const_data_ptr(), place); // 8 MB again
    const at::Tensor small = at::ones({ 1000 });
    EXPECT_EQ(small.sum().item<float>(), 1000.0F);
}

// What is kept makes room for what is fresh: together they are no more than was in use before.
TEST(LargeBlocks, freshOnesTakeTheRoomOfThoseThatWereFreed)
{
    mapLargeBlocks();
    constexpr std::int64_t kBlock = std::int64_t { 30 } << 20; // two would be kept
    const std::uint64_t empty = memoryUse().residentBytes;
    for (std::int64_t more = 0; more < 5; ++more) {
        const at::Tensor block = at::ones({ kBlock + (more << 21) }, at::kByte);
        EXPECT_LT(memoryUse().residentBytes, empty + kBlock + (std::uint64_t { 20 } << 20));
    }
}

} // namespace
} // namespace msrl::device
