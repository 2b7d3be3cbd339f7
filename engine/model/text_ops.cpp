// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/text_ops.h"

#include "engine/model/kernels.h"

#include <ATen/OpMathType.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

namespace msrl::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const float* in(const at::Tensor& x)
{
    return x.defined() ? x.const_data_ptr<float>() : nullptr;
}

float* out(at::Tensor& x)
{
    return x.defined() ? x.mutable_data_ptr<float>() : nullptr;
}

kernels::RmsShape rmsShape(const at::Tensor& x, double eps)
{
    return { x.numel() / x.size(-1), x.size(-1), static_cast<float>(eps) };
}

class RmsNorm : public torch::autograd::Function<RmsNorm>
{
public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight, double eps)
    {
        ctx->save_for_backward({ x, weight });
        ctx->saved_data["eps"] = eps;
        at::Tensor y = at::empty_like(x);
        kernels::rmsNorm(in(x), in(weight), out(y), rmsShape(x, eps));
        return y;
    }
    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const variable_list saved = ctx->get_saved_variables();
        const NormGradients out = rmsNormGradients(gradients[0].contiguous(), saved[0], saved[1],
            ctx->saved_data["eps"].toDouble(), ctx->needs_input_grad(1));
        return { out.x, out.weight, {} };
    }
};

class GatedUnit : public torch::autograd::Function<GatedUnit>
{
public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& gateUp)
    {
        ctx->save_for_backward({ gateUp });
        at::Tensor y = at::empty({ gateUp.size(0), gateUp.size(1) / 2 }, gateUp.options());
        kernels::gatedUnit(in(gateUp), out(y), y.size(0), y.size(1));
        return y;
    }
    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        return { gatedUnitGradient(gradients[0].contiguous(), ctx->get_saved_variables()[0]) };
    }
};

struct SplitArguments
{
    at::Tensor qkv;
    at::Tensor queryNorm;
    at::Tensor keyNorm;
    Rotation rotation;
};

kernels::HeadParameters headParameters(const SplitArguments& a)
{
    return { in(a.queryNorm), in(a.keyNorm), in(a.rotation.cosines), in(a.rotation.sines) };
}

Heads runSplit(const SplitArguments& a, const kernels::HeadShape& shape)
{
    Heads heads { at::empty({ shape.tokens, shape.heads, shape.headDim }, a.qkv.options()),
        at::empty({ shape.tokens, shape.kvHeads, shape.headDim }, a.qkv.options()),
        at::empty({ shape.tokens, shape.kvHeads, shape.headDim }, a.qkv.options()) };
    kernels::splitHeads(in(a.qkv), headParameters(a), out(heads.q), out(heads.k), out(heads.v), shape);
    return heads;
}

class SplitHeads : public torch::autograd::Function<SplitHeads>
{
public:
    static variable_list forward(AutogradContext* ctx, const at::Tensor& qkv,
        const std::optional<at::Tensor>& queryNorm, const std::optional<at::Tensor>& keyNorm,
        const at::Tensor& cosines, const at::Tensor& sines, std::int64_t heads, std::int64_t kvHeads,
        double eps)
    {
        const SplitArguments a { qkv, queryNorm.value_or(at::Tensor()), keyNorm.value_or(at::Tensor()),
            { cosines, sines } };
        ctx->save_for_backward({ a.qkv, a.queryNorm, a.keyNorm, cosines, sines });
        ctx->saved_data["heads"] = heads;
        ctx->saved_data["kvHeads"] = kvHeads;
        ctx->saved_data["eps"] = eps;
        ctx->saved_data["norms"] = a.queryNorm.defined() && a.queryNorm.requires_grad();
        const Heads out = runSplit(a, shapeOf(qkv, heads, kvHeads, eps));
        return { out.q, out.k, out.v };
    }
    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const variable_list saved = ctx->get_saved_variables();
        const SplitArguments a { saved[0], saved[1], saved[2], { saved[3], saved[4] } };
        const kernels::HeadShape shape = shapeOf(a.qkv, ctx->saved_data["heads"].toInt(),
            ctx->saved_data["kvHeads"].toInt(), ctx->saved_data["eps"].toDouble());
        const auto dense = [&](const at::Tensor& g, std::int64_t heads) {
            return g.defined()
                ? g.contiguous()
                : at::zeros_like(a.qkv.narrow(1, 0, heads * shape.headDim), at::MemoryFormat::Contiguous);
        };
        const at::Tensor gq = dense(gradients[0], shape.heads);
        const at::Tensor gk = dense(gradients[1], shape.kvHeads);
        const at::Tensor gv = dense(gradients[2], shape.kvHeads);
        at::Tensor gqkv = at::empty_like(a.qkv);
        const bool norms = ctx->saved_data["norms"].toBool();
        at::Tensor gQueryNorm = norms ? at::zeros_like(a.queryNorm) : at::Tensor();
        at::Tensor gKeyNorm = norms ? at::zeros_like(a.keyNorm) : at::Tensor();
        kernels::splitHeadsBackward(in(a.qkv), headParameters(a),
            { in(gq), in(gk), in(gv), out(gqkv), out(gQueryNorm), out(gKeyNorm) }, shape);
        return { gqkv, gQueryNorm, gKeyNorm, {}, {}, {}, {}, {} };
    }

    static kernels::HeadShape shapeOf(
        const at::Tensor& qkv, std::int64_t heads, std::int64_t kvHeads, double eps)
    {
        return { qkv.size(0), heads, kvHeads, qkv.size(1) / (heads + 2 * kvHeads), static_cast<float>(eps) };
    }
};

at::Tensor rmsNormGeneral(const at::Tensor& x, const at::Tensor& weight, double eps)
{
    const at::Tensor wide = x.to(at::toOpMathType(x.scalar_type()));
    const at::Tensor normed = wide * at::rsqrt(wide.square().mean(-1, true) + eps);
    return weight * normed.to(x.scalar_type());
}

at::Tensor rotate(const at::Tensor& x, const Rotation& rotation)
{
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor first = x.narrow(-1, 0, half);
    const at::Tensor second = x.narrow(-1, half, half);
    const at::Tensor c = rotation.cosines.unsqueeze(1);
    const at::Tensor s = rotation.sines.unsqueeze(1);
    return at::cat({ first * c - second * s, second * c + first * s }, -1);
}

std::optional<at::Tensor> ifDefined(const at::Tensor& x)
{
    return x.defined() ? std::optional(x) : std::nullopt;
}

} // namespace

bool hasKernels(const at::Tensor& x)
{
    return x.is_cpu() && x.scalar_type() == at::kFloat;
}

NormGradients rmsNormGradients(
    const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight, double eps, bool wantsWeight)
{
    NormGradients all { at::empty_like(x), wantsWeight ? at::zeros_like(weight) : at::Tensor() };
    kernels::rmsNormBackward(in(gradient), in(x), in(weight), out(all.x), out(all.weight), rmsShape(x, eps));
    return all;
}

at::Tensor gatedUnitGradient(const at::Tensor& gradient, const at::Tensor& gateUp)
{
    at::Tensor out = at::empty_like(gateUp);
    kernels::gatedUnitBackward(
        in(gradient), in(gateUp), out.mutable_data_ptr<float>(), gradient.size(0), gradient.size(1));
    return out;
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps)
{
    if (!hasKernels(x))
        return rmsNormGeneral(x, weight, eps);
    const at::Tensor dense = x.contiguous();
    if (at::GradMode::is_enabled())
        return RmsNorm::apply(dense, weight, eps);
    at::Tensor y = at::empty_like(dense);
    kernels::rmsNorm(in(dense), in(weight), out(y), rmsShape(dense, eps));
    return y;
}

Heads splitHeads(
    const at::Tensor& qkv, const TextLayerWeights& layer, const Rotation& rotation, const TextConfig& config)
{
    if (hasKernels(qkv) && at::GradMode::is_enabled()) {
        const variable_list heads
            = SplitHeads::apply(qkv, ifDefined(layer.queryNorm), ifDefined(layer.keyNorm), rotation.cosines,
                rotation.sines, config.heads, config.kvHeads, config.rmsNormEps);
        return { heads[0], heads[1], heads[2] };
    }
    if (hasKernels(qkv))
        return runSplit({ qkv, layer.queryNorm, layer.keyNorm, rotation },
            SplitHeads::shapeOf(qkv, config.heads, config.kvHeads, config.rmsNormEps));
    const at::Tensor all = qkv.view({ qkv.size(0), config.heads + 2 * config.kvHeads, config.headDim });
    at::Tensor q = all.narrow(1, 0, config.heads);
    at::Tensor k = all.narrow(1, config.heads, config.kvHeads);
    if (config.queryKeyNorm) {
        q = rmsNormGeneral(q, layer.queryNorm, config.rmsNormEps);
        k = rmsNormGeneral(k, layer.keyNorm, config.rmsNormEps);
    }
    return { rotate(q, rotation), rotate(k, rotation),
        all.narrow(1, config.heads + config.kvHeads, config.kvHeads) };
}

at::Tensor gatedUnit(const at::Tensor& gateUp)
{
    const std::int64_t inner = gateUp.size(-1) / 2;
    if (hasKernels(gateUp) && at::GradMode::is_enabled())
        return GatedUnit::apply(gateUp);
    if (hasKernels(gateUp)) {
        at::Tensor y = at::empty({ gateUp.size(0), inner }, gateUp.options());
        kernels::gatedUnit(in(gateUp), out(y), y.size(0), inner);
        return y;
    }
    return at::silu(gateUp.narrow(-1, 0, inner)) * gateUp.narrow(-1, inner, inner);
}

} // namespace msrl::model
