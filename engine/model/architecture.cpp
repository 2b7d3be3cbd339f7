// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/architecture.h"

#include "engine/model/llava_onevision.h"

#include <cassert>

namespace msrl::model {
namespace {

constexpr Architecture kArchitectures[] = {
    { "internvl", "internvl, internvl_chat", readInternVl, writeInternVl, checkInternVl, allocateInternVl,
        respellInternVl, spellInternVl, internVlFeatures },
    { "llava_onevision", "llava_onevision", readLlavaOneVision, writeLlavaOneVision, checkLlavaOneVision,
        allocateLlavaOneVision, respellLlavaOneVision, spellLlavaOneVision, llavaOneVisionFeatures },
};

bool lists(std::string_view names, std::string_view wanted)
{
    while (!names.empty()) {
        const std::size_t comma = names.find(", ");
        if (names.substr(0, comma) == wanted)
            return true;
        names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 2);
    }
    return false;
}

} // namespace

std::span<const Architecture> architectures()
{
    return kArchitectures;
}

const Architecture* architectureForModelType(std::string_view modelType)
{
    for (const Architecture& architecture : kArchitectures) {
        if (lists(architecture.modelTypes, modelType))
            return &architecture;
    }
    return nullptr;
}

const Architecture& architectureOf(const ModelConfig& config)
{
    for (const Architecture& architecture : kArchitectures) {
        if (architecture.name == config.architecture)
            return architecture;
    }
    assert(false && "a configuration names its architecture from the registry");
    return kArchitectures[0];
}

} // namespace msrl::model
