// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/token_logprobs.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <optional>
#include <utility>

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

TokenLogprobs emptyLogprobs(const at::Tensor& hidden, bool entropy)
{
    const auto options = hidden.options().dtype(statisticsType(hidden)).requires_grad(false);
    TokenLogprobs tokens { at::empty({ hidden.size(0) }, options), {} };
    if (entropy)
        tokens.entropy = at::empty({ hidden.size(0) }, options);
    return tokens;
}

// Some rows of the input, with log p of each of the vocabulary's tokens.
struct Chunk
{
    std::int64_t begin = 0;
    at::Tensor hidden; // [n, D]
    at::Tensor targets; // [n, 1]
    at::Tensor logSoftmax; // [n, V]

    std::int64_t rows() const { return hidden.size(0); }
};

Chunk makeChunk(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
    std::pair<std::int64_t, std::int64_t> span, double temperature)
{
    Chunk chunk { span.first, hidden.narrow(0, span.first, span.second),
        targets.narrow(0, span.first, span.second).unsqueeze(1), {} };
    at::Tensor logits = at::matmul(chunk.hidden, weight.t()).to(statisticsType(hidden));
    if (temperature != 1.0)
        logits.div_(temperature);
    chunk.logSoftmax = at::_log_softmax_out(logits, logits, -1, false); // row by row: in place
    return chunk;
}

// Writes the chunk's rows of `all` and returns them.
TokenLogprobs readChunk(const Chunk& chunk, const TokenLogprobs& all)
{
    TokenLogprobs tokens { all.logprobs.narrow(0, chunk.begin, chunk.rows()), {} };
    tokens.logprobs.copy_(chunk.logSoftmax.gather(1, chunk.targets).squeeze(1));
    if (all.entropy.defined()) {
        tokens.entropy = all.entropy.narrow(0, chunk.begin, chunk.rows());
        tokens.entropy.copy_(chunk.logSoftmax.exp().mul_(chunk.logSoftmax).sum(1).neg_());
    }
    return tokens;
}

// Gradient of the loss with respect to a chunk's log-probabilities and entropies.
struct TokenGradients
{
    at::Tensor loss; // of the chunk, without gradient
    at::Tensor logprobs; // [n, 1]
    at::Tensor entropy; // [n, 1] or undefined
};

TokenGradients tokenGradients(const TokenLoss& tokenLoss, const TokenLogprobs& tokens, std::int64_t begin)
{
    const at::AutoGradMode on(true);
    TokenLogprobs leaves { tokens.logprobs.detach().requires_grad_(true), {} };
    variable_list inputs { leaves.logprobs };
    if (tokens.entropy.defined()) {
        leaves.entropy = tokens.entropy.detach().requires_grad_(true);
        inputs.push_back(leaves.entropy);
    }
    const at::Tensor loss = tokenLoss(leaves, begin);
    TokenGradients out { loss.detach(), {}, {} };
    const variable_list gradients
        = torch::autograd::grad({ loss }, inputs, {}, std::nullopt, false, /*allow_unused=*/true);
    out.logprobs = (gradients[0].defined() ? gradients[0] : at::zeros_like(tokens.logprobs)).unsqueeze(1);
    if (inputs.size() > 1 && gradients[1].defined())
        out.entropy = gradients[1].unsqueeze(1);
    return out;
}

// dz = g (1[target] - p) for the log-probability, and dH/dz_j = -p_j (log p_j + H) for the entropy. Takes the
// chunk's memory where it can: a chunk of logits is the largest thing that an update holds.
at::Tensor logitGradient(Chunk chunk, const TokenGradients& gradients, const TokenLogprobs& tokens)
{
    at::Tensor out;
    if (gradients.entropy.defined()) {
        const at::Tensor factor = chunk.logSoftmax.add(tokens.entropy.unsqueeze(1))
                                      .mul_(gradients.entropy)
                                      .add_(gradients.logprobs);
        out = chunk.logSoftmax.exp_().mul_(factor).neg_();
    } else {
        out = chunk.logSoftmax.exp_().mul_(gradients.logprobs.neg());
    }
    return out.scatter_add_(1, chunk.targets, gradients.logprobs);
}

// Of the whole input, undefined where not wanted.
struct HeadGradients
{
    at::Tensor hidden; // [N, D]
    at::Tensor weight; // [V, D], in the statistics' type
};

void addChunk(const Chunk& chunk, at::Tensor logits, const at::Tensor& weight, HeadGradients& out)
{
    logits = logits.to(chunk.hidden.scalar_type());
    if (out.hidden.defined())
        out.hidden.narrow(0, chunk.begin, chunk.rows()).copy_(at::matmul(logits, weight));
    if (!out.weight.defined())
        return;
    if (out.weight.scalar_type() == chunk.hidden.scalar_type())
        out.weight.addmm_(logits.t(), chunk.hidden);
    else
        out.weight.add_(at::matmul(logits.t(), chunk.hidden));
}

// Brings gradients that are there already into the graph.
struct KnownGradients : torch::autograd::Function<KnownGradients>
{
    static at::Tensor forward(AutogradContext* context, const Variable& hidden, const Variable& weight,
        const at::Tensor& loss, const std::optional<at::Tensor>& hiddenGradient,
        const std::optional<at::Tensor>& weightGradient)
    {
        context->save_for_backward(
            { hiddenGradient.value_or(at::Tensor()), weightGradient.value_or(at::Tensor()) });
        context->saved_data["dtype"] = weight.scalar_type();
        (void)hidden;
        return loss.clone();
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const at::NoGradGuard noGrad;
        const variable_list saved = context->get_saved_variables();
        const auto dtype = context->saved_data["dtype"].toScalarType();
        const bool asIs = gradients[0].item().toDouble() == 1.0; // a loss is where backward begins
        variable_list out(5);
        for (std::size_t i = 0; i < saved.size(); ++i)
            if (saved[i].defined())
                out[i] = (asIs ? saved[i] : saved[i].mul(gradients[0])).to(dtype);
        return out;
    }
};

std::optional<at::Tensor> ifDefined(const at::Tensor& x)
{
    return x.defined() ? std::optional(x) : std::nullopt;
}

} // namespace

TokenLogprobs tokenLogprobs(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
    const TokenLogprobOptions& options)
{
    const at::NoGradGuard noGrad;
    const std::int64_t rows = rowsPerChunk(weight.size(0), options);
    TokenLogprobs all = emptyLogprobs(hidden, options.entropy);
    for (std::int64_t begin = 0; begin < hidden.size(0); begin += rows) {
        const std::int64_t count = std::min(rows, hidden.size(0) - begin);
        readChunk(makeChunk(hidden, weight, targets, { begin, count }, options.temperature), all);
    }
    return all;
}

HeadLoss headLoss(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
    const TokenLoss& tokenLoss, const TokenLogprobOptions& options)
{
    const bool graph = at::GradMode::is_enabled();
    HeadLoss out;
    HeadGradients gradients;
    {
        const at::NoGradGuard noGrad;
        const at::ScalarType statistics = statisticsType(hidden);
        if (graph && hidden.requires_grad())
            gradients.hidden = at::empty_like(hidden);
        if (graph && weight.requires_grad())
            gradients.weight = at::zeros_like(weight, weight.options().dtype(statistics));
        out.tokens = emptyLogprobs(hidden, options.entropy);
        out.loss = at::zeros({}, out.tokens.logprobs.options());
        const std::int64_t rows = rowsPerChunk(weight.size(0), options);
        for (std::int64_t begin = 0; begin < hidden.size(0); begin += rows) {
            const std::int64_t count = std::min(rows, hidden.size(0) - begin);
            Chunk chunk = makeChunk(hidden, weight, targets, { begin, count }, options.temperature);
            const TokenLogprobs tokens = readChunk(chunk, out.tokens);
            const TokenGradients wanted = tokenGradients(tokenLoss, tokens, begin);
            out.loss.add_(wanted.loss);
            if (!gradients.hidden.defined() && !gradients.weight.defined())
                continue;
            at::Tensor logits = logitGradient(chunk, wanted, tokens);
            if (options.temperature != 1.0)
                logits.div_(options.temperature);
            addChunk(chunk, std::move(logits), weight, gradients);
        }
    }
    out.loss = KnownGradients::apply(
        hidden, weight, out.loss, ifDefined(gradients.hidden), ifDefined(gradients.weight));
    return out;
}

} // namespace msrl::update
