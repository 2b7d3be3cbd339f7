// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a step's inputs: policies, samples (with captions where a captioner stands between) and candidates.
#pragma once

#include "core/curriculum/dataset_samples.h"
#include "core/data/readers.h"
#include "core/text/prompts.h"
#include "engine/model/policy.h"
#include "engine/stages/stage.h"

#include <string>
#include <vector>

namespace msrl::stages {

// The Hugging Face folder behind a policy input.
std::filesystem::path policyFolder(const StageContext& context, const curriculum::PlanInput& input);
base::Result<model::Policy> loadInputPolicy(const StageContext& context, const char* port);

using curriculum::loadDataset;
using curriculum::loadOptionsOf;

// Samples of an input that comes from a dataset, a captioner or the gate.
base::Result<std::vector<data::Sample>> loadInputSamples(
    const StageContext& context, const curriculum::PlanInput& input);

// What the judge is given for samples of this port type.
text::PromptMode promptModeOf(curriculum::PortType type);

// Media by absolute paths: what is stored does not lie beside them.
data::Sample withAbsoluteMedia(data::Sample sample);

// Samples as JSON lines with absolute media paths: what captioner and gate leave behind.
base::Status writeSamples(const std::vector<data::Sample>& samples, const std::filesystem::path& file);
base::Result<std::vector<data::Sample>> readSamples(const std::filesystem::path& file);

inline constexpr const char* kSamplesFile = "samples.jsonl";
inline constexpr const char* kPolicyFolder = "policy";
inline constexpr const char* kCandidatesFile = "candidates.jsonl";
inline constexpr const char* kReportFile = "report.json";

} // namespace msrl::stages
