// SPDX-License-Identifier: GPL-3.0-or-later
// InternViT, pixel shuffle and the projector. t tiles, s tokens of a tile, C hidden size, h heads.
#include "engine/model/forward.h"
#include "engine/model/internvl.h"
#include "engine/model/linear.h"
#include "engine/model/visual_input.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

namespace msrl::model {
namespace {

constexpr double kProjectorEps = 1e-5; // nn.LayerNorm's default, not the vision tower's

// pixels [t,3,S,S] -> [t,1+patches,C]. The convolution has no overlap: it is a product over patches.
at::Tensor patchEmbedding(const VisionWeights& weights, const VisionConfig& config, const at::Tensor& pixels)
{
    const std::int64_t tiles = pixels.size(0);
    const std::int64_t side = config.patchesPerSide();
    const std::int64_t p = config.patchSize;
    const at::Tensor patches = pixels.to(weights.cls.scalar_type())
                                   .view({ tiles, 3, side, p, side, p })
                                   .permute({ 0, 2, 4, 1, 3, 5 })
                                   .reshape({ tiles, side * side, 3 * p * p });
    const at::Tensor embedded
        = at::linear(patches, weights.patch.weight.view({ config.hidden, 3 * p * p }), weights.patch.bias);
    return at::cat({ weights.cls.expand({ tiles, 1, config.hidden }), embedded }, 1) + weights.positions;
}

at::Tensor visionAttention(const VisionLayerWeights& layer, const at::Tensor& x, std::int64_t heads)
{
    const std::int64_t tiles = x.size(0);
    const std::int64_t tokens = x.size(1);
    const std::int64_t hidden = x.size(2);
    const at::Tensor qkv = blockLinear(x, layer.qkv, layer.qkvParts)
                               .view({ tiles, tokens, 3, heads, hidden / heads })
                               .permute({ 2, 0, 3, 1, 4 });
    const at::Tensor mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]);
    return at::linear(
        mixed.transpose(1, 2).reshape({ tiles, tokens, hidden }), layer.out.weight, layer.out.bias);
}

at::Tensor visionBlock(const VisionLayerWeights& layer, const VisionConfig& config, const at::Tensor& x)
{
    const at::Tensor attended = at::addcmul(x, layer.scale1,
        visionAttention(layer, layerNorm(x, layer.norm1, config.layerNormEps), config.heads));
    const at::Tensor inner = at::gelu(
        at::linear(layerNorm(attended, layer.norm2, config.layerNormEps), layer.fc1.weight, layer.fc1.bias));
    return at::addcmul(attended, layer.scale2, at::linear(inner, layer.fc2.weight, layer.fc2.bias));
}

// [t,side*side,C] -> [t,tokensPerTile,C*f*f]: token (i,j) holds the f x f patches at (f*i, f*j), row offset
// first. Version 1 transposes the grid of tokens.
at::Tensor pixelShuffle(const at::Tensor& x, std::int64_t side, std::int64_t factor, bool transposed)
{
    const std::int64_t tiles = x.size(0);
    const std::int64_t channels = x.size(2);
    const std::int64_t small = side / factor;
    const at::Tensor grid = x.view({ tiles, small, factor, small, factor, channels });
    const at::Tensor tokens
        = transposed ? grid.permute({ 0, 3, 1, 2, 4, 5 }) : grid.permute({ 0, 1, 3, 2, 4, 5 });
    return tokens.reshape({ tiles, small * small, factor * factor * channels });
}

} // namespace

at::Tensor imageFeatures(
    const Policy& policy, const at::Tensor& pixels, const Trace& trace, Activations activations)
{
    const VisionConfig& config = policy.config.vision;
    const auto report = [&trace](const std::string& name, const at::Tensor& value) {
        if (trace)
            trace(name, value);
    };
    at::Tensor x = patchEmbedding(policy.weights.vision, config, pixels);
    report("vit.emb", x);
    for (std::size_t i = 0; i < policy.weights.vision.layers.size(); ++i) {
        const VisionLayerWeights& layer = policy.weights.vision.layers[i];
        const auto block = [&layer, &config](const at::Tensor& in) { return visionBlock(layer, config, in); };
        x = activations == Activations::Recompute ? recomputed(block, x, parametersOf(layer)) : block(x);
        report("vit." + std::to_string(i), x);
    }
    const at::Tensor shuffled = pixelShuffle(x.slice(1, 1).contiguous(), config.patchesPerSide(),
        policy.config.shuffleFactor, policy.config.pixelShuffle == "v1");
    report("shuffled", shuffled);
    const ProjectorWeights& projector = policy.weights.projector;
    const at::Tensor normed = layerNorm(shuffled, projector.norm, kProjectorEps);
    const at::Tensor inner = at::gelu(at::linear(normed, projector.linear1.weight, projector.linear1.bias));
    const at::Tensor features = at::linear(inner, projector.linear2.weight, projector.linear2.bias);
    report("proj", features);
    return features;
}

base::Result<VisualFeatures> internVlFeatures(
    const Policy& policy, const VisualInput& input, const Trace& trace)
{
    if (input.videoPixels.defined())
        return base::badInput("pixel_values_videos is given, InternVL takes frames as pixel_values");
    if (!input.pixels.defined())
        return VisualFeatures {};
    const std::int64_t side = policy.config.vision.imageSize;
    const at::IntArrayRef shape = input.pixels.sizes();
    if (shape.size() != 4 || shape[0] < 1 || shape[1] != 3 || shape[2] != side || shape[3] != side)
        return base::badInput(fmt::format("pixel_values has shape [{}], expected [tiles,3,{},{}]",
            fmt::join(shape.vec(), ","), side, side));
    return VisualFeatures { imageFeatures(policy, input.pixels, trace).flatten(0, 1), {} };
}

} // namespace msrl::model
