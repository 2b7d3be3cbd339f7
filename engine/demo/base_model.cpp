// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/base_model.h"

#include "core/base/files.h"
#include "core/text/chat.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"
#include "engine/demo/render.h"

#include <ATen/core/grad_mode.h>

#include <cmath>

namespace msrl::demo {

namespace {

using base::Json;

constexpr std::int64_t kVisionHidden = 64;
constexpr std::int64_t kHidden = 128;
constexpr std::int64_t kDecoderLayers = 4;
// Positions are few at this size: a small base lets the slow half of the rotary frequencies carry information
// too.
constexpr double kRopeTheta = 100.0;

Json visionConfig()
{
    return { { "model_type", "internvl_vision" }, { "hidden_size", kVisionHidden },
        { "num_hidden_layers", 2 }, { "num_attention_heads", 4 }, { "intermediate_size", 4 * kVisionHidden },
        { "hidden_act", "gelu" }, { "norm_type", "layer_norm" }, { "layer_norm_eps", 1e-6 },
        { "layer_scale_init_value", 0.1 }, { "attention_bias", true }, { "use_qk_norm", false },
        { "use_mean_pooling", true }, { "use_absolute_position_embeddings", true },
        { "use_mask_token", false }, { "num_channels", 3 },
        { "image_size", Json::array({ kImageSide, kImageSide }) },
        { "patch_size", Json::array({ 14, 14 }) } };
}

Json decoderConfig(std::int64_t vocabulary, std::int64_t end, std::int64_t padding)
{
    return { { "model_type", "qwen3" }, { "architectures", Json::array({ "Qwen3ForCausalLM" }) },
        { "hidden_size", kHidden }, { "num_hidden_layers", kDecoderLayers }, { "num_attention_heads", 4 },
        { "num_key_value_heads", 2 }, { "head_dim", 32 }, { "intermediate_size", 384 },
        { "hidden_act", "silu" }, { "attention_bias", false }, { "rms_norm_eps", 1e-6 },
        { "rope_theta", kRopeTheta },
        { "rope_parameters", { { "rope_type", "default" }, { "rope_theta", kRopeTheta } } },
        { "max_position_embeddings", 1024 }, { "use_sliding_window", false },
        { "tie_word_embeddings", false }, { "vocab_size", vocabulary }, { "bos_token_id", nullptr },
        { "eos_token_id", end }, { "pad_token_id", padding } };
}

Json modelConfig(const text::Tokenizer& tokenizer)
{
    const std::int64_t end = tokenizer.endOfSequence().value_or(0);
    const std::int64_t padding = tokenizer.padding().value_or(0);
    return { { "model_type", "internvl" },
        { "architectures", Json::array({ "InternVLForConditionalGeneration" }) },
        { "image_token_id", tokenizer.tokenId(text::kImageContext).value_or(0) },
        { "image_seq_length", kTokensPerImage }, { "downsample_ratio", 0.5 },
        { "projector_hidden_act", "gelu" }, { "vision_feature_layer", -1 },
        { "vision_feature_select_strategy", "default" }, { "tie_word_embeddings", false },
        { "dtype", "float32" }, { "vision_config", visionConfig() },
        { "text_config", decoderConfig(tokenizer.vocabularySize(), end, padding) } };
}

Json preprocessorConfig()
{
    return { { "image_processor_type", "GotOcr2ImageProcessorFast" },
        { "size", { { "height", kImageSide }, { "width", kImageSide } } }, { "crop_to_patches", false },
        { "min_patches", 1 }, { "max_patches", 1 }, { "do_resize", true }, { "resample", 3 },
        { "do_rescale", true }, { "rescale_factor", 1.0 / 255.0 }, { "do_normalize", true },
        { "do_convert_rgb", true }, { "image_mean", Json::array({ 0.5, 0.5, 0.5 }) },
        { "image_std", Json::array({ 0.25, 0.25, 0.25 }) } };
}

// The prototype's start: decoder matrices at 0.7 / √in, those that write to the residual stream smaller by
// √(2 · layers), vision and projector matrices at 1 / √(3 · in). createPolicy() drew all of them with
// deviation 0.02.
void rescale(model::Policy& policy)
{
    const at::NoGradGuard noGrad;
    constexpr double kDrawn = 0.02;
    for (model::Parameter& parameter : policy.parameters) {
        at::Tensor& value = parameter.value;
        const bool isMatrix = value.dim() == 2 || value.dim() == 4;
        if (!isMatrix || parameter.name.find("embed_tokens") != std::string::npos
            || parameter.name.find("lm_head") != std::string::npos)
            continue;
        const double inputs = static_cast<double>(value.numel() / value.size(0));
        double deviation = 1.0 / std::sqrt(3.0 * inputs);
        if (parameter.part == model::Part::Language) {
            deviation = 0.7 / std::sqrt(inputs);
            if (parameter.name.ends_with("o_proj.weight") || parameter.name.ends_with("down_proj.weight"))
                deviation /= std::sqrt(2.0 * kDecoderLayers);
        }
        value.mul_(deviation / kDrawn);
    }
}

} // namespace

base::Status writeBaseFiles(const std::filesystem::path& folder, const TokenizerFiles& tokenizer)
{
    const Json generation = { { "do_sample", false }, { "max_new_tokens", 160 } };
    const std::pair<const char*, std::string> files[] = {
        { "tokenizer.json", tokenizer.tokenizer },
        { "tokenizer_config.json", tokenizer.config },
        { "preprocessor_config.json", preprocessorConfig().dump(2) + "\n" },
        { "generation_config.json", generation.dump(2) + "\n" },
        { "chat_template.jinja", std::string(text::knownChatTemplate()) },
    };
    for (const auto& [name, content] : files)
        if (base::Status status = base::writeFileAtomically(folder / name, content); !status)
            return status;
    return {};
}

base::Result<model::Policy> createBase(const std::filesystem::path& folder, std::uint64_t seed)
{
    base::Result<text::Tokenizer> tokenizer = text::Tokenizer::load(folder);
    if (!tokenizer)
        return tokenizer.error();
    base::Result<model::ModelConfig> config
        = model::configFromJson(modelConfig(*tokenizer), "demo base config");
    if (!config)
        return config.error();
    base::Result<model::Policy> policy = model::createPolicy(*config, seed);
    if (!policy)
        return policy.error();
    policy->folder = folder;
    rescale(*policy);
    return policy;
}

} // namespace msrl::demo
