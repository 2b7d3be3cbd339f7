// SPDX-License-Identifier: GPL-3.0-or-later
// What config.json of a Hugging Face folder says about a model. Sizes and token ids are always read, never
// assumed.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace msrl::model {

struct VisionConfig
{
    std::int64_t hidden = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t intermediate = 0;
    std::int64_t imageSize = 0; // pixels of a tile's side
    std::int64_t patchSize = 0;
    double layerNormEps = 1e-6;
    bool attentionBias = true;

    std::int64_t patchesPerSide() const { return imageSize / patchSize; }
};

// The decoder: Qwen3 (query and key norms), or Qwen2 (bias on query, key and value).
struct TextConfig
{
    std::string modelType = "qwen3";
    std::int64_t hidden = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t kvHeads = 0;
    std::int64_t headDim = 0; // not hidden / heads in general
    std::int64_t intermediate = 0;
    std::int64_t vocabulary = 0;
    std::int64_t maxPositions = 0;
    double rmsNormEps = 1e-6;
    double ropeTheta = 1e6;
    // Above 0: the file asks for dynamic NTK scaling with this factor, which begins beyond maxPositions.
    double ropeDynamicFactor = 0;
    bool attentionBias = false; // on query, key and value
    bool queryKeyNorm = true;

    std::int64_t queriesPerKv() const { return heads / kvHeads; }
};

// LLaVA-OneVision's any-resolution images: the sizes (height, width) that a grid of tiles may have, and N of
// anyres_max_N: more than N tiles' worth of features are scaled down.
struct AnyResolution
{
    std::vector<std::pair<std::int64_t, std::int64_t>> pinpoints;
    std::int64_t maxTiles = 0;
};

struct ModelConfig
{
    std::string architecture = "internvl"; // entry of the registry
    VisionConfig vision;
    TextConfig text;
    std::int64_t imageTokenId = -1; // <IMG_CONTEXT>
    std::int64_t videoTokenId = -1; // LLaVA-OneVision's <video>; -1: frames are images
    AnyResolution anyResolution; // LLaVA-OneVision
    std::string pixelShuffle = "v2";
    std::int64_t shuffleFactor = 2; // 1 / downsample_ratio
    bool tiedHead = false; // set at load by what the file holds
    base::Json source; // config.json as read; what we do not interpret is kept on saving

    std::int64_t tokensPerTile() const
    {
        const std::int64_t side = vision.patchesPerSide() / shuffleFactor;
        return side * side;
    }
};

// Reads FOLDER/config.json (of an original checkpoint also the image token's id from tokenizer.json).
// Refused: unknown model_type, missing or impossible sizes, features that are not implemented.
base::Result<ModelConfig> readConfig(const std::filesystem::path& folder);

// The same from parsed JSON; `place` names it in errors. imageTokenId stays -1 when the JSON has none.
base::Result<ModelConfig> configFromJson(const base::Json& json, const std::string& place);

// config.json in the Hugging Face spelling (transformers 5 field names plus rope_theta for version 4).
base::Json configToJson(const ModelConfig& config, const std::string& dtype);

// All problems that make the sizes impossible, as the first one.
base::Status checkConfig(const ModelConfig& config, const std::string& place);

} // namespace msrl::model
