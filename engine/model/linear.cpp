// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/linear.h"

#include "engine/model/text_ops.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

namespace msrl::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Of the parameters in a block: the weights, then the biases if there are any.
std::vector<at::Tensor> parametersOf(const LinearWeights& block, const std::vector<LinearWeights>& parts)
{
    std::vector<at::Tensor> out;
    for (const LinearWeights& part : parts)
        out.push_back(part.weight);
    if (block.bias.defined()) {
        for (const LinearWeights& part : parts)
            out.push_back(part.bias);
    }
    return out;
}

std::optional<at::Tensor> biasOf(const LinearWeights& block)
{
    return block.bias.defined() ? std::optional(block.bias) : std::nullopt;
}

// The block is computed with as one matrix; its gradient is cut into the parts' gradients.
class BlockGradient
{
public:
    static void keep(AutogradContext* ctx, bool bias, at::TensorList parts)
    {
        std::vector<std::int64_t> rows;
        for (const at::Tensor& part : parts) {
            if (part.dim() == 2)
                rows.push_back(part.size(0));
        }
        ctx->saved_data["rows"] = rows;
        ctx->saved_data["bias"] = bias;
        ctx->saved_data["weights"] = parts.front().requires_grad();
    }

    explicit BlockGradient(AutogradContext* ctx)
        : m_rows(ctx->saved_data["rows"].toIntVector())
        , m_bias(ctx->saved_data["bias"].toBool())
        , m_wanted(ctx->saved_data["weights"].toBool())
    {
    }

    // `makeInput`: what the block was multiplied with, [N,in].
    template <typename MakeInput>
    void append(const at::Tensor& gradient, const MakeInput& makeInput, variable_list& out) const
    {
        cut(m_wanted ? at::mm(gradient.t(), makeInput()) : at::Tensor(), out);
        if (m_bias)
            cut(m_wanted ? gradient.sum(0) : at::Tensor(), out);
    }

private:
    void cut(const at::Tensor& whole, variable_list& out) const
    {
        std::int64_t at = 0;
        for (const std::int64_t count : m_rows) {
            out.push_back(whole.defined() ? whole.narrow(0, at, count) : at::Tensor());
            at += count;
        }
    }

    std::vector<std::int64_t> m_rows;
    bool m_bias;
    bool m_wanted;
};

class BlockLinear : public torch::autograd::Function<BlockLinear>
{
public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight,
        const std::optional<at::Tensor>& bias, at::TensorList parts)
    {
        ctx->save_for_backward({ x, weight });
        BlockGradient::keep(ctx, bias.has_value(), parts);
        return at::linear(x, weight, bias);
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const variable_list saved = ctx->get_saved_variables();
        const at::Tensor& x = saved[0];
        const at::Tensor& weight = saved[1];
        const at::Tensor gy = gradients[0].reshape({ -1, weight.size(0) });
        variable_list out(3);
        if (ctx->needs_input_grad(0))
            out[0] = at::mm(gy, weight).view(x.sizes());
        const auto input = [&] { return x.reshape({ -1, weight.size(1) }); };
        BlockGradient(ctx).append(gy, input, out);
        return out;
    }
};

class NormedLinear : public torch::autograd::Function<NormedLinear>
{
public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& norm, double eps,
        const at::Tensor& weight, const std::optional<at::Tensor>& bias, at::TensorList parts)
    {
        ctx->save_for_backward({ x, norm, weight });
        BlockGradient::keep(ctx, bias.has_value(), parts);
        ctx->saved_data["eps"] = eps;
        return at::linear(rmsNorm(x, norm, eps), weight, bias);
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const variable_list saved = ctx->get_saved_variables();
        const at::Tensor& x = saved[0];
        const at::Tensor& norm = saved[1];
        const double eps = ctx->saved_data["eps"].toDouble();
        const at::Tensor gy = gradients[0].contiguous();
        variable_list out(5);
        if (ctx->needs_input_grad(0) || ctx->needs_input_grad(1)) {
            const NormGradients all
                = rmsNormGradients(at::mm(gy, saved[2]), x, norm, eps, ctx->needs_input_grad(1));
            out[0] = all.x;
            out[1] = all.weight;
        }
        BlockGradient(ctx).append(
            gy, [&] { return rmsNorm(x, norm, eps); }, out);
        return out;
    }
};

class AddGatedLinear : public torch::autograd::Function<AddGatedLinear>
{
public:
    static at::Tensor forward(
        AutogradContext* ctx, const at::Tensor& x, const at::Tensor& gateUp, const at::Tensor& weight)
    {
        ctx->save_for_backward({ gateUp, weight });
        return at::addmm(x, gatedUnit(gateUp), weight.t());
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const variable_list saved = ctx->get_saved_variables();
        const at::Tensor gy = gradients[0].contiguous();
        variable_list out(3);
        out[0] = gy;
        if (ctx->needs_input_grad(2))
            out[2] = at::mm(gy.t(), gatedUnit(saved[0]));
        if (ctx->needs_input_grad(1))
            out[1] = gatedUnitGradient(at::mm(gy, saved[1]), saved[0]);
        return out;
    }
};

} // namespace

at::Tensor blockLinear(
    const at::Tensor& x, const LinearWeights& block, const std::vector<LinearWeights>& parts)
{
    if (!at::GradMode::is_enabled() || !parts.front().weight.requires_grad())
        return at::linear(x, block.weight, block.bias);
    const std::vector<at::Tensor> parameters = parametersOf(block, parts);
    return BlockLinear::apply(x, block.weight, biasOf(block), at::TensorList(parameters));
}

at::Tensor normedLinear(const at::Tensor& x, const at::Tensor& norm, double eps, const LinearWeights& block,
    const std::vector<LinearWeights>& parts)
{
    if (!at::GradMode::is_enabled() || !hasKernels(x))
        return blockLinear(rmsNorm(x, norm, eps), block, parts);
    const std::vector<at::Tensor> parameters = parametersOf(block, parts);
    return NormedLinear::apply(
        x.contiguous(), norm, eps, block.weight, biasOf(block), at::TensorList(parameters));
}

at::Tensor layerNorm(const at::Tensor& x, const NormWeights& norm, double eps)
{
    return at::layer_norm(x, { x.size(-1) }, norm.weight, norm.bias, eps);
}

at::Tensor addGatedLinear(const at::Tensor& x, const at::Tensor& gateUp, const at::Tensor& weight)
{
    if (at::GradMode::is_enabled() && hasKernels(gateUp))
        return AddGatedLinear::apply(x, gateUp, weight);
    return at::addmm(x, gatedUnit(gateUp), weight.t());
}

} // namespace msrl::model
