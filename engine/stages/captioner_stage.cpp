// SPDX-License-Identifier: GPL-3.0-or-later
// Captions for every medium, from the data's own column or written by a policy.
#include "core/data/caption_corruption.h"
#include "engine/stages/generation.h"
#include "engine/stages/inputs.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

struct CaptionTask
{
    const data::Media* media;
    std::optional<std::string>* target;
};

std::vector<CaptionTask> captionTasks(std::vector<data::Sample>& samples)
{
    std::vector<CaptionTask> tasks;
    for (data::Sample& sample : samples) {
        for (const data::Media& media : sample.media)
            tasks.push_back({ &media, &sample.caption });
        if (sample.mediaA)
            tasks.push_back({ &*sample.mediaA, &sample.captionA });
        if (sample.mediaB)
            tasks.push_back({ &*sample.mediaB, &sample.captionB });
    }
    return tasks;
}

base::Status checkColumn(const std::vector<data::Sample>& samples)
{
    for (const data::Sample& sample : samples) {
        const bool missing
            = data::isGeneration(sample.task) ? !sample.captionA || !sample.captionB : !sample.caption;
        if (missing)
            return base::badInput("has no caption for every medium", sample.where(),
                "add the captions to the data, or let a policy write them (field source)");
    }
    return {};
}

base::Status writeCaptions(StageContext& context, std::vector<data::Sample>& samples)
{
    base::Result<Judge> judge = loadJudge(context, "policy");
    if (!judge)
        return judge.error();
    rollout::GenerateOptions options = generateOptions(context, judge->encoder);
    const std::vector<CaptionTask> tasks = captionTasks(samples);
    constexpr std::size_t kChunk = 256;
    for (std::size_t begin = 0; begin < tasks.size(); begin += kChunk) {
        const std::size_t end = std::min(begin + kChunk, tasks.size());
        std::vector<batch::PromptInput> prompts;
        for (std::size_t i = begin; i < end; ++i) {
            base::Result<EncodedPrompt> prompt
                = judge->encoder.encodeDescribe(*tasks[i].media, PromptLimits::of(context.step.params));
            if (!prompt)
                return prompt.error();
            prompts.push_back(std::move(prompt->input));
        }
        options.firstPrompt = begin;
        base::Result<std::vector<rollout::Completion>> completions
            = generateTogether(context, judge->policy, prompts, options);
        if (!completions)
            return completions.error();
        for (std::size_t i = begin; i < end; ++i) {
            std::string caption = judge->encoder.decodeCompletion((*completions)[i - begin].ids);
            caption.erase(0, caption.find_first_not_of(' '));
            *tasks[i].target = std::move(caption);
        }
        context.progress(static_cast<std::int64_t>(end), static_cast<std::int64_t>(tasks.size()));
        context.control.waitWhilePaused();
        if (context.control.stopRequested() != StopRequest::None)
            return stoppedOnRequest(context);
    }
    return {};
}

} // namespace

base::Result<StageResult> runCaptionerStage(StageContext& context, const fs::path& folder)
{
    base::Result<std::vector<data::Sample>> samples
        = loadInputSamples(context, *context.input("preferences"));
    if (!samples)
        return samples.error();
    const base::Status captioned
        = context.text("source") == "column" ? checkColumn(*samples) : writeCaptions(context, *samples);
    if (!captioned)
        return captioned.error();
    const base::Result<std::size_t> wrong = data::corruptCaptions(
        *samples, context.real("wrong_captions"), context.plan.seed, context.streamId());
    if (!wrong)
        return wrong.error();
    if (*wrong > 0)
        context.log(store::EventLevel::Warning, "log",
            fmt::format("{} of {} samples have wrong captions, as asked for", *wrong, samples->size()));
    if (context.isLead()) {
        if (base::Status written = writeSamples(*samples, folder / kSamplesFile); !written)
            return written.error();
    }
    return StageResult { { { "samples", samples->size() }, { "source", context.text("source") },
                             { "wrong_captions", *wrong } },
        {} };
}

} // namespace msrl::stages
