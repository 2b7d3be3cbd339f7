// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/config.h"

#include "core/base/files.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace msrl::model {
namespace {

constexpr const char* kImageToken = "<IMG_CONTEXT>";

// "image_size": 448 or [448, 448].
std::int64_t squareSize(base::ObjectReader& in, const char* key)
{
    const base::Json& value = in.any(key);
    if (!value.is_array())
        return in.integer(key);
    if (value.size() == 2 && value[0].is_number_integer() && value[0] == value[1])
        return value[0].get<std::int64_t>();
    in.fault(key, "expected one size or two equal ones, found " + value.dump());
    return 0;
}

void requireText(base::ObjectReader& in, const char* key, const std::string& wanted)
{
    const std::string value = in.text(key, wanted);
    if (value != wanted)
        in.fault(key, fmt::format("'{}' is not implemented, only '{}'", value, wanted));
}

void requireFalse(base::ObjectReader& in, const char* key)
{
    if (in.boolean(key, false))
        in.fault(key, "is set, which is not implemented");
}

base::Result<VisionConfig> readVision(const base::Json& json, const std::string& place, bool original)
{
    base::ObjectReader in(json, place);
    VisionConfig out;
    out.hidden = in.integer("hidden_size");
    out.layers = in.integer("num_hidden_layers");
    out.heads = in.integer("num_attention_heads");
    out.intermediate = in.integer("intermediate_size");
    out.imageSize = squareSize(in, "image_size");
    out.patchSize = squareSize(in, "patch_size");
    out.layerNormEps = in.real("layer_norm_eps", 1e-6);
    out.attentionBias = in.boolean(original ? "qkv_bias" : "attention_bias");
    requireText(in, "hidden_act", "gelu");
    requireText(in, "norm_type", "layer_norm");
    requireFalse(in, original ? "qk_normalization" : "use_qk_norm");
    if (in.integer("num_channels", 3) != 3)
        in.fault("num_channels", "only 3 colour channels are implemented");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    return out;
}

// transformers 4: rope_theta and rope_scaling; transformers 5: rope_parameters.
double readRopeTheta(base::ObjectReader& in, const std::string& place)
{
    const base::Json& scaling = in.any("rope_scaling");
    if (!scaling.is_null())
        in.fault("rope_scaling", "is set, which is not implemented");
    if (!in.has("rope_parameters"))
        return in.real("rope_theta");
    base::ObjectReader rope(in.object("rope_parameters"), place + ", field rope_parameters");
    requireText(rope, "rope_type", "default");
    const double theta = rope.real("rope_theta");
    if (const base::Status fault = rope.finish(base::ObjectReader::Unknown::Keep); !fault)
        in.fault("rope_parameters", fault.error().what);
    return theta;
}

base::Result<TextConfig> readText(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    TextConfig out;
    out.modelType = in.text("model_type");
    out.queryKeyNorm = out.modelType == "qwen3";
    if (out.modelType != "qwen3" && out.modelType != "qwen2")
        in.fault("model_type", "'" + out.modelType + "' is not a known decoder", "known: qwen3, qwen2");
    out.hidden = in.integer("hidden_size");
    out.layers = in.integer("num_hidden_layers");
    out.heads = in.integer("num_attention_heads");
    out.kvHeads = in.integer("num_key_value_heads");
    const bool hasHeadDim = !in.any("head_dim").is_null();
    if (!hasHeadDim && out.queryKeyNorm)
        in.fault("head_dim", "is missing");
    out.headDim = hasHeadDim ? in.integer("head_dim") : (out.heads > 0 ? out.hidden / out.heads : 0);
    out.intermediate = in.integer("intermediate_size");
    out.vocabulary = in.integer("vocab_size");
    out.maxPositions = in.integer("max_position_embeddings");
    out.rmsNormEps = in.real("rms_norm_eps");
    out.ropeTheta = readRopeTheta(in, place);
    out.attentionBias = out.queryKeyNorm ? in.boolean("attention_bias", false) : true;
    requireText(in, "hidden_act", "silu");
    requireFalse(in, "use_sliding_window");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    return out;
}

base::Result<std::int64_t> shuffleFactor(double ratio, const std::string& place)
{
    const double factor = ratio > 0 ? 1.0 / ratio : 0.0;
    if (factor < 1 || factor != std::round(factor))
        return base::badInput(
            fmt::format("downsample_ratio is {}, expected one over a whole number", ratio), place);
    return static_cast<std::int64_t>(factor);
}

base::Result<ModelConfig> readHuggingFace(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    ModelConfig out;
    out.imageTokenId = in.integer("image_token_id");
    const double ratio = in.real("downsample_ratio");
    requireText(in, "projector_hidden_act", "gelu");
    requireText(in, "vision_feature_select_strategy", "default");
    if (in.integer("vision_feature_layer", -1) != -1)
        in.fault("vision_feature_layer", "only the last layer (-1) is implemented");
    auto vision = readVision(in.object("vision_config"), place + ", vision_config", false);
    auto text = readText(in.object("text_config"), place + ", text_config");
    out.tiedHead = in.boolean("tie_word_embeddings", false);
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    if (!vision)
        return vision.error();
    if (!text)
        return text.error();
    const auto factor = shuffleFactor(ratio, place);
    if (!factor)
        return factor.error();
    out.shuffleFactor = *factor;
    out.vision = *vision;
    out.text = *text;
    return out;
}

base::Result<ModelConfig> readOriginal(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    ModelConfig out;
    const double ratio = in.real("downsample_ratio");
    out.pixelShuffle = in.text("ps_version");
    if (in.integer("select_layer", -1) != -1)
        in.fault("select_layer", "only the last layer (-1) is implemented");
    auto vision = readVision(in.object("vision_config"), place + ", vision_config", true);
    auto text = readText(in.object("llm_config"), place + ", llm_config");
    if (vision && in.has("force_image_size") && in.integer("force_image_size") != vision->imageSize)
        in.fault("force_image_size", "differs from vision_config.image_size, which is not implemented");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    if (!vision)
        return vision.error();
    if (!text)
        return text.error();
    const auto factor = shuffleFactor(ratio, place);
    if (!factor)
        return factor.error();
    out.shuffleFactor = *factor;
    out.vision = *vision;
    out.text = *text;
    return out;
}

// The id of <IMG_CONTEXT> among the added tokens of FOLDER/tokenizer.json.
base::Result<std::int64_t> imageTokenFromTokenizer(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / "tokenizer.json";
    const auto text = base::readFile(path);
    if (!text)
        return base::within(text.error(), "looking for the id of " + std::string(kImageToken));
    const auto json = base::parseJson(*text, path.string());
    if (!json)
        return json.error();
    if (json->is_object() && json->contains("added_tokens")) {
        for (const base::Json& token : (*json)["added_tokens"]) {
            if (token.is_object() && token.value("content", "") == kImageToken)
                return token.value("id", std::int64_t { -1 });
        }
    }
    return base::badInput(fmt::format("no added token {}", kImageToken), path.string());
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
    if (v.hidden % v.heads != 0)
        return base::badInput("vision hidden_size is not a multiple of num_attention_heads", place);
    if (t.heads % t.kvHeads != 0)
        return base::badInput("num_attention_heads is not a multiple of num_key_value_heads", place);
    if (t.headDim % 2 != 0)
        return base::badInput("head_dim is odd, rotary positions need pairs", place);
    if (v.imageSize % v.patchSize != 0 || v.patchesPerSide() % config.shuffleFactor != 0)
        return base::badInput("image_size is not a multiple of patch_size / downsample_ratio", place);
    if (config.pixelShuffle != "v1" && config.pixelShuffle != "v2")
        return base::badInput("ps_version '" + config.pixelShuffle + "' is unknown", place, "known: v1, v2");
    return {};
}

base::Result<ModelConfig> configFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    const std::string type = in.text("model_type");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    if (type != "internvl" && type != "internvl_chat")
        return base::badInput(
            "model_type '" + type + "' is not a known architecture", place, "known: internvl, internvl_chat");
    auto config = type == "internvl" ? readHuggingFace(json, place) : readOriginal(json, place);
    if (!config)
        return config;
    config->source = json;
    if (const base::Status fault = checkConfig(*config, place); !fault)
        return fault.error();
    return config;
}

base::Result<ModelConfig> readConfig(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / "config.json";
    const auto text = base::readFile(path);
    if (!text)
        return text.error();
    const auto json = base::parseJson(*text, path.string());
    if (!json)
        return json.error();
    auto config = configFromJson(*json, path.string());
    if (config && config->imageTokenId < 0) {
        const auto id = imageTokenFromTokenizer(folder);
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
