// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/builder.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/sin.h>

#include <fmt/format.h>

namespace msrl::model {
namespace {

TextLayerWeights buildTextLayer(Builder& build, const TextConfig& config, const std::string& name)
{
    TextLayerWeights layer;
    const std::int64_t d = config.hidden;
    const std::int64_t queries = config.heads * config.headDim;
    const std::int64_t keys = config.kvHeads * config.headDim;
    layer.inputNorm = build.tensor(name + "input_layernorm.weight", { d });
    const std::string attention = name + "self_attn.";
    build.block(
        { { attention + "q_proj", queries }, { attention + "k_proj", keys }, { attention + "v_proj", keys } },
        d, config.attentionBias, layer.qkv, layer.qkvParts);
    layer.out = build.tensor(attention + "o_proj.weight", { d, queries });
    if (config.queryKeyNorm) {
        layer.queryNorm = build.tensor(attention + "q_norm.weight", { config.headDim });
        layer.keyNorm = build.tensor(attention + "k_norm.weight", { config.headDim });
    }
    layer.postNorm = build.tensor(name + "post_attention_layernorm.weight", { d });
    build.block(
        { { name + "mlp.gate_proj", config.intermediate }, { name + "mlp.up_proj", config.intermediate } }, d,
        false, layer.gateUp, layer.gateUpParts);
    layer.down = build.tensor(name + "mlp.down_proj.weight", { d, config.intermediate });
    return layer;
}

} // namespace

void buildText(Builder& build, const ModelConfig& config, Weights& out)
{
    build.startPart(Part::Language);
    const TextConfig& text = config.text;
    const std::string top = "language_model.model.";
    out.embedding = build.tensor(top + "embed_tokens.weight", { text.vocabulary, text.hidden });
    for (std::int64_t i = 0; i < text.layers; ++i)
        out.layers.push_back(buildTextLayer(build, text, fmt::format("{}layers.{}.", top, i)));
    out.norm = build.tensor(top + "norm.weight", { text.hidden });
    out.head = config.tiedHead
        ? out.embedding
        : build.tensor("language_model.lm_head.weight", { text.vocabulary, text.hidden });
}

// Angles are formed in float32, as the reference does, whatever the dtype of the weights.
void buildRotary(const TextConfig& config, c10::ScalarType dtype, c10::Device device, Weights& out)
{
    const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
    const at::Tensor exponents
        = at::arange(0, config.headDim, 2, options) / static_cast<double>(config.headDim);
    const at::Tensor frequencies = at::pow(config.ropeTheta, exponents).reciprocal();
    const at::Tensor angles = at::outer(at::arange(config.maxPositions, options), frequencies);
    out.cosines = at::cos(angles).to(dtype);
    out.sines = at::sin(angles).to(dtype);
}

} // namespace msrl::model
