// SPDX-License-Identifier: GPL-3.0-or-later
// How the CPU path shares attention out: which rows are computed together, and which groups one after another
// because they write to the same keys' gradient. A function of the layout alone, not of the threads. Used by
// this folder only.
#pragma once

#include "engine/model/attention.h"
#include "engine/model/attention_kernel.h"

#include <ATen/Parallel.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace msrl::model {

// Groups in the order of the tasks: task i computes groups firsts[i] .. firsts[i+1]-1, one after another.
struct AttentionSchedule
{
    std::vector<kernels::AttentionGroup> groups;
    std::vector<std::size_t> firsts;

    kernels::AttentionGroup& begin(std::int64_t prompt)
    {
        firsts.push_back(groups.size());
        return groups.emplace_back(kernels::AttentionGroup { prompt, {} });
    }
    std::int64_t numTasks() const { return static_cast<std::int64_t>(firsts.size()); }
    std::size_t end(std::size_t task) const
    {
        return task + 1 < firsts.size() ? firsts[task + 1] : groups.size();
    }
};

// `cache`: of decoding; null in training and prefill.
AttentionSchedule attentionSchedule(const RowLayout& layout, const SuffixCache* cache);

// Runs body(group, kv) for all groups and key heads.
template <class Body> void forTasks(const AttentionSchedule& schedule, std::int64_t kvHeads, const Body& body)
{
    at::parallel_for(0, schedule.numTasks() * kvHeads, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const auto task = static_cast<std::size_t>(i / kvHeads);
            for (std::size_t group = schedule.firsts[task]; group < schedule.end(task); ++group)
                body(schedule.groups[group], i % kvHeads);
        }
    });
}

} // namespace msrl::model
