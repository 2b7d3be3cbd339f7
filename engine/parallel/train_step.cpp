// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/train_step.h"

#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <type_traits>

namespace msrl::parallel {

namespace {

using update::UpdateMetrics;

// What travels of a part's metrics: all but the optimiser's report.
struct Figures
{
    double loss, meanLogprob, entropy;
    update::ObjectiveSums sums;
    std::int64_t promptTokens, completionTokens, microBatches;
};
static_assert(std::is_trivially_copyable_v<Figures>);

std::string pack(const UpdateMetrics& m)
{
    const Figures figures { m.loss, m.meanLogprob, m.entropy, m.sums, m.promptTokens, m.completionTokens,
        m.microBatches };
    return { reinterpret_cast<const char*>(&figures), sizeof figures };
}

UpdateMetrics unpack(const std::string& bytes)
{
    Figures figures {};
    std::memcpy(&figures, bytes.data(), std::min(bytes.size(), sizeof figures));
    UpdateMetrics m;
    m.loss = figures.loss;
    m.meanLogprob = figures.meanLogprob;
    m.entropy = figures.entropy;
    m.sums = figures.sums;
    m.promptTokens = figures.promptTokens;
    m.completionTokens = figures.completionTokens;
    m.microBatches = figures.microBatches;
    return m;
}

// The metrics of all parts, or the error of the lowest rank that has one.
base::Result<UpdateMetrics> combine(
    const base::Result<UpdateMetrics>& mine, const update::BatchTotals& totals, Communicator& ranks)
{
    if (base::Status fine = agree(ranks, mine ? base::Status() : base::Status(mine.error())); !fine)
        return fine.error();
    const base::Result<std::vector<std::string>> all = ranks.allGather(pack(*mine));
    if (!all)
        return all.error();
    std::vector<UpdateMetrics> parts;
    for (const std::string& bytes : *all)
        parts.push_back(unpack(bytes));
    return update::combined(parts, totals);
}

base::Result<update::StepReport> guardedStep(ShardedAdam& adam, double lrFactor)
{
    try {
        return adam.step(lrFactor);
    } catch (const std::exception& fault) {
        return base::failed(fmt::format("the optimiser failed: {}", batch::faultText(fault)), "update");
    }
}

} // namespace

base::Result<UpdateMetrics> trainStep(const update::Trained& trained, ShardedAdam& adam,
    const std::vector<batch::Group>& groups, const update::UpdateOptions& options, double lrFactor,
    Communicator& ranks, std::stop_token stop)
{
    if (ranks.size() == 1)
        return update::trainStep(trained, adam.own(), groups, options, lrFactor, stop);
    const model::Policy& policy = trained.policy;
    const device::OneThreadPerOperation oneThread(device::workersFor(policy.device(), policy.numBytes()) > 1);
    adam.zeroGrad();
    base::Result<UpdateMetrics> metrics
        = combine(update::accumulateGradients(trained, groups, options, stop, { ranks.rank(), ranks.size() }),
            update::totalsOf(groups, options.maxCompletionLength), ranks);
    if (metrics && std::isfinite(metrics->loss)) {
        base::Result<update::StepReport> report = guardedStep(adam, lrFactor);
        if (report) {
            metrics->step = *report;
            update::followMaster(trained);
        } else {
            metrics = report.error();
        }
    } else if (metrics) {
        metrics->step.skipped = true;
        metrics->step.offender = "the loss";
    }
    adam.zeroGrad();
    return metrics;
}

} // namespace msrl::parallel
