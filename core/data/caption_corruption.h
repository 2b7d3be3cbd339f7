// SPDX-License-Identifier: GPL-3.0-or-later
// Wrong captions on purpose: how much a curriculum depends on the quality of its captions is a question that
// only an experiment answers.
#pragma once

#include "core/data/sample.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace msrl::data {

// Gives round(share * n) of the n samples the captions of another sample of the same task type whose captions
// are not the same; returns how many. Chosen by `seed` and `stream` alone: a larger share spoils the samples
// of a smaller one and more, with the same captions. BadInput when a sample has no other to take from.
// REQUIRES: 0 <= share <= 1, every sample has its captions
base::Result<std::size_t> corruptCaptions(
    std::vector<Sample>& samples, double share, std::uint64_t seed, std::uint64_t stream);

} // namespace msrl::data
