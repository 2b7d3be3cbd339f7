// SPDX-License-Identifier: GPL-3.0-or-later
// Captions for every medium, from the data's own column, from a file, or written by a policy.
#include "core/data/caption_corruption.h"
#include "core/data/captions.h"
#include "core/data/subset.h"
#include "engine/stages/generation.h"
#include "engine/stages/inputs.h"
#include "engine/stages/preflight.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

std::vector<data::Media> mediaOf(const std::vector<data::Sample>& samples)
{
    std::vector<data::Media> all;
    for (const data::Sample& sample : samples) {
        for (data::Media& medium : sample.allMedia())
            all.push_back(std::move(medium));
    }
    return all;
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
    const std::vector<data::Media> media = mediaOf(samples);
    std::vector<std::string> captions;
    constexpr std::size_t kChunk = 256;
    for (std::size_t begin = 0; begin < media.size(); begin += kChunk) {
        const std::size_t end = std::min(begin + kChunk, media.size());
        std::vector<batch::PromptInput> prompts;
        for (std::size_t i = begin; i < end; ++i) {
            base::Result<EncodedPrompt> prompt
                = judge->encoder.encodeDescribe(media[i], PromptLimits::of(context.step));
            if (!prompt)
                return prompt.error();
            prompts.push_back(std::move(prompt->input));
        }
        options.firstPrompt = begin;
        base::Result<std::vector<rollout::Completion>> completions
            = generateTogether(context, judge->policy, prompts, options);
        if (!completions)
            return completions.error();
        for (const rollout::Completion& completion : *completions) {
            std::string caption = judge->encoder.decodeCompletion(completion.ids);
            caption.erase(0, caption.find_first_not_of(' '));
            captions.push_back(std::move(caption));
        }
        context.progress(static_cast<std::int64_t>(end), static_cast<std::int64_t>(media.size()));
        context.control.waitWhilePaused();
        if (context.control.stopRequested() != StopRequest::None)
            return stoppedOnRequest(context);
    }
    std::size_t next = 0;
    for (data::Sample& sample : samples) {
        const std::size_t count = sample.allMedia().size();
        data::giveCaptions(sample, std::span(captions).subspan(next, count));
        next += count;
    }
    return {};
}

base::Status findCaptions(StageContext& context, std::vector<data::Sample>& samples)
{
    const std::string source = context.text("source");
    if (source == "file")
        return data::takeCaptions(samples, context.settings.projectFolder / context.text("file"));
    return source == "column" ? checkColumn(samples) : writeCaptions(context, samples);
}

} // namespace

base::Status checkCaptionerStage(PreflightContext& context, const curriculum::PlanStep& step)
{
    base::Result<const std::vector<data::Sample>*> samples
        = context.data.samplesOf(*context.plan.step(step.inputs.at("preferences").front().step));
    if (!samples)
        return samples.error();
    const auto source = step.params.at("source").get<std::string>();
    if (source == "column")
        return data::checkNeeds(**samples, { .caption = true });
    if (source == "policy")
        return {}; // yet to be written
    std::vector<data::Sample> captioned = **samples;
    return data::takeCaptions(
        captioned, context.settings.projectFolder / step.params.at("file").get<std::string>());
}

base::Result<StageResult> runCaptionerStage(StageContext& context, const fs::path& folder)
{
    base::Result<std::vector<data::Sample>> samples
        = loadInputSamples(context, *context.input("preferences"));
    if (!samples)
        return samples.error();
    if (const base::Status captioned = findCaptions(context, *samples); !captioned)
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
