// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/policy_update.h"

#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"
#include "engine/update/micro_batch_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <cmath>

namespace msrl::update {

namespace {

using batch::Group;
using batch::MicroBatch;

// A small model computes micro-batches of this size fastest: their activations stay in the caches.
constexpr std::int64_t kPackTokens = 2048;

bool learnsFromZeroAdvantage(const UpdateOptions& options)
{
    return options.loss == LossKind::CrossEntropy || options.objective.klWeight > 0.0
        || options.entropyWeight != 0.0;
}

base::Result<std::vector<MicroBatch>> microBatchesFor(const model::Policy& policy,
    const std::vector<Group>& groups, const UpdateOptions& options, batch::Part part)
{
    if (base::Status status = validate(options); !status)
        return status.error();
    if (options.loss == LossKind::PolicyGradient && options.objective.klWeight > 0.0)
        for (const Group& group : groups)
            for (const batch::CompletionInput& completion : group.completions)
                if (completion.refLogprobs.empty())
                    return base::badInput(
                        "no log-probabilities of the reference policy, but the KL weight is not zero",
                        "sample " + group.prompt.id);
    batch::MicroBatchOptions packing
        = packingFor(policy, options.tokenBudget, !learnsFromZeroAdvantage(options));
    packing.part = part;
    return batch::makeMicroBatches(groups, packing);
}

// What one worker has made of its micro-batches.
struct Share
{
    UpdateMetrics metrics; // sums; meanLogprob and entropy not yet divided
    std::vector<at::Tensor> gradients; // one per trainable parameter, undefined: none
    std::vector<char> owned; // the gradient's memory belongs to no other tensor
    base::Status end;
};

// Adds the gradient of one micro-batch to the share, leaving .grad alone: other workers compute, too.
void addGradients(const at::Tensor& loss, const std::vector<at::Tensor>& parameters, Share& share)
{
    const std::vector<at::Tensor> gradients
        = torch::autograd::grad({ loss }, parameters, {}, std::nullopt, false, true);
    const at::NoGradGuard noGrad;
    share.gradients.resize(parameters.size());
    share.owned.resize(parameters.size(), 0);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        at::Tensor& sum = share.gradients[i];
        if (!gradients[i].defined())
            continue;
        if (!sum.defined()) {
            sum = gradients[i];
        } else if (share.owned[i] == 0) { // may be a view, or another parameter's gradient as well
            sum = sum + gradients[i];
            share.owned[i] = 1;
        } else {
            sum.add_(gradients[i]);
        }
    }
}

struct UpdateJob
{
    const model::Policy& policy;
    const std::vector<MicroBatch>& batches;
    const UpdateOptions& options;
    const BatchTotals totals;
    const std::vector<at::Tensor> parameters; // trainable
    const std::stop_token& stop;
    int workers = 1;
};

base::Status computeBatch(const UpdateJob& job, const MicroBatch& batch, Share& share)
{
    const at::AutoGradMode gradients(true);
    const base::Result<MicroBatchLoss> forward = lossOf(job.policy, batch, job.options, job.totals);
    if (!forward)
        return forward.error();
    if (forward->loss.requires_grad()) {
        if (job.workers > 1)
            addGradients(forward->loss, job.parameters, share);
        else // no second copy of a large model's gradients
            forward->loss.backward();
    }
    UpdateMetrics& metrics = share.metrics;
    metrics.loss += forward->loss.item().toDouble();
    metrics.sums.add(forward->sums);
    metrics.meanLogprob += forward->tokens.logprobs.sum().item().toDouble();
    if (forward->tokens.entropy.defined())
        metrics.entropy += forward->tokens.entropy.sum().item().toDouble();
    metrics.completionTokens += batch.numRowTokens();
    metrics.promptTokens += batch.rows.promptOffsets.back();
    ++metrics.microBatches;
    return {};
}

base::Status computeShare(const UpdateJob& job, int worker, Share& share)
{
    for (const MicroBatch& batch : job.batches) {
        if (batch.worker != worker)
            continue;
        if (job.stop.stop_requested())
            return base::stopped("update stopped on request");
        if (base::Status status = computeBatch(job, batch, share); !status)
            return status;
    }
    return {};
}

// Adds the shares to .grad in the order of the workers, so that equal counts give equal bits.
void collectGradients(const std::vector<at::Tensor>& parameters, const std::vector<Share>& shares)
{
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        at::Tensor gradient = parameters[i].grad();
        for (const Share& share : shares) {
            if (share.gradients.empty() || !share.gradients[i].defined())
                continue;
            if (!gradient.defined())
                gradient = share.gradients[i].clone(at::MemoryFormat::Contiguous);
            else
                gradient.add_(share.gradients[i]);
        }
        if (gradient.defined())
            parameters[i].mutable_grad() = gradient;
    }
}

UpdateMetrics collectMetrics(const std::vector<Share>& shares)
{
    UpdateMetrics all;
    for (const Share& share : shares) {
        const UpdateMetrics& part = share.metrics;
        all.loss += part.loss;
        all.sums.add(part.sums);
        all.meanLogprob += part.meanLogprob;
        all.entropy += part.entropy;
        all.completionTokens += part.completionTokens;
        all.promptTokens += part.promptTokens;
        all.microBatches += part.microBatches;
    }
    const auto tokens = static_cast<double>(std::max<std::int64_t>(1, all.completionTokens));
    all.meanLogprob /= tokens;
    all.entropy /= tokens;
    return all;
}

} // namespace

batch::MicroBatchOptions packingFor(
    const model::Policy& policy, std::int64_t tokenBudget, bool skipZeroAdvantage)
{
    batch::MicroBatchOptions packing { tokenBudget, skipZeroAdvantage };
    if (device::suitsWorkers(policy.device(), policy.numBytes())) {
        packing.packTokens = kPackTokens;
        packing.workers = device::numWorkers();
    }
    return packing;
}

base::Status validate(const UpdateOptions& options)
{
    if (base::Status status = validate(options.objective); !status)
        return status;
    if (!(options.temperature > 0.0))
        return base::badInput(fmt::format("a temperature of {} for training", options.temperature),
            "temperature", "use more than 0");
    if (options.tokenBudget < 1)
        return base::badInput(fmt::format("a token budget of {}", options.tokenBudget), "token budget");
    if (options.objective.aggregation == Aggregation::DrGrpo && options.maxCompletionLength < 1)
        return base::badInput("dr_grpo without the largest completion length", "aggregation");
    return {};
}

BatchTotals totalsOf(const std::vector<Group>& groups, std::int64_t maxCompletionLength)
{
    BatchTotals totals;
    totals.maxCompletionLength = maxCompletionLength;
    for (const Group& group : groups)
        for (const batch::CompletionInput& completion : group.completions) {
            ++totals.completions;
            totals.tokens += static_cast<std::int64_t>(completion.ids.size());
        }
    return totals;
}

base::Result<UpdateMetrics> accumulateGradients(model::Policy& policy, const std::vector<Group>& groups,
    const UpdateOptions& options, std::stop_token stop, batch::Part part)
{
    base::Result<std::vector<MicroBatch>> batches = microBatchesFor(policy, groups, options, part);
    if (!batches)
        return batches.error();
    std::vector<at::Tensor> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back(parameter.value);
    const int workers = packingFor(policy, options.tokenBudget, false).workers;
    const UpdateJob job { policy, *batches, options, totalsOf(groups, options.maxCompletionLength),
        std::move(parameters), stop, workers };
    std::vector<Share> shares(static_cast<std::size_t>(workers));
    try {
        device::runWorkers(workers, [&](int worker) {
            Share& share = shares[static_cast<std::size_t>(worker)];
            share.end = computeShare(job, worker, share);
        });
        for (const Share& share : shares)
            if (!share.end)
                return share.end.error();
        collectGradients(job.parameters, shares);
    } catch (const std::exception& fault) {
        return base::failed(fmt::format("forward or backward failed: {}", batch::faultText(fault)), "update");
    }
    UpdateMetrics metrics = collectMetrics(shares);
    metrics.skippedTokens = job.totals.tokens - metrics.completionTokens;
    return metrics;
}

UpdateMetrics combined(const std::vector<UpdateMetrics>& parts, const BatchTotals& totals)
{
    UpdateMetrics all;
    for (const UpdateMetrics& part : parts) {
        const auto tokens = static_cast<double>(part.completionTokens);
        all.loss += part.loss;
        all.sums.add(part.sums);
        all.meanLogprob += part.meanLogprob * tokens;
        all.entropy += part.entropy * tokens;
        all.completionTokens += part.completionTokens;
        all.promptTokens += part.promptTokens;
        all.microBatches += part.microBatches;
    }
    const auto tokens = static_cast<double>(std::max<std::int64_t>(1, all.completionTokens));
    all.meanLogprob /= tokens;
    all.entropy /= tokens;
    all.skippedTokens = totals.tokens - all.completionTokens;
    return all;
}

base::Result<UpdateMetrics> trainStep(model::Policy& policy, Adam& adam, const std::vector<Group>& groups,
    const UpdateOptions& options, double lrFactor, std::stop_token stop)
{
    // The optimiser's work on a small model is a few thousandths of the step's.
    const device::OneThreadPerOperation oneThread(device::workersFor(policy.device(), policy.numBytes()) > 1);
    adam.zeroGrad();
    base::Result<UpdateMetrics> metrics = accumulateGradients(policy, groups, options, stop);
    if (metrics && std::isfinite(metrics->loss)) {
        try {
            metrics->step = adam.step(lrFactor);
        } catch (const std::exception& fault) {
            adam.zeroGrad();
            return base::failed(fmt::format("the optimiser failed: {}", batch::faultText(fault)), "update");
        }
    } else if (metrics) {
        metrics->step.skipped = true;
        metrics->step.offender = "the loss";
    }
    adam.zeroGrad();
    return metrics;
}

} // namespace msrl::update
