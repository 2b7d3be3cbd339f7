// SPDX-License-Identifier: GPL-3.0-or-later
// The original form of config.json leaves the image token's id to the tokenizer. These are readConfig() and
// loadPolicy() for callers that can do without it.
#pragma once

#include "engine/model/policy.h"

namespace msrl::model {

// MayBeUnknown: in a folder without a tokenizer the id stays -1, and the caller has to learn it in another
// way before it shows the model an image.
enum class ImageToken { Required, MayBeUnknown };

base::Result<ModelConfig> readConfig(const std::filesystem::path& folder, ImageToken rule);
base::Result<Policy> loadPolicy(
    const std::filesystem::path& folder, c10::ScalarType dtype, c10::Device device, ImageToken rule);

} // namespace msrl::model
