// SPDX-License-Identifier: GPL-3.0-or-later
// Supervised fine-tuning: every epoch is a seeded permutation, so that step t always sees the same samples.
#include "engine/device/memory.h"
#include "engine/stages/epoch_order.h"
#include "engine/stages/frozen_vision.h"
#include "engine/stages/inputs.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/sample_encoder.h"
#include "engine/stages/stage_functions.h"
#include "engine/stages/training_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

struct SftData
{
    std::vector<data::Sample> samples;
    std::vector<std::vector<std::int64_t>> completions;
};

// Everything that can be refused is refused here, before the first step.
base::Result<SftData> prepare(const StageContext& context, const SampleEncoder& encoder)
{
    base::Result<std::vector<data::Sample>> samples = loadInputSamples(context, *context.input("samples"));
    if (!samples)
        return samples.error();
    if (samples->empty())
        return base::badInput("no samples to learn from", "node " + context.step.nodeId,
            "the gate accepted none; see its thresholds and decisions");
    SftData result;
    for (const data::Sample& sample : *samples) {
        base::Result<std::vector<std::int64_t>> ids
            = encoder.encodeCompletion(sample.completion, sample.where());
        if (!ids)
            return ids.error();
        if (static_cast<std::int64_t>(ids->size()) > context.integer("max_new_tokens"))
            return base::badInput(fmt::format("its completion has {} tokens, the limit is {}", ids->size(),
                                      context.integer("max_new_tokens")),
                sample.where(), "raise the node's field max_new_tokens, or leave the sample out");
        result.completions.push_back(*std::move(ids));
    }
    result.samples = *std::move(samples);
    return result;
}

// `vision`: of a stage that leaves the vision tower as it is; null when it learns, too.
base::Result<std::vector<batch::Group>> makeGroups(const StageContext& context, const SampleEncoder& encoder,
    const SftData& data, const std::vector<std::size_t>& rows, FrozenVision* vision)
{
    const auto pixels = vision ? SampleEncoder::Pixels::Skip : SampleEncoder::Pixels::Load;
    std::vector<EncodedPrompt> prompts;
    for (const std::size_t row : rows) {
        base::Result<EncodedPrompt> prompt = encoder.encode(
            data.samples[row], text::PromptMode::Visual, PromptLimits::of(context.step), pixels);
        if (!prompt)
            return prompt.error();
        prompts.push_back(*std::move(prompt));
    }
    std::vector<EncodedPrompt*> shown;
    for (EncodedPrompt& prompt : prompts)
        shown.push_back(&prompt);
    if (base::Status seen = vision ? vision->attach(encoder, shown) : base::Status(); !seen)
        return seen.error();
    std::vector<batch::Group> groups;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        batch::CompletionInput completion;
        completion.ids = data.completions[rows[i]];
        completion.weight = data.samples[rows[i]].weight;
        groups.push_back({ std::move(prompts[i].input), { std::move(completion) } });
    }
    return groups;
}

void report(StageContext& context, const update::UpdateMetrics& metrics, double lr, double seconds)
{
    MetricBatch batch(context.step.id, context.row.step + 1);
    const double tokens = static_cast<double>(metrics.promptTokens + metrics.completionTokens);
    batch.add("loss", metrics.loss);
    batch.add("logprob/mean", metrics.meanLogprob);
    batch.add("grad_norm", metrics.step.gradNorm);
    batch.add("lr", lr);
    batch.add("tokens_per_second/update", tokens / std::max(seconds, 1e-9));
    batch.add("memory/rss_mb", static_cast<double>(device::memoryUse().residentBytes) / 1e6);
    batch.send(context.sink);
    context.sink.rate(tokens / std::max(seconds, 1e-9));
}

} // namespace

base::Result<StageResult> runSftStage(StageContext& context, const fs::path& folder)
{
    const fs::path modelFolder = policyFolder(context, *context.input("policy"));
    base::Result<text::PromptSet> prompts
        = text::PromptSet::named(context.text("prompts"), context.settings.projectFolder);
    if (!prompts)
        return prompts.error();
    base::Result<model::ModelConfig> config = model::readConfig(modelFolder);
    if (!config)
        return config.error();
    base::Result<SampleEncoder> encoder = SampleEncoder::make(modelFolder, *config, *std::move(prompts));
    if (!encoder)
        return encoder.error();
    base::Result<SftData> data = prepare(context, *encoder);
    if (!data)
        return data.error();

    EpochOrder order(data->samples.size(), static_cast<std::size_t>(context.integer("batch_size")),
        context.plan.seed, context.streamId());
    const auto total = static_cast<std::int64_t>(order.stepsPerEpoch()) * context.integer("epochs");
    base::Result<TrainingSession> session = TrainingSession::start(context, total);
    if (!session)
        return session.error();

    update::UpdateOptions options;
    options.loss = update::LossKind::CrossEntropy;
    options.objective.aggregation = update::Aggregation::Dapo;
    options.tokenBudget = context.integer("token_budget");
    options.recompute = context.flag("recompute");
    std::optional<FrozenVision> vision;
    if (session->visionFrozen())
        vision.emplace(context, session->policy());
    while (session->step() < total) {
        const double begin = base::monotonicSeconds();
        base::Result<std::vector<batch::Group>> groups = makeGroups(context, *encoder, *data,
            order.batch(static_cast<std::size_t>(session->step())), vision ? &*vision : nullptr);
        if (!groups)
            return groups.error();
        const double lr = session->learningRate();
        base::Result<update::UpdateMetrics> metrics = session->update(*groups, options);
        if (!metrics)
            return metrics.error();
        report(context, *metrics, lr, base::monotonicSeconds() - begin);
        if (base::Status finished = session->finishStep(); !finished)
            return finished.error();
    }
    if (vision)
        vision->report();
    base::Result<base::Json> summary = session->save(folder);
    if (!summary)
        return summary.error();
    (*summary)["samples"] = data->samples.size();
    return StageResult { *std::move(summary), {} };
}

} // namespace msrl::stages
