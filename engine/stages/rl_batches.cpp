// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/rl_batches.h"

#include "core/base/clock.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/stage.h"

#include <fmt/format.h>

namespace msrl::stages {

namespace {

constexpr std::size_t kMostReplayUses = 50; // told in one event

} // namespace

base::Result<data::ReplayRatio> replayRatioOf(const curriculum::PlanStep& step)
{
    if (const auto schedule = step.params.at("replay_schedule").get<std::string>(); !schedule.empty()) {
        auto ratio = data::ReplayRatio::parse(schedule);
        if (!ratio)
            return base::within(ratio.error(), "node " + step.nodeId + ", field replay_schedule");
        return ratio;
    }
    const double ratio = step.params.at("replay_ratio").get<double>();
    return data::ReplayRatio(ratio > 0 ? ratio : data::ReplayRatio::kNoReplay);
}

base::Result<data::ReplayMixer> makeMixer(
    const curriculum::Plan& plan, const curriculum::PlanStep& step, std::size_t numNew, std::size_t numReplay)
{
    const base::Result<data::ReplayRatio> ratio = replayRatioOf(step);
    if (!ratio)
        return ratio.error();
    data::MixerOptions options;
    options.numNew = numNew;
    options.numReplay = numReplay;
    options.batchSize = static_cast<int>(step.params.at("prompts_per_step").get<std::int64_t>());
    options.ratio = numReplay == 0 ? data::ReplayRatio() : *ratio;
    options.mode = *data::replayModeFromName(step.params.at("replay_sampling").get<std::string>());
    options.seed = plan.seed ^ streamIdOf(step);
    base::Result<data::ReplayMixer> mixer = data::ReplayMixer::create(options);
    if (!mixer)
        return base::within(mixer.error(), "node " + step.nodeId);
    return mixer;
}

void addReplayMetrics(MetricBatch& batch, const data::ReplayMixer& mixer, std::int64_t finishedSteps)
{
    if (!mixer.ratio().usesReplay())
        return;
    batch.add("replay_ratio/set", mixer.ratio().at(finishedSteps));
    const data::ReplayUse use = mixer.replayUse();
    batch.add("replay_use/least", static_cast<double>(use.least));
    batch.add("replay_use/mean", use.mean);
    batch.add("replay_use/most", static_cast<double>(use.most));
}

void reportSchedule(StageContext& context, const data::ReplayMixer& mixer, std::int64_t finishedSteps)
{
    for (const data::ReplayRatio::Point& point : mixer.ratio().points()) {
        if (point.step == 0 || point.step != finishedSteps)
            continue;
        store::EventRow event;
        event.kind = "replay";
        event.stage = context.step.id;
        event.step = finishedSteps + 1;
        event.text = fmt::format("replay {:g} : 1", point.ratio);
        event.data = { { "ratio", point.ratio } };
        event.timeMs = base::nowMs();
        context.sink.event(event);
    }
}

void reportReplayUse(StageContext& context, const data::ReplayMixer& mixer,
    const std::vector<data::Sample>& replay, std::int64_t step)
{
    const std::vector<data::SampleUse> used = mixer.mostUsed(kMostReplayUses);
    if (used.empty())
        return;
    store::EventRow event;
    event.level = store::EventLevel::Debug;
    event.kind = "replay-use";
    event.stage = context.step.id;
    event.step = step;
    event.text = fmt::format("most used for replay: {}, {} times", replay[used[0].index].id, used[0].times);
    base::Json samples = base::Json::array();
    for (const data::SampleUse& use : used)
        samples.push_back({ { "id", replay[use.index].id }, { "times", use.times } });
    event.data = { { "samples", std::move(samples) }, { "mean", mixer.replayUse().mean },
        { "set", replay.size() }, { "unused", mixer.numUnused() } };
    event.timeMs = base::nowMs();
    context.sink.event(event);
}

} // namespace msrl::stages
