// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/teachers.h"

#include "core/base/clock.h"
#include "core/judge/parser.h"

#include <algorithm>
#include <cmath>

namespace msrl::stages {

namespace {

constexpr std::int64_t kTopLogprobs = 20; // of the group confidence, as its authors take them

judge::PathEvidence evidenceOf(const std::string& text, const rollout::Completion& completion,
    const rollout::AnswerReader& answers, std::optional<data::TaskType> task)
{
    judge::PathEvidence evidence;
    evidence.answer = judge::looseAnswer(text);
    const judge::Judgement judgement = judge::parseStrict(text, { .type = true });
    evidence.formatOk = completion.finish == rollout::Finish::Stop && judgement.formatOk
        && (!task || judge::namesTask(judgement.type, *task));
    evidence.logprobs.assign(completion.logprobs.begin(), completion.logprobs.end());
    // The rollout keeps the mean of each token's likeliest ones, which is all that the measure takes.
    for (const float mean : completion.topLogprobs)
        evidence.topLogprobs.push_back({ mean });
    if (const auto a = answers.probabilityA(completion); evidence.answer && a)
        evidence.answerLogprobs = { std::log(*a), std::log1p(-*a) };
    return evidence;
}

} // namespace

base::Result<Teachers> Teachers::load(const StageContext& context)
{
    Teachers all;
    all.m_matchTask = context.flag("match_task");
    for (const curriculum::PlanInput& input : context.inputs("policy")) {
        base::Result<Judge> judge = loadJudge(context, input);
        if (!judge)
            return base::within(judge.error(), "teacher " + input.step);
        rollout::AnswerReader answers(judge->encoder.tokenizer());
        rollout::GenerateOptions options = generateOptions(context, judge->encoder);
        options.topLogprobs = kTopLogprobs;
        options.watchedIds = answers.watchedIds();
        // Each its own random numbers; the first one's are those of a teacher who is asked alone.
        options.step = all.m_teachers.size();
        all.m_teachers.push_back({ input.step, *std::move(judge), std::move(answers), std::move(options) });
    }
    return all;
}

base::Result<std::vector<std::vector<WrittenPath>>> Teachers::write(const StageContext& context,
    const std::vector<data::Sample>& samples, std::span<const std::size_t> which, const PathDraw& draw)
{
    std::vector<std::vector<WrittenPath>> written(which.size());
    for (Teacher& teacher : m_teachers) {
        std::vector<batch::PromptInput> prompts;
        for (const std::size_t i : which) {
            base::Result<EncodedPrompt> prompt = teacher.judge.encoder.encode(samples[i],
                text::PromptMode::Caption, PromptLimits::of(context.step), SampleEncoder::Pixels::Skip);
            if (!prompt)
                return prompt.error();
            prompts.push_back(std::move(prompt->input));
        }
        teacher.options.samplesPerPrompt = draw.count;
        teacher.options.firstSample = draw.first;
        teacher.options.promptNumbers.assign(which.begin(), which.end());
        const double start = base::monotonicSeconds();
        const base::Result<std::vector<rollout::Completion>> completions
            = generateTogether(context, teacher.judge.policy, prompts, teacher.options);
        if (!completions)
            return completions.error();
        m_seconds += base::monotonicSeconds() - start;
        const auto paths = static_cast<std::size_t>(draw.count);
        for (std::size_t i = 0; i < completions->size(); ++i) {
            m_tokens += static_cast<double>((*completions)[i].ids.size());
            written[i / paths].push_back(
                read(teacher, (*completions)[i], samples[which[i / paths]], draw.round));
        }
    }
    return written;
}

WrittenPath Teachers::read(const Teacher& teacher, const rollout::Completion& completion,
    const data::Sample& sample, int round) const
{
    WrittenPath written;
    store::CandidatePath& path = written.path;
    path.text = teacher.judge.encoder.decodeCompletion(completion.ids);
    written.evidence = evidenceOf(
        path.text, completion, teacher.answers, m_matchTask ? std::optional(sample.task) : std::nullopt);
    path.answer = written.evidence.answer ? data::sideName(*written.evidence.answer) : "";
    path.formatOk = written.evidence.formatOk;
    path.numTokens = static_cast<int>(completion.ids.size());
    path.tokenLogprobs = completion.logprobs;
    path.tokens = teacher.judge.encoder.tokenTexts(completion.ids);
    path.teacher = m_teachers.size() > 1 ? teacher.name : std::string();
    path.round = round;
    return written;
}

double Teachers::takeRate()
{
    const double rate = m_tokens / std::max(m_seconds, 1e-9);
    m_tokens = 0;
    m_seconds = 0;
    return rate;
}

std::vector<std::string> Teachers::names() const
{
    std::vector<std::string> names;
    for (const Teacher& teacher : m_teachers)
        names.push_back(teacher.name);
    return names;
}

} // namespace msrl::stages
