// SPDX-License-Identifier: GPL-3.0-or-later
// SigLIP, the projector and the packing of features. t tiles, n patches per side, C vision width, D width.
#include "engine/model/linear.h"
#include "engine/model/llava_onevision.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace msrl::model {
namespace {

void report(const Trace& trace, const std::string& name, const at::Tensor& value)
{
    if (trace)
        trace(name, value);
}

at::Tensor siglipLayer(const VisionLayerWeights& layer, const VisionConfig& config, at::Tensor x)
{
    const std::int64_t tiles = x.size(0);
    const std::int64_t tokens = x.size(1);
    const at::Tensor qkv
        = blockLinear(layerNorm(x, layer.norm1, config.layerNormEps), layer.qkv, layer.qkvParts)
              .view({ tiles, tokens, 3, config.heads, config.hidden / config.heads })
              .permute({ 2, 0, 3, 1, 4 });
    const at::Tensor mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2])
                                 .transpose(1, 2)
                                 .reshape({ tiles, tokens, config.hidden });
    x = x + at::linear(mixed, layer.out.weight, layer.out.bias);
    const at::Tensor inner = at::gelu(
        at::linear(layerNorm(x, layer.norm2, config.layerNormEps), layer.fc1.weight, layer.fc1.bias), "tanh");
    return x + at::linear(inner, layer.fc2.weight, layer.fc2.bias);
}

// pixels [t,3,S,S] -> [t,n*n,D]. A rest of the image that fills no patch is not looked at.
at::Tensor tileFeatures(const Policy& policy, const at::Tensor& pixels, const Trace& trace)
{
    const VisionConfig& config = policy.config.vision;
    const VisionWeights& weights = policy.weights.vision;
    const std::int64_t n = config.patchesPerSide();
    const std::int64_t p = config.patchSize;
    const at::Tensor patches = pixels.narrow(2, 0, n * p)
                                   .narrow(3, 0, n * p)
                                   .to(weights.positions.scalar_type())
                                   .reshape({ pixels.size(0), 3, n, p, n, p })
                                   .permute({ 0, 2, 4, 1, 3, 5 })
                                   .reshape({ pixels.size(0), n * n, 3 * p * p });
    at::Tensor x
        = at::linear(patches, weights.patch.weight.view({ config.hidden, 3 * p * p }), weights.patch.bias)
        + weights.positions;
    report(trace, "vit.emb", x);
    for (std::size_t i = 0; i < weights.layers.size(); ++i) {
        x = siglipLayer(weights.layers[i], config, x);
        report(trace, "vit." + std::to_string(i), x);
    }
    const ProjectorWeights& projector = policy.weights.projector;
    const at::Tensor inner = at::gelu(at::linear(x, projector.linear1.weight, projector.linear1.bias));
    const at::Tensor out = at::linear(inner, projector.linear2.weight, projector.linear2.bias);
    report(trace, "proj", out);
    return out;
}

// tiles [1+rows*cols,n*n,D], the base tile first -> [tokens,D]
at::Tensor packImage(const Policy& policy, const at::Tensor& tiles, const AnyResolutionPlan& plan)
{
    const std::int64_t n = policy.config.vision.patchesPerSide();
    const std::int64_t d = tiles.size(2);
    const at::Tensor newline = policy.weights.imageNewline;
    if (tiles.size(0) == 1)
        return at::cat({ tiles[0], newline.unsqueeze(0) });
    const std::int64_t side = policy.config.vision.imageSize;
    const std::int64_t rows = plan.pinpoint.first / side;
    const std::int64_t cols = plan.pinpoint.second / side;
    at::Tensor grid = tiles.slice(0, 1)
                          .reshape({ rows, cols, n, n, d })
                          .permute({ 4, 0, 2, 1, 3 })
                          .reshape({ d, rows * n, cols * n })
                          .narrow(1, plan.unpaddedFrom.first, plan.unpadded.first)
                          .narrow(2, plan.unpaddedFrom.second, plan.unpadded.second);
    if (plan.scaledDown)
        grid = at::upsample_bilinear2d(
            grid.unsqueeze(0), { plan.features.first, plan.features.second }, false)[0];
    const at::Tensor ends = newline.view({ d, 1, 1 }).expand({ d, plan.features.first, 1 });
    const at::Tensor flat = at::cat({ grid, ends }, 2).flatten(1, 2).transpose(0, 1);
    return at::cat({ tiles[0], flat });
}

base::Status checkPixels(const at::Tensor& pixels, const char* name, std::int64_t side)
{
    if (pixels.dim() == 5 && pixels.size(1) >= 1 && pixels.size(2) == 3 && pixels.size(3) == side
        && pixels.size(4) == side)
        return {};
    return base::badInput(fmt::format("{} has shape [{}], expected [n, tiles, 3, {}, {}]", name,
        fmt::join(pixels.sizes().vec(), ","), side, side));
}

base::Result<at::Tensor> packedImages(const Policy& policy, const VisualInput& input, const Trace& trace)
{
    const ModelConfig& config = policy.config;
    const std::int64_t images = input.pixels.size(0);
    if (!input.imageSizes.defined() || input.imageSizes.dim() != 2 || input.imageSizes.size(0) != images
        || input.imageSizes.size(1) != 2 || input.imageSizes.scalar_type() != at::kLong)
        return base::badInput(
            fmt::format("image_sizes must be int64 [{}, 2]: the height and width of each image", images));
    std::vector<AnyResolutionPlan> plans;
    std::vector<at::Tensor> tiles;
    for (std::int64_t i = 0; i < images; ++i) {
        const auto height = input.imageSizes[i][0].item<std::int64_t>();
        const auto width = input.imageSizes[i][1].item<std::int64_t>();
        if (height < 1 || width < 1 || height > (1 << 20) || width > (1 << 20))
            return base::badInput(fmt::format("image_sizes holds an image of {} x {}", height, width));
        AnyResolutionPlan plan = planAnyResolution(
            { height, width }, config.anyResolution, config.vision.imageSize, config.vision.patchesPerSide());
        // Several images of one sample come with their base tile alone.
        if (input.pixels.size(1) == 1)
            plan.tiles = 1;
        if (plan.tiles > input.pixels.size(1))
            return base::badInput(fmt::format("an image of {} x {} has {} tiles, pixel_values holds {}",
                height, width, plan.tiles, input.pixels.size(1)));
        if (plan.tiles > 1 && (plan.features.first < 1 || plan.features.second < 1))
            return base::badInput(fmt::format(
                "an image of {} x {} is so narrow that it has no features of its own", height, width));
        tiles.push_back(input.pixels[i].narrow(0, 0, plan.tiles));
        plans.push_back(plan);
    }
    const at::Tensor features = tileFeatures(policy, at::cat(tiles), trace);
    std::vector<at::Tensor> packed;
    std::int64_t at = 0;
    for (const AnyResolutionPlan& plan : plans) {
        packed.push_back(packImage(policy, features.narrow(0, at, plan.tiles), plan));
        at += plan.tiles;
    }
    const at::Tensor out = at::cat(packed);
    report(trace, "features_packed", out);
    return out;
}

// [videos,frames,3,S,S] -> per video its frames at half the resolution and one newline at the end.
at::Tensor packedVideos(const Policy& policy, const at::Tensor& pixels)
{
    const std::int64_t n = policy.config.vision.patchesPerSide();
    const std::int64_t half = pooledSide(n);
    const std::int64_t frames = pixels.size(1);
    const at::Tensor features = tileFeatures(policy, pixels.flatten(0, 1), {});
    const std::int64_t d = features.size(2);
    const at::Tensor small = at::upsample_bilinear2d(
        features.view({ -1, n, n, d }).permute({ 0, 3, 1, 2 }), { half, half }, false)
                                 .flatten(2)
                                 .transpose(1, 2)
                                 .reshape({ pixels.size(0), frames * half * half, d });
    const at::Tensor ends = policy.weights.imageNewline.view({ 1, 1, d }).expand({ pixels.size(0), 1, d });
    return at::cat({ small, ends }, 1).flatten(0, 1);
}

} // namespace

base::Result<VisualFeatures> llavaOneVisionFeatures(
    const Policy& policy, const VisualInput& input, const Trace& trace)
{
    const std::int64_t side = policy.config.vision.imageSize;
    VisualFeatures out;
    if (input.pixels.defined()) {
        if (const base::Status fault = checkPixels(input.pixels, "pixel_values", side); !fault)
            return fault.error();
        auto packed = packedImages(policy, input, trace);
        if (!packed)
            return packed.error();
        out.image = *packed;
    }
    if (input.videoPixels.defined()) {
        if (const base::Status fault = checkPixels(input.videoPixels, "pixel_values_videos", side); !fault)
            return fault.error();
        out.video = packedVideos(policy, input.videoPixels);
    }
    return out;
}

} // namespace msrl::model
