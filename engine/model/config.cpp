// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/config.h"

#include "engine/model/architecture.h"
#include "engine/model/loading.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace msrl::model {
namespace {

constexpr const char* kImageToken = "<IMG_CONTEXT>";
constexpr std::int64_t kMostLayers = 1024;

// A whole number of at least 0, or nothing.
std::optional<std::int64_t> idFrom(const base::Json& json)
{
    const bool isId = json.is_number_integer() && json.get<std::int64_t>() >= 0;
    return isId ? std::optional(json.get<std::int64_t>()) : std::nullopt;
}

bool isImageToken(const base::Json& json)
{
    return json.is_string() && json.get<std::string>() == kImageToken;
}

// tokenizer.json: {"added_tokens": [{"id", "content"}, ...]}
std::optional<std::int64_t> idInTokenizer(const base::Json& json)
{
    if (!json.is_object() || !json.contains("added_tokens"))
        return std::nullopt;
    for (const base::Json& token : json["added_tokens"]) {
        if (token.is_object() && token.contains("content") && isImageToken(token["content"]))
            return token.contains("id") ? idFrom(token["id"]) : std::nullopt;
    }
    return std::nullopt;
}

// added_tokens.json: {"<IMG_CONTEXT>": id, ...}
std::optional<std::int64_t> idInAddedTokens(const base::Json& json)
{
    const bool has = json.is_object() && json.contains(kImageToken);
    return has ? idFrom(json[kImageToken]) : std::nullopt;
}

// The id of <IMG_CONTEXT> by the folder's tokenizer; -1 when the folder has none and that is allowed.
base::Result<std::int64_t> imageTokenFromTokenizer(const std::filesystem::path& folder, ImageToken rule)
{
    constexpr std::pair<const char*, std::optional<std::int64_t> (*)(const base::Json&)> kFiles[]
        = { { "tokenizer.json", idInTokenizer }, { "added_tokens.json", idInAddedTokens } };
    std::string seen;
    for (const auto& [name, find] : kFiles) {
        const std::filesystem::path path = folder / name;
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored))
            continue;
        const auto json = base::readJsonFile(path);
        if (!json)
            return json.error();
        if (const auto id = find(*json))
            return *id;
        seen += (seen.empty() ? "" : " and in ") + path.string();
    }
    if (!seen.empty())
        return base::badInput(fmt::format("no added token {}", kImageToken), seen);
    if (rule == ImageToken::MayBeUnknown)
        return std::int64_t { -1 };
    return base::badInput(
        fmt::format("config.json of the original form does not say the id of {}, and there is "
                    "no tokenizer.json and no added_tokens.json",
            kImageToken),
        folder.string(), "put the checkpoint's tokenizer.json beside its weights");
}

std::string knownModelTypes()
{
    std::string out;
    for (const Architecture& architecture : architectures())
        out += (out.empty() ? "" : ", ") + std::string(architecture.modelTypes);
    return out;
}

} // namespace

base::Status checkConfig(const ModelConfig& config, const std::string& place)
{
    const VisionConfig& v = config.vision;
    const TextConfig& t = config.text;
    const std::pair<const char*, std::int64_t> sizes[]
        = { { "vision hidden_size", v.hidden }, { "vision num_attention_heads", v.heads },
              { "vision intermediate_size", v.intermediate }, { "vision image_size", v.imageSize },
              { "vision patch_size", v.patchSize }, { "vision num_hidden_layers", v.layers },
              { "hidden_size", t.hidden }, { "num_hidden_layers", t.layers },
              { "num_attention_heads", t.heads }, { "num_key_value_heads", t.kvHeads },
              { "head_dim", t.headDim }, { "intermediate_size", t.intermediate },
              { "vocab_size", t.vocabulary }, { "max_position_embeddings", t.maxPositions } };
    for (const auto& [name, size] : sizes) {
        if (size <= 0 || size > (std::int64_t { 1 } << 24))
            return base::badInput(fmt::format("{} is {}", name, size), place);
    }
    if (v.layers > kMostLayers || t.layers > kMostLayers)
        return base::badInput(
            fmt::format("num_hidden_layers is {}, at most {}", std::max(v.layers, t.layers), kMostLayers),
            place);
    if (v.hidden % v.heads != 0)
        return base::badInput("vision hidden_size is not a multiple of num_attention_heads", place);
    if (t.heads % t.kvHeads != 0)
        return base::badInput("num_attention_heads is not a multiple of num_key_value_heads", place);
    if (t.headDim % 2 != 0)
        return base::badInput("head_dim is odd, rotary positions need pairs", place);
    return architectureOf(config).check(config, place);
}

base::Result<ModelConfig> configFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    const std::string type = in.text("model_type");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    const Architecture* architecture = architectureForModelType(type);
    if (!architecture)
        return base::badInput(
            "model_type '" + type + "' is not a known architecture", place, "known: " + knownModelTypes());
    auto config = architecture->read(json, place);
    if (!config)
        return config;
    config->architecture = architecture->name;
    config->source = json;
    if (const base::Status fault = checkConfig(*config, place); !fault)
        return fault.error();
    return config;
}

base::Json configToJson(const ModelConfig& config, const std::string& dtype)
{
    return architectureOf(config).write(config, dtype);
}

base::Result<ModelConfig> readConfig(const std::filesystem::path& folder)
{
    return readConfig(folder, ImageToken::Required);
}

base::Result<ModelConfig> readConfig(const std::filesystem::path& folder, ImageToken rule)
{
    const std::filesystem::path path = folder / "config.json";
    const auto json = base::readJsonFile(path);
    if (!json)
        return json.error();
    auto config = configFromJson(*json, path.string());
    if (config && config->imageTokenId < 0) {
        const auto id = imageTokenFromTokenizer(folder, rule);
        if (!id)
            return id.error();
        config->imageTokenId = *id;
    }
    if (config && config->imageTokenId >= config->text.vocabulary)
        return base::badInput(fmt::format("the image token's id {} is outside the vocabulary of {}",
                                  config->imageTokenId, config->text.vocabulary),
            path.string());
    return config;
}

} // namespace msrl::model
