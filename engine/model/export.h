// SPDX-License-Identifier: GPL-3.0-or-later
// A policy as a folder in any spelling, number format and number of files.
#pragma once

#include "engine/model/internvl.h"
#include "engine/model/policy.h"

#include <cstdint>
#include <filesystem>

namespace msrl::model {

struct ExportOptions
{
    Spelling spelling = Spelling::HuggingFace;
    c10::ScalarType dtype = c10::ScalarType::Float;
    // Bytes of tensors in one file; a single larger tensor has a file of its own.
    std::uint64_t maxShardBytes = std::uint64_t { 5'000'000'000 };
};

// Writes config.json in the spelling's form, model.safetensors (or model-0000K-of-0000N.safetensors with
// model.safetensors.index.json when over maxShardBytes) and the files beside the weights, from the original
// form to the original form also the Python files that its config.json names. The folder appears whole or not
// at all. Refused: an existing folder, a spelling that the architecture does not have, a pixel
// shuffle that only the original form can say.
base::Status exportPolicy(
    const Policy& policy, const std::filesystem::path& folder, const ExportOptions& options);

// Copies the tokenizer, template and preprocessor files that stand in `from`.
base::Status copyCompanionFiles(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace msrl::model
