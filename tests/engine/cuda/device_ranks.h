// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks with a device each, as threads: the double of NCCL over the double of MPI.
#pragma once

#include "engine/cuda/nccl_communicator.h"
#include "tests/engine/cuda/nccl_double.h"
#include "tests/engine/parallel/thread_ranks.h"

#include <ATen/ops/full.h>

namespace msrl::test {

inline constexpr std::chrono::milliseconds kLong = std::chrono::minutes(5);

inline base::Result<std::unique_ptr<cuda::NcclCommunicator>> startOn(NcclDouble& nccl,
    parallel::ExchangeCommunicator& processes, c10::DeviceType type = c10::kCPU,
    std::chrono::milliseconds patience = kLong)
{
    return cuda::NcclCommunicator::start(
        processes, NcclDouble::functions(), nccl.stream(processes.rank(), type), patience);
}

// Runs `work` on ranks joined by the double, and expects no misuse of NCCL.
inline void onDevices(NcclDouble& nccl, int count, const std::function<void(cuda::NcclCommunicator&)>& work,
    std::chrono::milliseconds patience = kLong)
{
    onRanks(count, [&](parallel::ExchangeCommunicator& processes) {
        auto ranks = startOn(nccl, processes, c10::kCPU, patience);
        ASSERT_TRUE(ranks.ok()) << ranks.error().message();
        try {
            work(**ranks);
        } catch (const std::exception&) { // as if the process were gone
            nccl.die();
            throw;
        }
    });
    EXPECT_EQ(nccl.misuse(), std::vector<std::string>());
}

inline at::Tensor ones(std::int64_t length)
{
    return at::full({ length }, 1.0, at::TensorOptions().dtype(at::kFloat));
}

} // namespace msrl::test
