// SPDX-License-Identifier: GPL-3.0-or-later
// Accuracy of one policy on held-out pairs, every pair in both orders, greedy; unparsed counts as wrong.
#include "core/base/clock.h"
#include "core/base/markup.h"
#include "core/judge/evaluation.h"
#include "core/text/completion.h"
#include "engine/stages/generation.h"
#include "engine/stages/inputs.h"
#include "engine/stages/judgements_file.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/rl_step.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

// The name of a benchmark's figures, by what the judge is given.
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
std::string trimmed(const std::string& text)
{
    const std::size_t begin = text.find_first_not_of(" \n\t");
    const std::size_t end = text.find_last_not_of(" \n\t");
    return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

struct Benchmark
{
    PromptSource source;
    std::vector<data::Sample> shown; // pair i is 2i as given and 2i+1 swapped
};

base::Result<std::vector<Benchmark>> loadBenchmarks(const StageContext& context)
{
    std::vector<Benchmark> benchmarks;
    for (const curriculum::PlanInput& input : context.step.inputs.at("benchmarks")) {
        base::Result<std::vector<data::Sample>> samples = loadInputSamples(context, input);
        if (!samples)
            return samples.error();
        Benchmark benchmark;
        benchmark.source = { setName(input.type), promptModeOf(input.type), {} };
        for (data::Sample& sample : *samples) {
            if (!sample.gold)
                return base::badInput("a held-out sample needs its gold label", sample.where());
            benchmark.shown.push_back(sample);
            benchmark.shown.push_back(data::swapped(std::move(sample)));
        }
        benchmarks.push_back(std::move(benchmark));
    }
    return benchmarks;
}

class Evaluator
{
public:
    Evaluator(StageContext& context, const Judge& judge)
        : m_context(context)
        , m_judge(judge)
        , m_options(generateOptions(context, judge.encoder))
        , m_parser(context.text("parser") == "script" ? judge::ParserMode::Script : judge::ParserMode::Strict)
    {
    }

    base::Status run(const Benchmark& benchmark, std::int64_t done, std::int64_t total)
    {
        constexpr std::size_t kChunk = 256; // even, so that both orders of a pair are in one chunk
        for (std::size_t begin = 0; begin < benchmark.shown.size(); begin += kChunk) {
            const std::size_t end = std::min(begin + kChunk, benchmark.shown.size());
            if (base::Status judged = runChunk(benchmark, begin, end, static_cast<int>(done)); !judged)
                return judged;
            m_context.progress(done + static_cast<std::int64_t>(end), total);
            m_context.control.waitWhilePaused();
            if (m_context.control.stopRequested() != StopRequest::None)
                return stoppedOnRequest(m_context);
        }
        return {};
    }

    const std::map<std::string, judge::EvaluationSummary>& summaries() const { return m_summaries; }
    const std::vector<store::SampleRow>& judgements() const { return m_judgements; }

private:
    // `before`: judgements of the benchmarks before this one.
    base::Status runChunk(const Benchmark& benchmark, std::size_t begin, std::size_t end, int before)
    {
        std::vector<StepPrompt> prompts;
        std::vector<batch::PromptInput> inputs;
        for (std::size_t i = begin; i < end; ++i) {
            base::Result<EncodedPrompt> prompt = m_judge.encoder.encode(benchmark.shown[i],
                benchmark.source.mode, PromptLimits::of(m_context.step.params), SampleEncoder::Pixels::Load);
            if (!prompt)
                return prompt.error();
            inputs.push_back(prompt->input);
            prompts.push_back({ &benchmark.source, &benchmark.shown[i], *std::move(prompt) });
        }
        const double start = base::monotonicSeconds();
        base::Result<std::vector<rollout::Completion>> completions
            = generateTogether(m_context, m_judge.policy, inputs, m_options);
        if (!completions)
            return completions.error();
        if (!m_context.isLead())
            return {};
        Tally tokens;
        for (const rollout::Completion& completion : *completions)
            tokens.add(static_cast<double>(completion.ids.size()));
        m_context.sink.rate(tokens.sum() / std::max(base::monotonicSeconds() - start, 1e-9));
        count(benchmark, prompts, *completions);
        keepJudgements(prompts, *completions, before + static_cast<int>(begin));
        return {};
    }

    judge::Outcome outcome(const StepPrompt& prompt, const rollout::Completion& completion) const
    {
        const judge::Requirements requirements = prompt.source->requirements(*prompt.sample);
        judge::Judgement judgement;
        if (completion.finish == rollout::Finish::Stop)
            judgement
                = judge::parse(m_judge.encoder.decodeCompletion(completion.ids), m_parser, requirements);
        std::optional<std::string> caption;
        if (requirements.caption) {
            if (const auto expected = text::captionBody(*prompt.sample))
                caption = trimmed(*expected);
            if (judgement.caption)
                judgement.caption = trimmed(*judgement.caption);
        }
        return judge::outcomeOf(judgement, *prompt.sample->gold, prompt.sample->task, requirements, caption);
    }

    void count(const Benchmark& benchmark, const std::vector<StepPrompt>& prompts,
        const std::vector<rollout::Completion>& completions)
    {
        judge::EvaluationSummary& summary = m_summaries[benchmark.source.name];
        for (std::size_t i = 0; i + 1 < prompts.size(); i += 2)
            summary.add(prompts[i].sample->task, outcome(prompts[i], completions[i]),
                outcome(prompts[i + 1], completions[i + 1]));
    }

    void keepJudgements(const std::vector<StepPrompt>& prompts,
        const std::vector<rollout::Completion>& completions, int first)
    {
        RewardSettings rewards;
        rewards.parser = m_parser;
        rewards.weights = { { "accuracy", 1.0 } };
        SampledStep sampled;
        addRound(sampled, { {}, prompts, completions, {} }, m_judge.encoder, rewards);
        std::vector<store::SampleRow> rows = sampleRows(m_context.step.id, 0, sampled);
        for (store::SampleRow& row : rows) {
            row.promptIndex += first;
            row.prompt = base::foldRepeatedTags(row.prompt); // a picture is thousands of tags
        }
        m_context.sink.samples(rows);
        m_judgements.insert(m_judgements.end(), rows.begin(), rows.end());
    }

    StageContext& m_context;
    const Judge& m_judge;
    rollout::GenerateOptions m_options;
    judge::ParserMode m_parser;
    std::map<std::string, judge::EvaluationSummary> m_summaries;
    std::vector<store::SampleRow> m_judgements;
};

// The figures of one stage as `report --json` prints them; "sets" has each benchmark's own.
base::Json reportOf(
    const std::string& policy, const std::map<std::string, judge::EvaluationSummary>& summaries)
{
    base::Json report = { { "stage", policy } };
    base::Json sets = base::Json::object();
    for (const auto& [name, summary] : summaries) {
        sets[name] = summary.toJson();
        if (const auto exact = summary.captionExact())
            sets[name]["caption_exact"] = *exact;
    }
    if (sets.contains("pixels")) {
        for (const auto& [key, value] : sets["pixels"].items())
            report[key] = value;
    }
    if (sets.contains("captions"))
        report["captions_accuracy"] = sets["captions"]["accuracy"];
    if (sets.contains("text"))
        report["text_accuracy"] = sets["text"]["accuracy"];
    report["sets"] = sets;
    return report;
}

void publishReport(StageContext& context, const std::string& policy, const base::Json& report)
{
    MetricBatch batch(context.step.id, 0);
    for (const auto& [set, figures] : report.at("sets").items()) {
        for (const char* key : { "accuracy", "both_orders", "format", "type", "caption_exact" }) {
            const auto value = figures.find(key);
            if (value != figures.end() && value->is_number())
                batch.add(std::string("eval/") + key, value->get<double>(), set);
        }
    }
    batch.send(context.sink);
    store::EvaluationRow row;
    row.stage = context.step.id;
    row.policy = policy;
    row.report = report;
    row.timeMs = base::nowMs();
    context.sink.evaluation(row);
}

} // namespace

base::Result<StageResult> runEvaluateStage(StageContext& context, const fs::path& folder)
{
    base::Result<std::vector<Benchmark>> benchmarks = loadBenchmarks(context);
    if (!benchmarks)
        return benchmarks.error();
    base::Result<Judge> judge = loadJudge(context, "policies");
    if (!judge)
        return judge.error();
    std::int64_t total = 0;
    for (const Benchmark& benchmark : *benchmarks)
        total += static_cast<std::int64_t>(benchmark.shown.size());
    context.sink.truncate(context.step.id, -1);
    Evaluator evaluator(context, *judge);
    std::int64_t done = 0;
    for (const Benchmark& benchmark : *benchmarks) {
        if (base::Status judged = evaluator.run(benchmark, done, total); !judged)
            return judged.error();
        done += static_cast<std::int64_t>(benchmark.shown.size());
    }
    if (!context.isLead())
        return StageResult {};
    const std::string policy = context.input("policies")->step;
    const base::Json report = reportOf(policy, evaluator.summaries());
    if (base::Status written = base::writeFileAtomically(folder / kReportFile, report.dump(1) + "\n");
        !written)
        return written.error();
    if (base::Status written = writeJudgements(evaluator.judgements(), folder / kJudgementsFile); !written)
        return written.error();
    publishReport(context, policy, report);
    return StageResult { report, {} };
}

base::Status replayEvaluateStage(StageContext& context, const fs::path& folder)
{
    const fs::path file = folder / kReportFile;
    base::Result<std::string> text = base::readFile(file);
    if (!text)
        return text.error();
    base::Result<base::Json> report = base::parseJson(*text, file.string());
    if (!report)
        return report.error();
    // The artefact may have been made for another policy node with the same parameters.
    const std::string policy = context.input("policies")->step;
    (*report)["stage"] = policy;
    context.sink.truncate(context.step.id, -1); // a run that goes on tells its reused evaluations again
    // Results of earlier versions have none.
    if (std::error_code ec; fs::exists(folder / kJudgementsFile, ec)) {
        const base::Result<std::vector<store::SampleRow>> judgements
            = readJudgements(folder / kJudgementsFile, context.step.id);
        if (!judgements)
            return judgements.error();
        context.sink.samples(*judgements);
    }
    publishReport(context, policy, *report);
    return {};
}

} // namespace msrl::stages
