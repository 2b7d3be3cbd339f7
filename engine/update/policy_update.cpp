// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/policy_update.h"

#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"
#include "engine/model/alias.h"
#include "engine/update/micro_batch_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <fmt/format.h>

#include <cmath>
#include <utility>

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
    std::vector<at::Tensor> gradients; // with a master: of its parameters, float32, undefined: none
    base::Status end;
};

struct UpdateJob
{
    std::vector<const model::Policy*> policies; // one per worker: each adds to the .grad of its own
    const std::vector<MicroBatch>& batches;
    const UpdateOptions& options;
    const BatchTotals totals;
    const std::stop_token& stop;
    bool hasMaster = false;
};

// Empties the .grad of a policy that is too coarse to sum in it.
void takeGradients(const model::Policy& policy, std::vector<at::Tensor>& sums)
{
    const at::NoGradGuard noGrad;
    sums.resize(policy.parameters.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const at::Tensor part = std::exchange(policy.parameters[i].value.mutable_grad(), at::Tensor());
        if (!part.defined())
            continue;
        if (sums[i].defined())
            sums[i].add_(part);
        else
            sums[i] = part.to(at::kFloat);
    }
}

base::Status computeBatch(
    const UpdateJob& job, const model::Policy& policy, const MicroBatch& batch, Share& share)
{
    const at::AutoGradMode gradients(true);
    const base::Result<MicroBatchLoss> forward = lossOf(policy, batch, job.options, job.totals);
    if (!forward)
        return forward.error();
    if (forward->loss.requires_grad())
        forward->loss.backward();
    if (job.hasMaster)
        takeGradients(policy, share.gradients);
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
        const model::Policy& policy = *job.policies[static_cast<std::size_t>(worker)];
        if (base::Status status = computeBatch(job, policy, batch, share); !status)
            return status;
    }
    return {};
}

void addGradient(const model::Parameter& parameter, at::Tensor part)
{
    at::Tensor& sum = parameter.value.mutable_grad();
    if (!part.defined())
        return;
    if (sum.defined())
        sum.add_(part);
    else
        sum = std::move(part);
}

// Adds the workers' gradients to the policy's or its master's in their order, so that equal counts give equal
// bits, and drops each when it is added.
void collectGradients(const Trained& trained, std::vector<model::Policy>& aliases, std::vector<Share>& shares)
{
    const at::NoGradGuard noGrad;
    if (trained.master) {
        for (Share& share : shares)
            for (std::size_t i = 0; i < share.gradients.size(); ++i)
                addGradient(trained.master->parameters[i], std::exchange(share.gradients[i], at::Tensor()));
        return;
    }
    for (model::Policy& alias : aliases)
        for (std::size_t i = 0; i < alias.parameters.size(); ++i)
            addGradient(trained.policy.parameters[i],
                std::exchange(alias.parameters[i].value.mutable_grad(), at::Tensor()));
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

base::Result<UpdateMetrics> accumulateGradients(const Trained& trained, const std::vector<Group>& groups,
    const UpdateOptions& options, std::stop_token stop, batch::Part part)
{
    const model::Policy& policy = trained.policy;
    base::Result<std::vector<MicroBatch>> batches = microBatchesFor(policy, groups, options, part);
    if (!batches)
        return batches.error();
    const auto workers = static_cast<std::size_t>(packingFor(policy, options.tokenBudget, false).workers);
    UpdateJob job { { &policy }, *batches, options, totalsOf(groups, options.maxCompletionLength), stop,
        trained.master != nullptr };
    std::vector<model::Policy> aliases;
    while (aliases.size() + 1 < workers)
        aliases.push_back(model::aliasOf(policy));
    for (const model::Policy& alias : aliases)
        job.policies.push_back(&alias);
    std::vector<Share> shares(workers);
    try {
        device::runWorkers(static_cast<int>(workers), [&](int worker) {
            Share& share = shares[static_cast<std::size_t>(worker)];
            share.end = computeShare(job, worker, share);
        });
        for (const Share& share : shares)
            if (!share.end)
                return share.end.error();
        collectGradients(trained, aliases, shares);
    } catch (const std::exception& fault) {
        return base::failed(fmt::format("forward or backward failed: {}", batch::faultText(fault)), "update");
    }
    UpdateMetrics metrics = collectMetrics(shares);
    metrics.skippedTokens = job.totals.tokens - metrics.completionTokens;
    return metrics;
}

void followMaster(const Trained& trained)
{
    if (!trained.master)
        return;
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < trained.policy.parameters.size(); ++i) {
        const at::Tensor& value = trained.policy.parameters[i].value;
        if (value.requires_grad())
            value.detach().copy_(trained.master->parameters[i].value);
    }
}

base::Result<UpdateMetrics> trainStep(const Trained& trained, Adam& adam, const std::vector<Group>& groups,
    const UpdateOptions& options, double lrFactor, std::stop_token stop)
{
    const model::Policy& policy = trained.policy;
    // The optimiser's work on a small model is a few thousandths of the step's.
    const device::OneThreadPerOperation oneThread(device::workersFor(policy.device(), policy.numBytes()) > 1);
    adam.zeroGrad();
    base::Result<UpdateMetrics> metrics = accumulateGradients(trained, groups, options, stop);
    if (metrics && std::isfinite(metrics->loss)) {
        try {
            metrics->step = adam.step(lrFactor);
            followMaster(trained);
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
