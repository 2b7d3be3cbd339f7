// SPDX-License-Identifier: GPL-3.0-or-later
// config.json of InternVL: the Hugging Face form in both generations and the original repository's.
#include "engine/model/config_parts.h"
#include "engine/model/internvl.h"

#include <fmt/format.h>

#include <cmath>

namespace msrl::model {
namespace {

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

base::Result<std::int64_t> shuffleFactor(double ratio, const std::string& place)
{
    const double factor = ratio > 0 ? 1.0 / ratio : 0.0;
    if (factor < 1 || factor != std::round(factor))
        return base::badInput(
            fmt::format("downsample_ratio is {}, expected one over a whole number", ratio), place);
    return static_cast<std::int64_t>(factor);
}

// The first part that could not be read speaks for all.
template <class Factor>
base::Result<ModelConfig> withParts(ModelConfig out, const base::Result<VisionConfig>& vision,
    const base::Result<TextConfig>& text, const base::Result<Factor>& factor)
{
    if (!vision)
        return vision.error();
    if (!text)
        return text.error();
    if (!factor)
        return factor.error();
    out.shuffleFactor = *factor;
    out.vision = *vision;
    out.text = *text;
    return out;
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
    return withParts(std::move(out), vision, text, shuffleFactor(ratio, place));
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
    return withParts(std::move(out), vision, text, shuffleFactor(ratio, place));
}

base::Json visionJson(const VisionConfig& vision)
{
    return { { "model_type", "internvl_vision" }, { "hidden_size", vision.hidden },
        { "num_hidden_layers", vision.layers }, { "num_attention_heads", vision.heads },
        { "intermediate_size", vision.intermediate },
        { "image_size", { vision.imageSize, vision.imageSize } },
        { "patch_size", { vision.patchSize, vision.patchSize } }, { "num_channels", 3 },
        { "hidden_act", "gelu" }, { "norm_type", "layer_norm" }, { "layer_norm_eps", vision.layerNormEps },
        { "attention_bias", vision.attentionBias }, { "use_qk_norm", false }, { "use_mean_pooling", true },
        { "use_absolute_position_embeddings", true }, { "use_mask_token", false },
        { "attention_dropout", 0.0 }, { "hidden_dropout_prob", 0.0 }, { "projection_dropout", 0.0 } };
}

} // namespace

base::Result<ModelConfig> readInternVl(const base::Json& json, const std::string& place)
{
    const bool original = json.value("model_type", "") == "internvl_chat";
    return original ? readOriginal(json, place) : readHuggingFace(json, place);
}

base::Status checkInternVl(const ModelConfig& config, const std::string& place)
{
    const VisionConfig& v = config.vision;
    if (v.imageSize % v.patchSize != 0 || v.patchesPerSide() % config.shuffleFactor != 0)
        return base::badInput("image_size is not a multiple of patch_size / downsample_ratio", place);
    if (config.pixelShuffle != "v1" && config.pixelShuffle != "v2")
        return base::badInput("ps_version '" + config.pixelShuffle + "' is unknown", place, "known: v1, v2");
    return {};
}

base::Json writeInternVl(const ModelConfig& config, const std::string& dtype)
{
    base::Json ours = { { "architectures", { "InternVLForConditionalGeneration" } },
        { "model_type", "internvl" }, { "dtype", dtype }, { "torch_dtype", dtype },
        { "image_token_id", config.imageTokenId }, { "image_seq_length", config.tokensPerTile() },
        { "downsample_ratio", 1.0 / static_cast<double>(config.shuffleFactor) },
        { "projector_hidden_act", "gelu" }, { "vision_feature_layer", -1 },
        { "vision_feature_select_strategy", "default" }, { "tie_word_embeddings", config.tiedHead },
        { "text_config", textJson(config.text, config.tiedHead) },
        { "vision_config", visionJson(config.vision) } };
    const bool sameSpelling
        = config.source.is_object() && config.source.value("model_type", "") == "internvl";
    if (!sameSpelling)
        return ours;
    base::Json out = config.source;
    overlay(out, ours);
    return out;
}

base::Json writeOriginalInternVl(const ModelConfig& config, const std::string& dtype)
{
    base::Json llm = textJson(config.text, config.tiedHead);
    llm.erase("rope_parameters");
    llm["rope_scaling"] = nullptr;
    if (const double factor = config.text.ropeDynamicFactor; factor > 0)
        llm["rope_scaling"] = { { "factor", factor }, { "rope_type", "dynamic" }, { "type", "dynamic" } };
    llm["architectures"] = { config.text.queryKeyNorm ? "Qwen3ForCausalLM" : "Qwen2ForCausalLM" };
    llm["torch_dtype"] = dtype;
    const VisionConfig& v = config.vision;
    const base::Json vision = { { "architectures", { "InternVisionModel" } },
        { "model_type", "intern_vit_6b" }, { "hidden_size", v.hidden }, { "num_hidden_layers", v.layers },
        { "num_attention_heads", v.heads }, { "intermediate_size", v.intermediate },
        { "image_size", v.imageSize }, { "patch_size", v.patchSize }, { "num_channels", 3 },
        { "hidden_act", "gelu" }, { "norm_type", "layer_norm" }, { "layer_norm_eps", v.layerNormEps },
        { "qkv_bias", v.attentionBias }, { "qk_normalization", false }, { "use_flash_attn", false },
        { "attention_dropout", 0.0 }, { "dropout", 0.0 }, { "drop_path_rate", 0.0 },
        { "initializer_factor", 0.1 }, { "torch_dtype", dtype } };
    const base::Json ours = { { "architectures", { "InternVLChatModel" } }, { "model_type", "internvl_chat" },
        { "torch_dtype", dtype }, { "select_layer", -1 }, { "force_image_size", v.imageSize },
        { "downsample_ratio", 1.0 / static_cast<double>(config.shuffleFactor) },
        { "ps_version", config.pixelShuffle }, { "template", "internvl2_5" }, { "dynamic_image_size", true },
        { "use_thumbnail", true }, { "min_dynamic_patch", 1 }, { "max_dynamic_patch", 12 },
        { "pad2square", false }, { "tie_word_embeddings", config.tiedHead }, { "llm_config", llm },
        { "vision_config", vision } };
    if (!config.source.is_object() || config.source.value("model_type", "") != "internvl_chat")
        return ours;
    // Its own values for what this engine does not interpret (tiles, template) stay.
    base::Json out = ours;
    overlay(out, config.source);
    out["torch_dtype"] = dtype;
    out["tie_word_embeddings"] = config.tiedHead;
    out["llm_config"]["tie_word_embeddings"] = config.tiedHead;
    return out;
}

} // namespace msrl::model
