// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/visual_input.h"

#include "engine/model/architecture.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/masked_scatter.h>

#include <fmt/format.h>

namespace msrl::model {
namespace {

std::int64_t rows(const at::Tensor& features)
{
    return features.defined() ? features.size(0) : 0;
}

} // namespace

base::Result<VisualFeatures> visualFeatures(
    const Policy& policy, const VisualInput& input, const Trace& trace)
{
    return architectureOf(policy.config).features(policy, input, trace);
}

base::Status checkVisualTokens(
    const Policy& policy, const at::Tensor& ids, const VisualFeatures& features, std::int64_t columns)
{
    if (const base::Status fault = checkTokens(policy, ids, rows(features.image), columns); !fault)
        return fault;
    const std::int64_t videoToken = policy.config.videoTokenId;
    const std::int64_t placeholders
        = videoToken < 0 || ids.numel() == 0 ? 0 : (ids == videoToken).sum().item<std::int64_t>();
    if (placeholders != rows(features.video))
        return base::badInput(fmt::format(
            "{} video tokens in the text, the videos give {}", placeholders, rows(features.video)));
    return {};
}

at::Tensor embedVisual(const Policy& policy, const at::Tensor& ids, const VisualFeatures& features)
{
    const at::Tensor x = embed(policy, ids, features.image);
    if (!features.video.defined())
        return x;
    const at::Tensor mask = (ids == policy.config.videoTokenId).unsqueeze(-1);
    return x.masked_scatter(mask, features.video.to(x.scalar_type()));
}

} // namespace msrl::model
