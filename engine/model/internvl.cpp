// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/internvl.h"

#include "engine/model/builder.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace msrl::model {
namespace {

void buildVision(Builder& build, const VisionConfig& config, VisionWeights& out)
{
    build.startPart(Part::Vision);
    const std::int64_t c = config.hidden;
    const std::string top = "vision_tower.";
    out.cls = build.tensor(top + "embeddings.cls_token", { 1, 1, c });
    const std::string patch = top + "embeddings.patch_embeddings.projection";
    out.patch.weight = build.tensor(patch + ".weight", { c, 3, config.patchSize, config.patchSize });
    out.patch.bias = build.tensor(patch + ".bias", { c });
    const std::int64_t patches = config.patchesPerSide() * config.patchesPerSide();
    out.positions = build.tensor(top + "embeddings.position_embeddings", { 1, 1 + patches, c });
    for (std::int64_t i = 0; i < config.layers; ++i) {
        const std::string name = fmt::format("{}encoder.layer.{}.", top, i);
        VisionLayerWeights layer;
        layer.norm1 = build.norm(name + "layernorm_before", c);
        const std::string attention = name + "attention.";
        build.block({ { attention + "q_proj", c }, { attention + "k_proj", c }, { attention + "v_proj", c } },
            c, config.attentionBias, layer.qkv, layer.qkvParts);
        layer.out = build.linear(attention + "projection_layer", c, c);
        layer.scale1 = build.tensor(name + "lambda_1", { c });
        layer.norm2 = build.norm(name + "layernorm_after", c);
        layer.fc1 = build.linear(name + "mlp.fc1", config.intermediate, c);
        layer.fc2 = build.linear(name + "mlp.fc2", c, config.intermediate);
        layer.scale2 = build.tensor(name + "lambda_2", { c });
        out.layers.push_back(std::move(layer));
    }
}

void buildProjector(Builder& build, const ModelConfig& config, ProjectorWeights& out)
{
    build.startPart(Part::Projector);
    const std::int64_t in = config.vision.hidden * config.shuffleFactor * config.shuffleFactor;
    const std::int64_t d = config.text.hidden;
    out.norm = build.norm("multi_modal_projector.layer_norm", in);
    out.linear1 = build.linear("multi_modal_projector.linear_1", d, in);
    out.linear2 = build.linear("multi_modal_projector.linear_2", d, d);
}

using Pair = std::pair<std::string_view, std::string_view>;

constexpr Pair kPrefixedInternVl[] = {
    { "model.vision_tower.", "vision_tower." },
    { "model.multi_modal_projector.", "multi_modal_projector." },
    { "model.language_model.", "language_model.model." },
    { "lm_head.", "language_model.lm_head." },
};

constexpr Pair kOriginalTops[] = {
    { "vision_model.embeddings.class_embedding", "vision_tower.embeddings.cls_token" },
    { "vision_model.embeddings.position_embedding", "vision_tower.embeddings.position_embeddings" },
    { "vision_model.embeddings.patch_embedding.", "vision_tower.embeddings.patch_embeddings.projection." },
    { "mlp1.0.", "multi_modal_projector.layer_norm." },
    { "mlp1.1.", "multi_modal_projector.linear_1." },
    { "mlp1.3.", "multi_modal_projector.linear_2." },
};

constexpr Pair kOriginalLayer[] = {
    { "norm1.", "layernorm_before." },
    { "norm2.", "layernorm_after." },
    { "ls1", "lambda_1" },
    { "ls2", "lambda_2" },
    { "attn.proj.", "attention.projection_layer." },
    { "mlp.fc1.", "mlp.fc1." },
    { "mlp.fc2.", "mlp.fc2." },
};

template <std::size_t N>
std::optional<std::string> replaceStart(std::string_view name, const Pair (&pairs)[N])
{
    for (const auto& [from, to] : pairs) {
        if (name.starts_with(from))
            return std::string(to) + std::string(name.substr(from.size()));
    }
    return std::nullopt;
}

// The other way round.
template <std::size_t N>
std::optional<std::string> restoreStart(std::string_view name, const Pair (&pairs)[N])
{
    for (const auto& [to, from] : pairs) {
        if (name.starts_with(from))
            return std::string(to) + std::string(name.substr(from.size()));
    }
    return std::nullopt;
}

// A parameter's name in the original checkpoint; query, key and value share one.
std::string originalName(std::string_view name)
{
    if (const auto top = restoreStart(name, kOriginalTops))
        return *top;
    constexpr std::string_view kLayers = "vision_tower.encoder.layer.";
    const std::size_t dot = name.find('.', kLayers.size());
    if (!name.starts_with(kLayers) || dot == std::string_view::npos)
        return std::string(name);
    const std::string layer
        = "vision_model.encoder.layers." + std::string(name.substr(kLayers.size(), dot + 1 - kLayers.size()));
    const std::string_view rest = name.substr(dot + 1);
    for (const std::string_view part : { "attention.q_proj.", "attention.k_proj.", "attention.v_proj." }) {
        if (rest.starts_with(part))
            return layer + "attn.qkv." + std::string(rest.substr(part.size()));
    }
    const auto known = restoreStart(rest, kOriginalLayer);
    return layer + (known ? *known : std::string(rest));
}

// A tensor of the original checkpoint's vision tower or projector; empty when it is none.
std::vector<Target> originalTargets(std::string_view name)
{
    if (const auto top = replaceStart(name, kOriginalTops))
        return { { *top } };
    constexpr std::string_view kLayers = "vision_model.encoder.layers.";
    const std::size_t dot = name.find('.', kLayers.size());
    if (!name.starts_with(kLayers) || dot == std::string_view::npos)
        return {};
    const std::string layer
        = "vision_tower.encoder.layer." + std::string(name.substr(kLayers.size(), dot + 1 - kLayers.size()));
    const std::string_view rest = name.substr(dot + 1);
    constexpr std::string_view kFused = "attn.qkv.";
    if (rest.starts_with(kFused)) {
        const std::string end(rest.substr(kFused.size()));
        return { { layer + "attention.q_proj." + end, 0, 3 }, { layer + "attention.k_proj." + end, 1, 3 },
            { layer + "attention.v_proj." + end, 2, 3 } };
    }
    if (const auto known = replaceStart(rest, kOriginalLayer))
        return { { layer + *known } };
    return {};
}

} // namespace

Policy allocateInternVl(const ModelConfig& config, c10::ScalarType dtype, c10::Device device)
{
    Policy policy;
    policy.config = config;
    Builder build(policy, dtype, device);
    buildVision(build, config.vision, policy.weights.vision);
    buildProjector(build, config, policy.weights.projector);
    buildText(build, config, policy.weights);
    buildRotary(config.text, dtype, device, policy.weights);
    return policy;
}

std::string_view spellingName(Spelling spelling)
{
    switch (spelling) {
    case Spelling::HuggingFace:
        return "hf";
    case Spelling::Prefixed:
        return "transformers";
    case Spelling::Original:
        return "original";
    }
    return {};
}

std::optional<Spelling> spellingFromName(std::string_view name)
{
    for (const Spelling spelling : { Spelling::HuggingFace, Spelling::Prefixed, Spelling::Original }) {
        if (spellingName(spelling) == name)
            return spelling;
    }
    return std::nullopt;
}

std::string spellInternVl(std::string_view name, Spelling spelling)
{
    if (spelling == Spelling::Original)
        return originalName(name);
    const auto prefixed = restoreStart(name, kPrefixedInternVl);
    return spelling == Spelling::Prefixed && prefixed ? *prefixed : std::string(name);
}

Respelled respellInternVl(std::string_view nameInFile)
{
    if (nameInFile.ends_with(".rotary_emb.inv_freq"))
        return {};
    if (const auto prefixed = replaceStart(nameInFile, kPrefixedInternVl))
        return { Spelling::Prefixed, { { *prefixed } } };
    if (auto targets = originalTargets(nameInFile); !targets.empty())
        return { Spelling::Original, std::move(targets) };
    return { Spelling::HuggingFace, { { std::string(nameInFile) } } };
}

} // namespace msrl::model
