// SPDX-License-Identifier: GPL-3.0-or-later
// A collective operation on host memory: what one rank asks for, and what all of them get.
#pragma once

#include "engine/cuda/nccl_functions.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace msrl::test {

struct HostOperation
{
    std::string kind; // allReduce, reduce, broadcast
    const void* send;
    void* receive;
    std::size_t count;
    int type;
    int root; // -1: none

    bool isFloat() const { return type == cuda::kNcclFloat32; }
    std::string text() const // "reduce f32 x5 root 1"
    {
        return kind
            + (isFloat()                         ? " f32 x"
                    : type == cuda::kNcclFloat64 ? " f64 x"
                                                 : " ? x")
            + std::to_string(count) + (root < 0 ? "" : " root " + std::to_string(root));
    }
};

template <class Number> void carryOutAs(const std::vector<HostOperation>& all)
{
    const HostOperation& first = all.front();
    const auto* begin = static_cast<const Number*>(
        all[static_cast<std::size_t>(first.kind == "broadcast" ? first.root : 0)].send);
    std::vector<Number> result(begin, begin + first.count);
    if (first.kind != "broadcast")
        for (std::size_t r = 1; r < all.size(); ++r)
            for (std::size_t i = 0; i < first.count; ++i)
                result[i] += static_cast<const Number*>(all[r].send)[i];
    for (std::size_t r = 0; r < all.size(); ++r)
        if (first.kind != "reduce" || static_cast<int>(r) == first.root)
            std::copy(result.begin(), result.end(), static_cast<Number*>(all[r].receive));
}

// Sums are taken in the order of the ranks. REQUIRES: the same operation of each rank, in their order
inline void carryOut(const std::vector<HostOperation>& all)
{
    if (all.front().isFloat())
        carryOutAs<float>(all);
    else
        carryOutAs<double>(all);
}

} // namespace msrl::test
