// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/pixels.h"

#include <ATen/ops/empty.h>

namespace msrl::demo {

at::Tensor pixelsOf(const std::vector<Image>& images)
{
    if (images.empty())
        return {};
    constexpr float kMean = 0.5F;
    constexpr float kDeviation = 0.25F;
    const auto count = static_cast<std::int64_t>(images.size());
    const auto side = static_cast<std::int64_t>(kImageSide);
    at::Tensor out = at::empty({ count, 3, side, side }, at::TensorOptions(at::kFloat));
    float* to = out.data_ptr<float>();
    for (const Image& image : images)
        for (std::size_t channel = 0; channel < 3; ++channel)
            for (std::size_t pixel = 0; pixel < kImageSide * kImageSide; ++pixel)
                *to++ = (static_cast<float>(image[pixel * 3 + channel]) / 255.0F - kMean) / kDeviation;
    return out;
}

std::vector<Image> drawScenes(const std::vector<Scene>& scenes, base::RandomStream& random)
{
    std::vector<Image> out;
    for (const Scene& scene : scenes) {
        std::vector<Image> frames = drawScene(scene, random);
        out.insert(out.end(), frames.begin(), frames.end());
    }
    return out;
}

} // namespace msrl::demo
