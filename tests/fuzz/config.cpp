// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/config.h"

#include "targets.h"

namespace msrl::fuzz {
namespace {

constexpr std::string_view kWords[] = { "\"internvl\"", "\"internvl_chat\"", "\"llava_onevision\"",
    "\"qwen2\"", "\"qwen3\"", "\"rope_parameters\":", "\"rope_theta\":", "\"hidden_size\":",
    "\"image_size\":", "\"downsample_ratio\":", "null", "[448,448]", "0", "-1", "1e308",
    "9223372036854775807", "{}", "[]", "true" };

// An accepted configuration survives being written and read.
void run(std::string_view bytes)
{
    const auto json = base::parseJson(bytes, "config.json");
    if (!json)
        return;
    const auto config = model::configFromJson(*json, "config.json");
    if (!config) {
        require(!config.error().what.empty(), "a refusal says why");
        return;
    }
    if (config->pixelShuffle != "v2")
        return; // only the original form can say it
    const auto again = model::configFromJson(model::configToJson(*config, "bfloat16"), "again");
    require(again.ok(), "a written configuration can be read");
    require(again->vision.hidden == config->vision.hidden && again->vision.layers == config->vision.layers
            && again->vision.imageSize == config->vision.imageSize
            && again->vision.patchSize == config->vision.patchSize,
        "the vision tower is the same");
    require(again->text.hidden == config->text.hidden && again->text.layers == config->text.layers
            && again->text.headDim == config->text.headDim && again->text.kvHeads == config->text.kvHeads
            && again->text.ropeTheta == config->text.ropeTheta
            && again->text.modelType == config->text.modelType,
        "the decoder is the same");
    require(again->shuffleFactor == config->shuffleFactor && again->imageTokenId == config->imageTokenId,
        "images are the same");
}

} // namespace

const Target kConfig { "config", run, kWords };

} // namespace msrl::fuzz
