// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/skill_probe.h"

#include "engine/stages/metric_batch.h"

#include <algorithm>

namespace msrl::stages {

namespace {

constexpr std::size_t kAtOnce = 256; // prompts; both orders of a pair are together

} // namespace

SkillProbe::SkillProbe(HeldOutSet set, std::int64_t every)
    : m_set(std::move(set))
    , m_every(every)
{
}

base::Result<std::optional<SkillProbe>> SkillProbe::make(const StageContext& context)
{
    const std::int64_t every = context.integer("probe_every");
    const curriculum::PlanInput* input = context.input("probe");
    if (!input || every == 0)
        return std::optional<SkillProbe>();
    base::Result<HeldOutSet> set = loadHeldOut(context, *input);
    if (!set)
        return set.error();
    return std::optional(SkillProbe(*std::move(set), every));
}

base::Status SkillProbe::run(const StageContext& context, const model::Policy& policy,
    const SampleEncoder& encoder, std::int64_t finishedSteps) const
{
    judge::EvaluationSummary summary;
    for (std::size_t begin = 0; begin < m_set.shown.size(); begin += kAtOnce) {
        const std::size_t end = std::min(begin + kAtOnce, m_set.shown.size());
        base::Result<JudgedPairs> judged = judgeHeldOut(context, policy, encoder, m_set, { begin, end });
        if (!judged)
            return judged.error();
        countOutcomes(summary, *judged, encoder, parserOf(context));
    }
    if (!context.isLead())
        return {};
    MetricBatch batch(context.step.id, finishedSteps);
    batch.add("probe/accuracy", summary.accuracy(), m_set.source.name);
    batch.add("probe/both_orders", summary.bothOrders(), m_set.source.name);
    batch.add("probe/format", summary.format(), m_set.source.name);
    batch.send(context.sink);
    return {};
}

} // namespace msrl::stages
