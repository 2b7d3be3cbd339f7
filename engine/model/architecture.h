// SPDX-License-Identifier: GPL-3.0-or-later
// The registry of architectures: one row says how to read a configuration, which parameters follow from it,
// how their names are spelled on disk, and how media become features. A new architecture is one row and its
// files; nothing else in the engine asks for a name.
#pragma once

#include "engine/model/internvl.h"
#include "engine/model/visual_input.h"

#include <span>
#include <string>
#include <string_view>

namespace msrl::model {

struct Architecture
{
    std::string_view name; // ModelConfig::architecture
    std::string_view modelTypes; // config.json's model_type, separated by ", "
    base::Result<ModelConfig> (*read)(const base::Json& json, const std::string& place);
    // config.json in the on-disk Hugging Face form
    base::Json (*write)(const ModelConfig& config, const std::string& dtype);
    base::Status (*check)(const ModelConfig& config, const std::string& place);
    // Parameters without values: the caller fills all of them.
    Policy (*allocate)(const ModelConfig& config, c10::ScalarType dtype, c10::Device device);
    Respelled (*respell)(std::string_view nameInFile);
    // The name in a file of the spelling; empty when the architecture has no such spelling.
    std::string (*spell)(std::string_view name, Spelling spelling);
    base::Result<VisualFeatures> (*features)(
        const Policy& policy, const VisualInput& input, const Trace& trace);
};

std::span<const Architecture> architectures();
// Null for an unknown model_type.
const Architecture* architectureForModelType(std::string_view modelType);
// REQUIRES: a configuration that a registered architecture read or that names one.
const Architecture& architectureOf(const ModelConfig& config);

} // namespace msrl::model
