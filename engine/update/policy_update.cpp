// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/policy_update.h"

#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"
#include "engine/model/alias.h"
#include "engine/update/gradient_sums.h"
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
    base::Status end;
};

struct UpdateJob
{
    const std::vector<model::Policy>& policies; // one per worker, all with the same weights
    GradientSums& gradients;
    const std::vector<MicroBatch>& batches;
    const UpdateOptions& options;
    const BatchTotals totals;
    const std::stop_token& stop;
};

std::vector<at::Tensor> trainableTensors(const model::Policy& policy)
{
    std::vector<at::Tensor> tensors;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        tensors.push_back(parameter.value);
    return tensors;
}

base::Status computeBatch(
    const UpdateJob& job, const model::Policy& policy, const MicroBatch& batch, UpdateMetrics& metrics)
{
    const at::AutoGradMode gradients(true);
    const base::Result<MicroBatchLoss> forward = lossOf(policy, batch, job.options, job.totals);
    if (!forward)
        return forward.error();
    if (forward->loss.requires_grad())
        forward->loss.backward();
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

// The micro-batches of one worker, in their order.
std::vector<const MicroBatch*> batchesOf(const std::vector<MicroBatch>& batches, std::size_t worker)
{
    std::vector<const MicroBatch*> out;
    for (const MicroBatch& batch : batches) {
        if (batch.worker == static_cast<int>(worker))
            out.push_back(&batch);
    }
    return out;
}

base::Status computeShare(const UpdateJob& job, std::size_t worker, Share& share)
{
    const std::vector<const MicroBatch*> batches = batchesOf(job.batches, worker);
    for (const MicroBatch* batch : batches) {
        if (job.stop.stop_requested())
            return base::stopped("update stopped on request");
        job.gradients.startBackward(worker, batch == batches.back());
        if (base::Status status = computeBatch(job, job.policies[worker], *batch, share.metrics); !status)
            return status;
    }
    return {};
}

std::size_t busyWorkers(const std::vector<MicroBatch>& batches, std::size_t workers)
{
    std::size_t busy = 0;
    for (std::size_t worker = 0; worker < workers; ++worker)
        busy += batchesOf(batches, worker).empty() ? 0 : 1;
    return busy;
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
    std::vector<model::Policy> aliases;
    std::vector<std::vector<at::Tensor>> leaves;
    for (std::size_t worker = 0; worker < workers; ++worker) {
        aliases.push_back(model::aliasOf(policy));
        leaves.push_back(trainableTensors(aliases.back()));
    }
    GradientSums gradients(trainableTensors(trained.master ? *trained.master : policy), std::move(leaves),
        busyWorkers(*batches, workers));
    const UpdateJob job { aliases, gradients, *batches, options,
        totalsOf(groups, options.maxCompletionLength), stop };
    std::vector<Share> shares(workers);
    try {
        device::runWorkers(static_cast<int>(workers), [&](int worker) {
            Share& share = shares[static_cast<std::size_t>(worker)];
            share.end = computeShare(job, static_cast<std::size_t>(worker), share);
        });
        for (const Share& share : shares)
            if (!share.end)
                return share.end.error();
        gradients.finish();
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
