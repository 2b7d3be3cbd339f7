// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/judging/pair_judge.h"

#include "core/judge/confidence.h"
#include "core/judge/parser.h"
#include "engine/stages/rl_step.h"

#include <fmt/format.h>

#include <map>

namespace msrl::judging {

// One prompt: a pair in one of its orders, with the places of its judgements in the task's list.
struct PairJudge::Showing
{
    std::size_t task = 0;
    bool swapped = false;
    std::vector<std::size_t> places;
};

std::vector<bool> judgementOrders(std::size_t votes, bool bothOrders)
{
    std::vector<bool> orders;
    for (std::size_t i = 0; i < votes; ++i) {
        orders.push_back(false);
        if (bothOrders)
            orders.push_back(true);
    }
    return orders;
}

PairJudge::PairJudge(stages::Judge judge, JudgeSettings settings)
    : m_judge(std::move(judge))
    , m_settings(std::move(settings))
    , m_answers(m_judge.encoder.tokenizer())
{
}

base::Result<PairJudge> PairJudge::open(
    const std::filesystem::path& modelFolder, const JudgeSettings& settings, c10::Device device)
{
    // A name is never a folder of the current one: "demo" may well be there.
    const bool named = settings.prompts.find('/') == std::string::npos;
    auto prompts
        = named ? text::PromptSet::bundled(settings.prompts) : text::PromptSet::load(settings.prompts);
    if (!prompts)
        return prompts.error();
    auto judge = stages::loadJudge(modelFolder, *std::move(prompts), device);
    if (!judge)
        return judge.error();
    JudgeSettings used = settings;
    const std::int64_t room = judge->policy.config.text.maxPositions - settings.maxNewTokens;
    if (room < 2)
        return base::badInput(
            fmt::format("{} new tokens leave no room for a prompt in the model's {} positions",
                settings.maxNewTokens, judge->policy.config.text.maxPositions),
            "--max-new-tokens", "choose fewer, so that the longest prompt and they fit together");
    if (used.maxPromptTokens == 0 || used.maxPromptTokens > room)
        used.maxPromptTokens = room;
    return PairJudge(*std::move(judge), std::move(used));
}

base::Status PairJudge::check(const data::Sample& sample) const
{
    if (const auto found = data::checkMedia(sample); !found)
        return found.error();
    const auto prompt = m_judge.encoder.encode(sample, m_settings.mode,
        { .tokens = m_settings.maxPromptTokens }, stages::SampleEncoder::Pixels::Skip);
    return prompt ? base::Status() : prompt.error();
}

std::vector<PairJudge::Showing> PairJudge::showingsOf(const std::vector<PairTask>& tasks) const
{
    std::vector<Showing> showings;
    for (std::size_t t = 0; t < tasks.size(); ++t) {
        for (const bool swapped : { false, true }) {
            Showing showing { t, swapped, {} };
            for (std::size_t place = 0; place < tasks[t].orders.size(); ++place) {
                if (tasks[t].orders[place] == swapped)
                    showing.places.push_back(place);
            }
            if (!showing.places.empty())
                showings.push_back(std::move(showing));
        }
    }
    return showings;
}

Judgement PairJudge::read(
    const data::Sample& shown, bool swapped, const rollout::Completion& completion) const
{
    Judgement out;
    out.output = m_judge.encoder.decodeCompletion(completion.ids);
    out.finish = completion.finish;
    out.tokens = static_cast<std::int64_t>(completion.ids.size());
    const std::vector<double> logprobs(completion.logprobs.begin(), completion.logprobs.end());
    out.meanLogprob = judge::meanLogprob(logprobs).value_or(0);
    const stages::PromptSource source { "", m_settings.mode, {} };
    const judge::Judgement strict = judge::parseStrict(out.output, source.requirements(shown));
    out.formatOk = completion.finish == rollout::Finish::Stop && strict.formatOk;
    out.thought = judge::parseScript(out.output).thought.value_or("");
    out.vote.swapped = swapped;
    // The vote of a path whose format is broken still counts, as it does among a teacher's paths.
    out.vote.answer = judge::looseAnswer(out.output);
    out.vote.probabilityA = out.vote.answer ? m_answers.probabilityA(completion) : std::nullopt;
    if (swapped && out.vote.answer)
        out.vote.answer = data::otherSide(*out.vote.answer);
    if (swapped && out.vote.probabilityA)
        out.vote.probabilityA = 1 - *out.vote.probabilityA;
    return out;
}

// REQUIRES: all showings have the same number of places
base::Status PairJudge::judgeShowings(const std::vector<PairTask>& tasks,
    const std::vector<Showing>& showings, const std::stop_token& stop,
    std::vector<std::vector<Judgement>>& out) const
{
    rollout::GenerateOptions options;
    options.samplesPerPrompt = static_cast<std::int64_t>(showings.front().places.size());
    options.maxNewTokens = m_settings.maxNewTokens;
    options.sampling = m_settings.sampling;
    options.stopIds = { m_judge.encoder.endToken() };
    options.seed = m_settings.seed;
    options.watchedIds = m_answers.watchedIds();
    std::vector<data::Sample> shown;
    std::vector<batch::PromptInput> prompts;
    for (const Showing& showing : showings) {
        const PairTask& task = tasks[showing.task];
        data::Sample sample = *task.sample;
        sample.completion.clear(); // a judgement that is already written is not shown
        shown.push_back(showing.swapped ? data::swapped(std::move(sample)) : std::move(sample));
        auto prompt = m_judge.encoder.encode(shown.back(), m_settings.mode,
            { .tokens = m_settings.maxPromptTokens }, stages::SampleEncoder::Pixels::Load);
        if (!prompt)
            return prompt.error();
        prompts.push_back(std::move(prompt->input));
        options.promptNumbers.push_back(2 * task.number + (showing.swapped ? 1 : 0));
    }
    const auto completions = rollout::generate(m_judge.policy, prompts, options, stop);
    if (!completions)
        return completions.error();
    for (std::size_t s = 0; s < showings.size(); ++s) {
        const Showing& showing = showings[s];
        for (std::size_t i = 0; i < showing.places.size(); ++i)
            out[showing.task][showing.places[i]]
                = read(shown[s], showing.swapped, (*completions)[s * showing.places.size() + i]);
    }
    return {};
}

base::Result<std::vector<std::vector<Judgement>>> PairJudge::judgeAll(
    const std::vector<PairTask>& tasks, std::stop_token stop) const
{
    std::vector<std::vector<Judgement>> out;
    for (const PairTask& task : tasks)
        out.emplace_back(task.orders.size());
    // A rollout gives every prompt the same number of samples, so prompts that want as many go together.
    std::map<std::size_t, std::vector<Showing>> bySize;
    for (Showing& showing : showingsOf(tasks))
        bySize[showing.places.size()].push_back(std::move(showing));
    for (const auto& [size, showings] : bySize) {
        if (base::Status judged = judgeShowings(tasks, showings, stop, out); !judged)
            return judged.error();
    }
    return out;
}

} // namespace msrl::judging
