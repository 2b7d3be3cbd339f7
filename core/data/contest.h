// SPDX-License-Identifier: GPL-3.0-or-later
// One question with any number of candidates: what best-of-n, rejection sampling and preference export judge.
// A pair is a contest of two.
#pragma once

#include "core/data/readers.h"
#include "core/data/sample.h"

#include <optional>
#include <string>
#include <vector>

namespace msrl::data {

struct Candidate
{
    std::string response; // text and understanding
    std::optional<Media> media; // generation
    std::optional<std::string> caption; // of `media`
};

struct Contest
{
    Sample question; // everything but the candidates, the gold and a written completion
    std::vector<Candidate> candidates; // 2 to kMostCandidates
    std::optional<std::size_t> gold; // number of the best candidate, where known
    bool isPair = false; // the row was a pair, with sides A and B

    const std::string& id() const { return question.id; }
    // The pair with candidate `a` as A and `b` as B.
    Sample pair(std::size_t a, std::size_t b) const;
};

inline constexpr std::size_t kMostCandidates = 64;

Contest contestOf(const Sample& pair);

// Rows of a file. Besides pairs in any known format, rows of our own format may have "responses": [text, …]
// in place of a and b, or "candidates": [{"image": …}, …] and "candidate_captions": [text, …] in place of
// media_a and media_b, and "gold" then is the number of the best one, from 0; so may rows under a map of
// columns. Refuses what loadSamples() refuses.
base::Result<std::vector<Contest>> loadContests(
    const std::filesystem::path& path, const LoadOptions& options = {});

} // namespace msrl::data
