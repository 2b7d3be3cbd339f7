// SPDX-License-Identifier: GPL-3.0-or-later
// What a sample shows the model, for every architecture: checked, turned into features, put into the text.
#pragma once

#include "core/base/result.h"
#include "engine/model/forward.h"
#include "engine/model/policy.h"

#include <ATen/core/Tensor.h>

namespace msrl::model {

struct VisualInput
{
    at::Tensor pixels; // [tiles,3,S,S]; LLaVA-OneVision: [images,tiles,3,S,S], the base tile first
    at::Tensor imageSizes; // [images,2] int64, (height, width); LLaVA-OneVision only
    at::Tensor videoPixels; // [videos,frames,3,S,S]; LLaVA-OneVision only
};

// Rows of features in the order of their placeholders [N,D]; undefined: none.
struct VisualFeatures
{
    at::Tensor image;
    at::Tensor video;
};

// Refused: tensors of another rank or tile size, media that the architecture does not take. The trace gets
// vit.emb, vit.N, shuffled (InternVL), proj and features_packed (LLaVA-OneVision).
base::Result<VisualFeatures> visualFeatures(
    const Policy& policy, const VisualInput& input, const Trace& trace = {});

// checkTokens() for both kinds of placeholders.
base::Status checkVisualTokens(
    const Policy& policy, const at::Tensor& ids, const VisualFeatures& features, std::int64_t columns);

// ids [P,T] -> embeddings [P,T,D] with the features at their placeholders.
at::Tensor embedVisual(const Policy& policy, const at::Tensor& ids, const VisualFeatures& features);

} // namespace msrl::model
