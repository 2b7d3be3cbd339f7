// SPDX-License-Identifier: GPL-3.0-or-later
// One accumulation of gradients and what it left, and the plain way to the same log-probabilities.
#pragma once

#include "engine/model/forward.h"
#include "engine/update/policy_update.h"
#include "tests/engine/update/goldens.h"
#include "tests/engine/update/tiny_policy.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <stdexcept>

namespace msrl::test {

inline const std::vector<model::Part> kEverything
    = { model::Part::Vision, model::Part::Projector, model::Part::Language };

inline std::vector<at::Tensor> gradientsOf(const model::Policy& policy)
{
    std::vector<at::Tensor> gradients;
    for (const model::Parameter& parameter : policy.parameters)
        gradients.push_back(parameter.value.grad().defined() ? parameter.value.grad().clone() : at::Tensor());
    return gradients;
}

inline void expectSameGradients(
    const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b, double tolerance)
{
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_EQ(a[i].defined(), b[i].defined());
        EXPECT_TRUE(!a[i].defined() || isClose(a[i], b[i], tolerance, tolerance)) << "parameter " << i;
    }
}

struct Outcome
{
    update::UpdateMetrics metrics;
    std::vector<at::Tensor> gradients;
};

inline Outcome run(model::Policy& policy, const std::vector<batch::Group>& groups,
    const update::UpdateOptions& options, const std::vector<model::Part>& parts = kEverything)
{
    model::setTrainable(policy, parts);
    auto metrics = update::accumulateGradients(policy, groups, options);
    if (!metrics)
        throw std::runtime_error(metrics.error().message());
    return { *metrics, gradientsOf(policy) };
}

// log-probabilities of one completion by the plain way: the whole sequence through the model, no packing.
inline at::Tensor plainLogprobs(const model::Policy& policy, const batch::Group& group, std::size_t c)
{
    std::vector<std::int64_t> ids = group.prompt.ids;
    const std::vector<std::int64_t>& completion = group.completions[c].ids;
    ids.insert(ids.end(), completion.begin(), completion.end());
    const auto total = static_cast<std::int64_t>(ids.size());
    const auto count = static_cast<std::int64_t>(completion.size());
    const at::Tensor row = at::tensor(ids, at::kLong).unsqueeze(0);
    at::Tensor features;
    if (group.prompt.pixels.defined())
        features = model::imageFeatures(policy, group.prompt.pixels);
    const model::Prefix all = model::prefill(policy, model::embed(policy, row, features), { total });
    const at::Tensor z = model::logits(policy, all.hidden[0].narrow(0, total - count - 1, count));
    return z.log_softmax(-1).gather(1, at::tensor(completion, at::kLong).unsqueeze(1)).squeeze(1);
}

} // namespace msrl::test
