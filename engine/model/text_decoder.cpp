// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/text_decoder.h"

#include "engine/model/linear.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/tensor.h>

#include <memory>
#include <string>

namespace msrl::model {
namespace {

struct Layer
{
    const TextLayerWeights& weights;
    std::size_t index = 0;
};

const PackedLayer* packedLayer(const DecoderPass& pass, const Layer& layer)
{
    return pass.packed ? &pass.packed->layers[layer.index] : nullptr;
}

void report(const Trace& trace, const std::string& name, const at::Tensor& value, at::IntArrayRef shape)
{
    if (trace)
        trace(name, value.view(shape));
}

// [N,KV,hd] -> [P,KV,T,hd]
at::Tensor byPrompt(const at::Tensor& x, std::int64_t prompts)
{
    return x.view({ prompts, x.size(0) / prompts, x.size(1), x.size(2) }).transpose(1, 2).contiguous();
}

at::Tensor wanted(const DecoderPass& pass, const Layer& layer, const at::Tensor& x)
{
    const bool last = layer.index + 1 == pass.policy.weights.layers.size();
    return last && pass.wantedFrom > 0 ? x.narrow(0, pass.wantedFrom, x.size(0) - pass.wantedFrom) : x;
}

at::Tensor attentionBlock(const DecoderPass& pass, const Layer& layer, const at::Tensor& x)
{
    const TextConfig& config = pass.policy.config.text;
    const TextLayerWeights& weights = layer.weights;
    const PackedLayer* packed = packedLayer(pass, layer);
    const at::Tensor qkv = packed
        ? packedLinear(rmsNorm(x, weights.inputNorm, config.rmsNormEps), packed->qkv, weights.qkv.bias)
        : normedLinear(x, weights.inputNorm, config.rmsNormEps, weights.qkv, weights.qkvParts);
    const auto [q, k, v] = splitHeads(qkv, weights, pass.rotation, config);
    PromptKeys prompt;
    if (pass.prefix)
        prompt = { pass.prefix->keys[layer.index], pass.prefix->values[layer.index] };
    if (pass.collect) {
        pass.collect->keys.push_back(byPrompt(k, pass.layout.numRows()));
        pass.collect->values.push_back(byPrompt(v, pass.layout.numRows()));
    }
    const at::Tensor mixed = pass.cache ? attendCached(q, k, v, prompt, pass.layout, *pass.cache, layer.index)
                                        : attendRows(q, k, v, prompt, pass.layout);
    const at::Tensor heads = wanted(pass, layer, mixed.reshape({ x.size(0), config.heads * config.headDim }));
    return wanted(pass, layer, x)
        + (packed ? packedLinear(heads, packed->out) : at::linear(heads, weights.out));
}

at::Tensor mlpBlock(const DecoderPass& pass, const Layer& layer, const at::Tensor& x)
{
    const TextLayerWeights& weights = layer.weights;
    const double eps = pass.policy.config.text.rmsNormEps;
    if (const PackedLayer* packed = packedLayer(pass, layer))
        return x
            + packedLinear(gatedUnit(packedLinear(
                               rmsNorm(x, weights.postNorm, eps), packed->gateUp, weights.gateUp.bias)),
                packed->down);
    return addGatedLinear(
        x, normedLinear(x, weights.postNorm, eps, weights.gateUp, weights.gateUpParts), weights.down);
}

at::Tensor decoderBlock(const DecoderPass& pass, const Layer& layer, const at::Tensor& x)
{
    return mlpBlock(pass, layer, attentionBlock(pass, layer, x));
}

} // namespace

void setPositions(DecoderPass& pass, const std::vector<std::int64_t>& positions)
{
    const Weights& weights = pass.policy.weights;
    const at::Tensor index
        = at::tensor(positions, at::TensorOptions().dtype(at::kLong)).to(weights.cosines.device());
    pass.rotation.cosines = weights.cosines.index_select(0, index);
    pass.rotation.sines = weights.sines.index_select(0, index);
}

at::Tensor runDecoder(const DecoderPass& pass, at::Tensor x, at::IntArrayRef shape)
{
    const Policy& policy = pass.policy;
    const auto kept
        = pass.activations == Activations::Recompute ? std::make_shared<const DecoderPass>(pass) : nullptr;
    report(pass.trace, "lm.embeds", x, shape);
    for (std::size_t i = 0; i < policy.weights.layers.size(); ++i) {
        const Layer layer { policy.weights.layers[i], i };
        x = kept ? recomputed([kept, layer](const at::Tensor& in) { return decoderBlock(*kept, layer, in); },
                x, parametersOf(layer.weights))
                 : decoderBlock(pass, layer, x);
        report(pass.trace, "lm." + std::to_string(i), x, shape);
    }
    x = rmsNorm(x, policy.weights.norm, policy.config.text.rmsNormEps);
    report(pass.trace, "lm.norm", x, shape);
    return x;
}

} // namespace msrl::model
