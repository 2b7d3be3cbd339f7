// SPDX-License-Identifier: GPL-3.0-or-later
// Drawn images as the tensor that the vision tower takes.
#pragma once

#include "engine/demo/render.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace msrl::demo {

// [images, 3, side, side] float32, (v / 255 - 0.5) / 0.25 as the base's preprocessor_config.json says.
// Undefined when there are no images.
at::Tensor pixelsOf(const std::vector<Image>& images);

// All frames of all scenes, in order.
std::vector<Image> drawScenes(const std::vector<Scene>& scenes, base::RandomStream& random);

} // namespace msrl::demo
