// SPDX-License-Identifier: GPL-3.0-or-later
// InternVL on disk: the list of parameters that follows from a configuration, and the three spellings of
// their names. Only this file pair knows names.
#pragma once

#include "engine/model/policy.h"

#include <string>
#include <string_view>
#include <vector>

namespace msrl::model {

// A policy with zeroed parameters of this configuration.
Policy allocateInternVl(const ModelConfig& config, c10::ScalarType dtype, c10::Device device);

enum class Spelling { HuggingFace, Prefixed, Original };
std::string_view spellingName(Spelling spelling);

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

Respelled respell(std::string_view nameInFile);

} // namespace msrl::model
