// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/device.h"
#include "engine/device/memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace msrl::device {
namespace {

TEST(Device, readsNames)
{
    EXPECT_TRUE(parseDevice("cpu")->is_cpu());
    EXPECT_EQ(*parseDevice("cuda"), c10::Device(c10::kCUDA));
    EXPECT_EQ(*parseDevice("cuda:3"), c10::Device(c10::kCUDA, 3));
    EXPECT_EQ(*parseDtype("bf16"), c10::ScalarType::BFloat16);
    EXPECT_EQ(dtypeName(*parseDtype("float64")), "float64");
}

TEST(Device, refusesWhatItDoesNotKnow)
{
    for (const char* name :
        { "tpu", "", "CPU", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cuda:999", "cuda: 1" })
        EXPECT_EQ(parseDevice(name).error().code, base::ErrorCode::BadInput) << name;
    EXPECT_FALSE(parseDtype("int8"));
    EXPECT_FALSE(setThreads(numProcessors() + 1));
}

TEST(Memory, growsWithWhatIsTouched)
{
    const auto before = memoryUse().residentBytes;
    const std::vector<char> block(std::size_t { 64 } << 20, 1);
    EXPECT_GE(memoryUse().residentBytes, before + (std::size_t { 48 } << 20));
    EXPECT_GE(memoryUse().peakResidentBytes, memoryUse().residentBytes);
    EXPECT_EQ(block.back(), 1);
}

} // namespace
} // namespace msrl::device
