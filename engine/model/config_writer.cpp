// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/config.h"

namespace msrl::model {
namespace {

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

base::Json textJson(const TextConfig& text, bool tied)
{
    return { { "model_type", text.modelType }, { "hidden_size", text.hidden },
        { "num_hidden_layers", text.layers }, { "num_attention_heads", text.heads },
        { "num_key_value_heads", text.kvHeads }, { "head_dim", text.headDim },
        { "intermediate_size", text.intermediate }, { "vocab_size", text.vocabulary },
        { "max_position_embeddings", text.maxPositions }, { "rms_norm_eps", text.rmsNormEps },
        { "hidden_act", "silu" }, { "attention_bias", text.attentionBias }, { "attention_dropout", 0.0 },
        { "use_sliding_window", false }, { "tie_word_embeddings", tied }, { "rope_theta", text.ropeTheta },
        { "rope_parameters", { { "rope_theta", text.ropeTheta }, { "rope_type", "default" } } } };
}

// Puts our values over those of the file and keeps the rest of it.
void overlay(base::Json& base, const base::Json& ours)
{
    for (const auto& [key, value] : ours.items()) {
        if (value.is_object() && base.contains(key) && base[key].is_object())
            overlay(base[key], value);
        else
            base[key] = value;
    }
}

} // namespace

base::Json configToJson(const ModelConfig& config, const std::string& dtype)
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

} // namespace msrl::model
