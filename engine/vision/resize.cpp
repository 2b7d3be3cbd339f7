// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/resize.h"

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>

namespace msrl::vision {
namespace {

constexpr int kPrecisionBits = 22; // 32 minus 8 of the value, minus 2 for overshoot
constexpr double kCubicA = -0.5;
constexpr double kCubicSupport = 2.0;

double cubic(double x)
{
    x = std::abs(x);
    if (x < 1.0)
        return ((kCubicA + 2.0) * x - (kCubicA + 3.0)) * x * x + 1;
    if (x < 2.0)
        return (((x - 5) * x + 8) * x - 4) * kCubicA;
    return 0.0;
}

// Which input samples one output sample mixes, with fixed-point weights.
struct Taps
{
    std::int64_t first = 0;
    std::vector<std::int32_t> weights;
};

std::vector<Taps> tapsFor(std::int64_t inSize, std::int64_t outSize)
{
    const double scale = static_cast<double>(inSize) / static_cast<double>(outSize);
    const double filterScale = std::max(scale, 1.0);
    const double support = kCubicSupport * filterScale;
    std::vector<Taps> out;
    for (std::int64_t i = 0; i < outSize; ++i) {
        const double center = (static_cast<double>(i) + 0.5) * scale;
        const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(center - support + 0.5));
        const auto last = std::min<std::int64_t>(inSize, static_cast<std::int64_t>(center + support + 0.5));
        std::vector<double> exact;
        double sum = 0.0;
        const double inverse = 1.0 / filterScale;
        for (std::int64_t x = 0; x < last - first; ++x) {
            exact.push_back(cubic((static_cast<double>(x + first) - center + 0.5) * inverse));
            sum += exact.back();
        }
        Taps taps { first, {} };
        for (double weight : exact) {
            if (sum != 0.0)
                weight /= sum;
            const double fixed = weight * (1 << kPrecisionBits);
            taps.weights.push_back(static_cast<std::int32_t>(fixed < 0 ? fixed - 0.5 : fixed + 0.5));
        }
        out.push_back(std::move(taps));
    }
    return out;
}

std::uint8_t toByte(std::int32_t accumulated)
{
    return static_cast<std::uint8_t>(std::clamp(accumulated >> kPrecisionBits, 0, 255));
}

// One output sample of three channels; `stride` is the distance between input samples in bytes.
void mix(const Taps& taps, const std::uint8_t* in, std::int64_t stride, std::uint8_t* out)
{
    constexpr std::int32_t kHalf = 1 << (kPrecisionBits - 1);
    std::int32_t sums[3] = { kHalf, kHalf, kHalf };
    const std::uint8_t* pixel = in + taps.first * stride;
    for (const std::int32_t weight : taps.weights) {
        for (int c = 0; c < 3; ++c)
            sums[c] += weight * pixel[c];
        pixel += stride;
    }
    for (int c = 0; c < 3; ++c)
        out[c] = toByte(sums[c]);
}

Image resizeColumns(const Image& image, std::int64_t width)
{
    Image out { width, image.height,
        std::vector<std::uint8_t>(static_cast<std::size_t>(3 * width * image.height)) };
    const std::vector<Taps> taps = tapsFor(image.width, width);
    for (std::int64_t y = 0; y < image.height; ++y) {
        const std::uint8_t* row = image.rgb.data() + 3 * y * image.width;
        for (std::int64_t x = 0; x < width; ++x)
            mix(taps[static_cast<std::size_t>(x)], row, 3, out.rgb.data() + 3 * (y * width + x));
    }
    return out;
}

Image resizeRows(const Image& image, std::int64_t height)
{
    Image out { image.width, height,
        std::vector<std::uint8_t>(static_cast<std::size_t>(3 * image.width * height)) };
    const std::vector<Taps> taps = tapsFor(image.height, height);
    for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < image.width; ++x)
            mix(taps[static_cast<std::size_t>(y)], image.rgb.data() + 3 * x, 3 * image.width,
                out.rgb.data() + 3 * (y * image.width + x));
    }
    return out;
}

// The kernel that torchvision calls, on the image as its reader leaves it: [1,3,H,W] over interleaved rows.
Image resizeAsTensor(const Image& image, std::int64_t width, std::int64_t height)
{
    auto* bytes = const_cast<std::uint8_t*>(image.rgb.data()); // only read
    const at::Tensor in
        = at::from_blob(bytes, { 1, image.height, image.width, 3 }, at::kByte).permute({ 0, 3, 1, 2 });
    const at::Tensor resized = at::_upsample_bicubic2d_aa(in, { height, width }, false);
    const at::Tensor rows = resized.permute({ 0, 2, 3, 1 }).contiguous();
    const auto* first = rows.const_data_ptr<std::uint8_t>();
    return { width, height, std::vector<std::uint8_t>(first, first + rows.numel()) };
}

} // namespace

Image resizeBicubic(const Image& image, std::int64_t width, std::int64_t height, Resize how)
{
    if (image.width == width && image.height == height)
        return image;
    if (how == Resize::Torchvision)
        return resizeAsTensor(image, width, height);
    Image out = image.width == width ? image : resizeColumns(image, width);
    return out.height == height ? out : resizeRows(out, height);
}

} // namespace msrl::vision
