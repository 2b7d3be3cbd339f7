// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/recompute.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

namespace msrl::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Held : torch::CustomClassHolder
{
    Held(Block function, std::vector<at::Tensor> tensors)
        : block(std::move(function))
        , parameters(std::move(tensors))
    {
    }
    Block block;
    std::vector<at::Tensor> parameters;
};

class Recomputed : public torch::autograd::Function<Recomputed>
{
public:
    static at::Tensor forward(
        AutogradContext* ctx, const at::Tensor& x, at::TensorList parameters, const Block& block)
    {
        ctx->save_for_backward({ x });
        ctx->saved_data["held"]
            = c10::IValue::make_capsule(c10::make_intrusive<Held>(block, parameters.vec()));
        return block(x);
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const auto capsule = ctx->saved_data["held"].toCapsule();
        const Held& held = static_cast<const Held&>(*capsule);
        const at::Tensor x = ctx->get_saved_variables()[0].detach();
        x.set_requires_grad(ctx->needs_input_grad(0));
        variable_list inputs;
        std::vector<std::size_t> places; // among what forward() was given
        const auto want = [&](const at::Tensor& tensor, std::size_t place) {
            if (!tensor.requires_grad())
                return;
            inputs.push_back(tensor);
            places.push_back(place);
        };
        want(x, 0);
        for (std::size_t i = 0; i < held.parameters.size(); ++i)
            want(held.parameters[i], 1 + i);
        variable_list out(held.parameters.size() + 2);
        const at::AutoGradMode on(true);
        const variable_list found = torch::autograd::grad(
            { held.block(x) }, inputs, { gradients[0] }, std::nullopt, false, /*allow_unused=*/true);
        for (std::size_t i = 0; i < places.size(); ++i)
            out[places[i]] = found[i];
        return out;
    }
};

std::vector<at::Tensor> collected(std::vector<at::Tensor> all, const std::vector<LinearWeights>& linears,
    const std::vector<NormWeights>& norms)
{
    for (const LinearWeights& linear : linears)
        all.insert(all.end(), { linear.weight, linear.bias });
    for (const NormWeights& norm : norms)
        all.insert(all.end(), { norm.weight, norm.bias });
    std::erase_if(all, [](const at::Tensor& one) { return !one.defined(); });
    return all;
}

} // namespace

at::Tensor recomputed(const Block& block, const at::Tensor& x, const std::vector<at::Tensor>& parameters)
{
    if (!at::GradMode::is_enabled())
        return block(x);
    return Recomputed::apply(x, at::TensorList(parameters), block);
}

std::vector<at::Tensor> parametersOf(const TextLayerWeights& layer)
{
    std::vector<LinearWeights> linears = layer.qkvParts;
    linears.insert(linears.end(), layer.gateUpParts.begin(), layer.gateUpParts.end());
    return collected(
        { layer.inputNorm, layer.out, layer.queryNorm, layer.keyNorm, layer.postNorm, layer.down }, linears,
        {});
}

std::vector<at::Tensor> parametersOf(const VisionLayerWeights& layer)
{
    std::vector<LinearWeights> linears = layer.qkvParts;
    linears.insert(linears.end(), { layer.out, layer.fc1, layer.fc2 });
    return collected({ layer.scale1, layer.scale2 }, linears, { layer.norm1, layer.norm2 });
}

} // namespace msrl::model
