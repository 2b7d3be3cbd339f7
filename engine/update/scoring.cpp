// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"
#include "engine/update/micro_batch_loss.h"
#include "engine/update/policy_update.h"

#include <ATen/core/grad_mode.h>

#include <fmt/format.h>

namespace msrl::update {

namespace {

using batch::Group;
using batch::MicroBatch;
using Scores = std::vector<std::vector<std::vector<float>>>;

// Writes the scores of one worker's micro-batches: no completion is in two of them.
base::Status scoreShare(const model::Policy& policy, const std::vector<MicroBatch>& batches, int worker,
    const std::stop_token& stop, Scores& scores)
{
    const at::NoGradGuard noGrad;
    for (const MicroBatch& batch : batches) {
        if (batch.worker != worker)
            continue;
        if (stop.stop_requested())
            return base::stopped("scoring stopped on request");
        const base::Result<TokenLogprobs> tokens = scoresOf(policy, batch);
        if (!tokens)
            return tokens.error();
        const at::Tensor values = tokens->logprobs.to(at::kCPU, at::kFloat).contiguous();
        const float* value = values.const_data_ptr<float>();
        for (std::size_t row = 0; row < batch.origins.size(); ++row)
            scores[batch.origins[row].group][batch.origins[row].completion].assign(
                value + batch.rows.offsets[row], value + batch.rows.offsets[row + 1]);
    }
    return {};
}

base::Status firstFault(const std::vector<base::Status>& ends)
{
    for (const base::Status& end : ends)
        if (!end)
            return end;
    return {};
}

} // namespace

base::Result<Scores> scoreCompletions(const model::Policy& policy, const std::vector<Group>& groups,
    std::int64_t tokenBudget, std::stop_token stop, batch::Part part)
{
    batch::MicroBatchOptions packing = packingFor(policy, tokenBudget, false);
    packing.part = part;
    base::Result<std::vector<MicroBatch>> batches = batch::makeMicroBatches(groups, packing);
    if (!batches)
        return batches.error();
    Scores scores(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g)
        scores[g].resize(groups[g].completions.size());
    std::vector<base::Status> ends(static_cast<std::size_t>(packing.workers));
    try {
        device::runWorkers(packing.workers, [&](int worker) {
            ends[static_cast<std::size_t>(worker)] = scoreShare(policy, *batches, worker, stop, scores);
        });
    } catch (const std::exception& fault) {
        return base::failed(fmt::format("scoring failed: {}", batch::faultText(fault)), "update");
    }
    if (base::Status status = firstFault(ends); !status)
        return status.error();
    return scores;
}

base::Status attachReference(const model::Policy& reference, std::vector<Group>& groups,
    std::int64_t tokenBudget, std::stop_token stop)
{
    auto scores = scoreCompletions(reference, groups, tokenBudget, stop);
    if (!scores)
        return scores.error();
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t c = 0; c < groups[g].completions.size(); ++c)
            groups[g].completions[c].refLogprobs = std::move((*scores)[g][c]);
    return {};
}

} // namespace msrl::update
