// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing from and checking sets of samples.
#pragma once

#include "core/data/sample.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace msrl::data {

// What a stage needs of every row beyond what the format asks for.
struct SampleNeeds
{
    bool gold = false;
    bool completion = false;
    bool caption = false; // caption, or captions of both candidates
    bool media = false; // named in the row and present on disk
};

// The first row that lacks something, with its place.
base::Status checkNeeds(const std::vector<Sample>& samples, const SampleNeeds& needs);

struct SubsetOptions
{
    std::size_t limit = 0; // 0: all
    std::optional<std::uint64_t> shuffleSeed; // the order is kept without one
};

std::vector<Sample> selectSubset(std::vector<Sample> samples, const SubsetOptions& options);

// None: as in the file. Random: each pair exchanged with probability one half. Both: each pair also
// exchanged, as a further row whose id ends in kSwappedSuffix.
enum class SwapMode { None, Random, Both };
inline constexpr const char* kSwappedSuffix = "~swapped";

// BadInput when rows with a written completion were to be exchanged: the text names A and B.
base::Result<std::vector<Sample>> withSwaps(std::vector<Sample> samples, SwapMode mode, std::uint64_t seed);

// The same for two rows that ask the same thing of the same candidates, in either order and under any id.
std::string contentKey(const Sample& sample);

// Pairs (index in first, index in second) with the same content: training rows that are also held out.
std::vector<std::pair<std::size_t, std::size_t>> sharedContent(
    const std::vector<Sample>& first, const std::vector<Sample>& second);

} // namespace msrl::data
