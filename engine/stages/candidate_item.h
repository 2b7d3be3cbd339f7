// SPDX-License-Identifier: GPL-3.0-or-later
// One distilled item from what the teachers wrote: votes, the machine's choice and why, and all that an
// auditor is shown.
#pragma once

#include "core/judge/selection.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/sample_encoder.h"
#include "engine/stages/teachers.h"
#include "engine/vision/preprocess.h"

#include <string>
#include <vector>

namespace msrl::stages {

// What a sample's paths came to.
struct JudgedPaths
{
    std::vector<WrittenPath> paths;
    judge::Selection selection;
};

base::Result<JudgedPaths> judgePaths(
    std::vector<WrittenPath> paths, const data::Sample& sample, const judge::SelectionOptions& options);

// `encoder`: of the first teacher, for the prompt that is shown. `shown`: how the model cuts images.
base::Result<CandidateItem> makeCandidateItem(const StageContext& context, const SampleEncoder& encoder,
    const vision::PreprocessSettings& shown, const data::Sample& sample, JudgedPaths judged);

} // namespace msrl::stages
