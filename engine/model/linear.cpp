// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/linear.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

namespace msrl::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The block is computed with as one matrix; its gradient is cut into the parts' gradients.
class BlockLinear : public torch::autograd::Function<BlockLinear>
{
public:
    // `parts` are the weights, then the biases if there are any.
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight,
        const std::optional<at::Tensor>& bias, at::TensorList parts)
    {
        ctx->save_for_backward({ x, weight });
        std::vector<std::int64_t> rows;
        for (const at::Tensor& part : parts) {
            if (part.dim() == 2)
                rows.push_back(part.size(0));
        }
        ctx->saved_data["rows"] = rows;
        ctx->saved_data["bias"] = bias.has_value();
        ctx->saved_data["weights"] = parts.front().requires_grad();
        return at::linear(x, weight, bias);
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const variable_list saved = ctx->get_saved_variables();
        const at::Tensor& x = saved[0];
        const at::Tensor& weight = saved[1];
        const std::vector<std::int64_t> rows = ctx->saved_data["rows"].toIntVector();
        const at::Tensor gy = gradients[0].reshape({ -1, weight.size(0) });
        variable_list out(3);
        if (ctx->needs_input_grad(0))
            out[0] = at::mm(gy, weight).view(x.sizes());
        const bool wanted = ctx->saved_data["weights"].toBool();
        const auto cut = [&](const at::Tensor& whole) {
            std::int64_t at = 0;
            for (const std::int64_t count : rows) {
                out.push_back(whole.defined() ? whole.narrow(0, at, count) : at::Tensor());
                at += count;
            }
        };
        cut(wanted ? at::mm(gy.t(), x.reshape({ -1, weight.size(1) })) : at::Tensor());
        if (ctx->saved_data["bias"].toBool())
            cut(wanted ? gy.sum(0) : at::Tensor());
        return out;
    }
};

} // namespace

at::Tensor blockLinear(
    const at::Tensor& x, const LinearWeights& block, const std::vector<LinearWeights>& parts)
{
    const bool trained = parts.front().weight.requires_grad();
    if (!at::GradMode::is_enabled() || !trained)
        return at::linear(x, block.weight, block.bias);
    std::vector<at::Tensor> tensors;
    for (const LinearWeights& part : parts)
        tensors.push_back(part.weight);
    if (block.bias.defined()) {
        for (const LinearWeights& part : parts)
            tensors.push_back(part.bias);
    }
    const auto bias = block.bias.defined() ? std::optional(block.bias) : std::nullopt;
    return BlockLinear::apply(x, block.weight, bias, at::TensorList(tensors));
}

} // namespace msrl::model
