// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/token_logprobs.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace msrl::update {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// Statistics are kept in float32 also for half-precision hidden states.
at::ScalarType statisticsType(const at::Tensor& hidden)
{
    return hidden.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

std::int64_t rowsPerChunk(std::int64_t vocabulary, const TokenLogprobOptions& options)
{
    return std::max({ std::int64_t { 1 }, options.leastRows,
        options.chunkElements / std::max<std::int64_t>(1, vocabulary) });
}

// log p of one chunk, [rows, V].
at::Tensor logSoftmaxOfChunk(const at::Tensor& hidden, const at::Tensor& weight, double temperature)
{
    at::Tensor logits = at::matmul(hidden, weight.t()).to(statisticsType(hidden));
    if (temperature != 1.0)
        logits.div_(temperature);
    return at::_log_softmax(logits, -1, false);
}

struct TokenLogprobFunction : torch::autograd::Function<TokenLogprobFunction>
{
    static variable_list forward(AutogradContext* context, const Variable& hidden, const Variable& weight,
        const Variable& targets, double temperature, bool wantEntropy, std::int64_t rows)
    {
        const at::NoGradGuard noGrad;
        const std::int64_t tokens = hidden.size(0);
        const auto statistics = hidden.options().dtype(statisticsType(hidden));
        at::Tensor logprobs = at::empty({ tokens }, statistics);
        at::Tensor entropy = at::empty({ wantEntropy ? tokens : 0 }, statistics);
        for (std::int64_t begin = 0; begin < tokens; begin += rows) {
            const std::int64_t count = std::min(rows, tokens - begin);
            const at::Tensor logSoftmax
                = logSoftmaxOfChunk(hidden.narrow(0, begin, count), weight, temperature);
            logprobs.narrow(0, begin, count)
                .copy_(logSoftmax.gather(1, targets.narrow(0, begin, count).unsqueeze(1)).squeeze(1));
            if (wantEntropy)
                entropy.narrow(0, begin, count).copy_(logSoftmax.exp().mul_(logSoftmax).sum(1).neg_());
        }
        context->save_for_backward({ hidden, weight, targets, entropy });
        context->saved_data["temperature"] = temperature;
        context->saved_data["rows"] = rows;
        context->saved_data["entropy"] = wantEntropy;
        return { logprobs, entropy };
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const at::NoGradGuard noGrad;
        const variable_list saved = context->get_saved_variables();
        const at::Tensor& hidden = saved[0];
        const at::Tensor& weight = saved[1];
        const at::Tensor& targets = saved[2];
        const at::Tensor& entropy = saved[3];
        const double temperature = context->saved_data["temperature"].toDouble();
        const bool withEntropy = context->saved_data["entropy"].toBool() && gradients[1].defined();
        const std::int64_t rows = context->saved_data["rows"].toInt();
        const bool forHidden = context->needs_input_grad(0);
        const bool forWeight = context->needs_input_grad(1);
        at::Tensor hiddenGradient = forHidden ? at::empty_like(hidden) : at::Tensor();
        at::Tensor weightGradient = forWeight
            ? at::zeros_like(weight, weight.options().dtype(statisticsType(hidden)))
            : at::Tensor();
        const std::int64_t tokens = hidden.size(0);
        for (std::int64_t begin = 0; begin < tokens; begin += rows) {
            const std::int64_t count = std::min(rows, tokens - begin);
            const at::Tensor chunk = hidden.narrow(0, begin, count);
            const at::Tensor logSoftmax = logSoftmaxOfChunk(chunk, weight, temperature);
            at::Tensor logitGradient = logSoftmax.exp(); // p
            if (withEntropy) {
                // dH/dz_j = -p_j (log p_j + H)
                const at::Tensor entropyGradient = gradients[1].narrow(0, begin, count).unsqueeze(1);
                at::Tensor factor
                    = logSoftmax.add(entropy.narrow(0, begin, count).unsqueeze(1)).mul_(entropyGradient);
                if (gradients[0].defined())
                    factor.add_(gradients[0].narrow(0, begin, count).unsqueeze(1));
                logitGradient.mul_(factor).neg_();
            } else {
                logitGradient.mul_(gradients[0].narrow(0, begin, count).unsqueeze(1).neg());
            }
            if (gradients[0].defined())
                logitGradient.scatter_add_(1, targets.narrow(0, begin, count).unsqueeze(1),
                    gradients[0].narrow(0, begin, count).unsqueeze(1));
            if (temperature != 1.0)
                logitGradient.div_(temperature);
            logitGradient = logitGradient.to(hidden.scalar_type());
            if (forHidden)
                hiddenGradient.narrow(0, begin, count).copy_(at::matmul(logitGradient, weight));
            if (forWeight && weightGradient.scalar_type() == hidden.scalar_type())
                weightGradient.addmm_(logitGradient.t(), chunk);
            else if (forWeight)
                weightGradient.add_(at::matmul(logitGradient.t(), chunk));
        }
        if (forWeight)
            weightGradient = weightGradient.to(weight.scalar_type());
        return { hiddenGradient, weightGradient, Variable(), Variable(), Variable(), Variable() };
    }
};

} // namespace

TokenLogprobs tokenLogprobs(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
    const TokenLogprobOptions& options)
{
    const variable_list outputs = TokenLogprobFunction::apply(
        hidden, weight, targets, options.temperature, options.entropy, rowsPerChunk(weight.size(0), options));
    TokenLogprobs result;
    result.logprobs = outputs[0];
    if (options.entropy)
        result.entropy = outputs[1];
    return result;
}

at::Tensor crossEntropy(
    const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets, const at::Tensor& weights)
{
    return -(tokenLogprobs(hidden, weight, targets).logprobs * weights).sum();
}

} // namespace msrl::update
