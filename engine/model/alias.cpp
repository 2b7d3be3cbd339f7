// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/alias.h"

#include <unordered_map>

namespace msrl::model {
namespace {

// Puts the new leaves in the place of the parameters; what is none (blocks, tables) stays shared.
class Replacement
{
public:
    void add(const at::Tensor& parameter, const at::Tensor& alias)
    {
        m_aliases.emplace(parameter.unsafeGetTensorImpl(), alias);
    }

    void in(at::Tensor& tensor) const
    {
        const auto found = m_aliases.find(tensor.unsafeGetTensorImpl());
        if (found != m_aliases.end())
            tensor = found->second;
    }
    void in(LinearWeights& linear) const
    {
        in(linear.weight);
        in(linear.bias);
    }
    void in(std::vector<LinearWeights>& parts) const
    {
        for (LinearWeights& part : parts)
            in(part);
    }
    void in(NormWeights& norm) const
    {
        in(norm.weight);
        in(norm.bias);
    }
    void in(VisionLayerWeights& layer) const
    {
        in(layer.norm1);
        in(layer.qkvParts);
        in(layer.out);
        in(layer.scale1);
        in(layer.norm2);
        in(layer.fc1);
        in(layer.fc2);
        in(layer.scale2);
    }
    void in(TextLayerWeights& layer) const
    {
        in(layer.inputNorm);
        in(layer.qkvParts);
        in(layer.out);
        in(layer.queryNorm);
        in(layer.keyNorm);
        in(layer.postNorm);
        in(layer.gateUpParts);
        in(layer.down);
    }
    void in(Weights& weights) const
    {
        in(weights.vision.cls);
        in(weights.vision.positions);
        in(weights.vision.patch);
        for (VisionLayerWeights& layer : weights.vision.layers)
            in(layer);
        in(weights.vision.postNorm);
        in(weights.projector.norm);
        in(weights.projector.linear1);
        in(weights.projector.linear2);
        in(weights.imageNewline);
        in(weights.embedding);
        for (TextLayerWeights& layer : weights.layers)
            in(layer);
        in(weights.norm);
        in(weights.head);
    }

private:
    std::unordered_map<const c10::TensorImpl*, at::Tensor> m_aliases;
};

} // namespace

Policy aliasOf(const Policy& policy)
{
    Policy out;
    out.config = policy.config;
    out.folder = policy.folder;
    out.weights = policy.weights;
    Replacement replace;
    for (const Parameter& parameter : policy.parameters) {
        const at::Tensor alias = parameter.value.detach().set_requires_grad(parameter.value.requires_grad());
        out.parameters.push_back({ parameter.name, parameter.part, alias });
        replace.add(parameter.value, alias);
    }
    replace.in(out.weights);
    return out;
}

} // namespace msrl::model
