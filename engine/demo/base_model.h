// SPDX-License-Identifier: GPL-3.0-or-later
// The base judge before any training: its folder's files and its random weights.
#pragma once

#include "core/base/result.h"
#include "engine/demo/base_tokenizer.h"
#include "engine/model/policy.h"

#include <cstdint>
#include <filesystem>

namespace msrl::demo {

// Writes tokenizer, preprocessor, generation settings and chat template into an existing folder.
base::Status writeBaseFiles(const std::filesystem::path& folder, const TokenizerFiles& tokenizer);

// InternVL's shape with about a million parameters: vision 2 layers × 64, decoder 4 × 128. `folder` holds the
// files that writeBaseFiles() wrote; its tokenizer gives the vocabulary's size and the image token.
base::Result<model::Policy> createBase(const std::filesystem::path& folder, std::uint64_t seed);

} // namespace msrl::demo
