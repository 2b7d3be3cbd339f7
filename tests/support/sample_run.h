// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a run folder as an engine would leave it, so that pages can be tested and looked at without an
// engine. The figures are made up with a seed; pictures are drawn.
#pragma once

#include "core/base/result.h"
#include "core/store/rows.h"

#include <filesystem>
#include <vector>

namespace msrl::tests {

struct SampleRunOptions
{
    int numCandidates = 60;
    bool withCurves = true;
    bool withSamples = true;
    bool withEvaluations = true;
    bool withJudgements = false; // of the last evaluated policy, "rl2a"
    bool withPixels = false; // "rl3" has begun and kept a step, whose prompts show pictures and videos
};

// The run waits at its audit gate: SFT, two RL stages and the distillation are done.
base::Status writeSampleRun(const std::filesystem::path& folder, const SampleRunOptions& options = {});

// What an evaluation of this policy kept: 24 pairs from pixels and 12 of text, both orders of each. Of six
// pairs in a row three are right in both orders, one in one order, one in neither; of the last one answer
// cannot be read. What they saw lies in the folder once sampleCandidates() has drawn it.
std::vector<store::SampleRow> sampleJudgements(
    const std::string& policy, const std::filesystem::path& folder);

// What is shown with a pair of the distillation, as store::SampleRow::media; of every four in a row an image,
// a video, two images, two videos.
base::Json sampleMedia(const std::filesystem::path& folder, int pair);

// What the distillation of that run wrote, in order. Every fifth item is a tie.
std::vector<store::CandidateRow> sampleCandidates(const std::filesystem::path& folder, int count);

} // namespace msrl::tests
