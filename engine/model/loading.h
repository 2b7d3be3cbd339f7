// SPDX-License-Identifier: GPL-3.0-or-later
// readConfig() and loadPolicy() with the choices that only some callers make.
#pragma once

#include "engine/model/policy.h"

namespace msrl::model {

// The original form of config.json leaves the image token's id to the tokenizer. MayBeUnknown: in a folder
// without a tokenizer the id stays -1, and the caller has to learn it in another way before it shows the
// model an image.
enum class ImageToken { Required, MayBeUnknown };

// Mapped: parameters that are stored as the forward wants them stay in the mapped file, which is read as they
// are used and shared with every process that maps it. For callers that only read the policy: whoever
// overwrites the file in place meanwhile changes it (a file renamed over it does not), and a change of a
// parameter costs a copy of its page.
enum class WeightMemory { Own, Mapped };

struct LoadOptions
{
    ImageToken imageToken = ImageToken::Required;
    WeightMemory memory = WeightMemory::Own;
};

base::Result<ModelConfig> readConfig(const std::filesystem::path& folder, ImageToken rule);
base::Result<Policy> loadPolicy(const std::filesystem::path& folder, c10::ScalarType dtype,
    c10::Device device, const LoadOptions& options);

} // namespace msrl::model
