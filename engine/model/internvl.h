// SPDX-License-Identifier: GPL-3.0-or-later
// InternVL: its configuration, the list of parameters that follows from a configuration, and the three
// spellings of their names.
#pragma once

#include "engine/model/policy.h"
#include "engine/model/visual_input.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::model {

base::Result<ModelConfig> readInternVl(const base::Json& json, const std::string& place);
base::Json writeInternVl(const ModelConfig& config, const std::string& dtype);
// The remote-code repository's config.json. Its tokenizer says which id the image token has.
base::Json writeOriginalInternVl(const ModelConfig& config, const std::string& dtype);
base::Status checkInternVl(const ModelConfig& config, const std::string& place);

// A policy of this configuration; the parameters have no values yet.
Policy allocateInternVl(const ModelConfig& config, c10::ScalarType dtype, c10::Device device);

base::Result<VisualFeatures> internVlFeatures(
    const Policy& policy, const VisualInput& input, const Trace& trace);

enum class Spelling { HuggingFace, Prefixed, Original };
std::string_view spellingName(Spelling spelling); // "hf", "transformers", "original"
std::optional<Spelling> spellingFromName(std::string_view name);

// What a tensor of a file is: rows part/parts .. (part+1)/parts of it are the parameter `name`.
struct Target
{
    std::string name;
    std::int64_t part = 0;
    std::int64_t parts = 1;
};

struct Respelled
{
    Spelling spelling = Spelling::HuggingFace;
    std::vector<Target> targets; // empty: a buffer that holds no weights
};

Respelled respellInternVl(std::string_view nameInFile);
// The name in a file of this spelling. Parameters that get one name are one tensor, their rows in order.
std::string spellInternVl(std::string_view name, Spelling spelling);

} // namespace msrl::model
