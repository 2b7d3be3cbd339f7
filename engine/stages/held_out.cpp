// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/held_out.h"

#include "core/base/trimmed.h"
#include "core/text/completion.h"
#include "engine/stages/generation.h"
#include "engine/stages/inputs.h"

namespace msrl::stages {

namespace {

const char* setName(curriculum::PortType type)
{
    switch (type) {
    case curriculum::PortType::CaptionedPreferences:
        return "captions";
    case curriculum::PortType::TextPreferences:
        return "text";
    default:
        return "pixels";
    }
}

// White space at the ends is no part of a caption.
std::string captionOf(const std::string& text)
{
    return std::string(base::trimmed(text, " \n\t"));
}

judge::Outcome outcome(const StepPrompt& prompt, const rollout::Completion& completion,
    const SampleEncoder& encoder, judge::ParserMode parser)
{
    const judge::Requirements requirements = prompt.source->requirements(*prompt.sample);
    judge::Judgement judgement;
    if (completion.finish == rollout::Finish::Stop)
        judgement = judge::parse(encoder.decodeCompletion(completion.ids), parser, requirements);
    std::optional<std::string> caption;
    if (requirements.caption) {
        if (const auto expected = text::captionBody(*prompt.sample))
            caption = captionOf(*expected);
        if (judgement.caption)
            judgement.caption = captionOf(*judgement.caption);
    }
    return judge::outcomeOf(judgement, *prompt.sample->gold, prompt.sample->task, requirements, caption);
}

} // namespace

judge::ParserMode parserOf(const StageContext& context)
{
    return context.text("parser") == "script" ? judge::ParserMode::Script : judge::ParserMode::Strict;
}

base::Result<HeldOutSet> loadHeldOut(const StageContext& context, const curriculum::PlanInput& input)
{
    base::Result<std::vector<data::Sample>> samples = loadInputSamples(context, input);
    if (!samples)
        return samples.error();
    HeldOutSet set;
    set.source = { setName(input.type), promptModeOf(input.type), {} };
    for (data::Sample& sample : *samples) {
        if (!sample.gold)
            return base::badInput("a held-out sample needs its gold label", sample.where());
        set.shown.push_back(sample);
        set.shown.push_back(data::swapped(std::move(sample)));
    }
    return set;
}

base::Result<JudgedPairs> judgeHeldOut(const StageContext& context, const model::Policy& policy,
    const SampleEncoder& encoder, const HeldOutSet& set, std::pair<std::size_t, std::size_t> range)
{
    JudgedPairs judged;
    std::vector<batch::PromptInput> inputs;
    for (std::size_t i = range.first; i < range.second; ++i) {
        base::Result<EncodedPrompt> prompt = encoder.encode(
            set.shown[i], set.source.mode, PromptLimits::of(context.step), SampleEncoder::Pixels::Load);
        if (!prompt)
            return prompt.error();
        inputs.push_back(prompt->input);
        judged.prompts.push_back({ &set.source, &set.shown[i], *std::move(prompt) });
    }
    rollout::GenerateOptions options = generateOptions(context, encoder);
    options.sampling = {};
    options.sampling.temperature = 0;
    base::Result<std::vector<rollout::Completion>> completions
        = generateTogether(context, policy, inputs, options);
    if (!completions)
        return completions.error();
    judged.completions = *std::move(completions);
    return judged;
}

void countOutcomes(judge::EvaluationSummary& summary, const JudgedPairs& judged, const SampleEncoder& encoder,
    judge::ParserMode parser)
{
    const auto of
        = [&](std::size_t i) { return outcome(judged.prompts[i], judged.completions[i], encoder, parser); };
    for (std::size_t i = 0; i + 1 < judged.prompts.size(); i += 2)
        summary.add(judged.prompts[i].sample->task, of(i), of(i + 1));
}

} // namespace msrl::stages
