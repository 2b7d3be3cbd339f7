// SPDX-License-Identifier: GPL-3.0-or-later
// The gradients of workers that run backward at the same time, each through leaves of its own
// (model::aliasOf).
#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <cstddef>
#include <vector>

namespace msrl::update {

// A gradient leaves its leaf as soon as backward has formed it, and a parameter's sum is made when the last
// worker has the parameter's last gradient: a step of one micro-batch per worker never holds all gradients
// twice. Sums are formed in the order of the workers, so that equal counts give equal bits.
class GradientSums
{
public:
    // `targets`: whose .grad the sums are added to, in their number format. `leaves`: of each worker, the
    // same parameters in the same order. `workers`: how many of them have a micro-batch at all.
    GradientSums(
        std::vector<at::Tensor> targets, std::vector<std::vector<at::Tensor>> leaves, std::size_t workers);
    GradientSums(const GradientSums&) = delete;
    GradientSums& operator=(const GradientSums&) = delete;

    // Called by the worker before each backward; `last`: it has no other.
    void startBackward(std::size_t worker, bool last) { m_last[worker] = last ? 1 : 0; }
    // After all workers: adds what has waited for a gradient that never came.
    void finish();

private:
    struct Hook;
    void take(std::size_t worker, std::size_t parameter);
    void addUp(std::size_t parameter);

    std::vector<at::Tensor> m_targets;
    std::vector<std::vector<at::Tensor>> m_leaves;
    std::vector<std::vector<at::Tensor>> m_sums; // of each worker, undefined: none
    std::vector<char> m_last; // of each worker
    std::vector<std::atomic<std::size_t>> m_arrived; // of each parameter: workers that are through with it
    std::size_t m_workers;
};

} // namespace msrl::update
