// SPDX-License-Identifier: GPL-3.0-or-later
// Accuracy of one policy on held-out pairs, every pair in both orders, greedy; unparsed counts as wrong.
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/markup.h"
#include "core/judge/evaluation.h"
#include "engine/stages/generation.h"
#include "engine/stages/held_out.h"
#include "engine/stages/inputs.h"
#include "engine/stages/judgements_file.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/pictures.h"
#include "engine/stages/rl_records.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

base::Result<std::vector<HeldOutSet>> loadBenchmarks(const StageContext& context)
{
    std::vector<HeldOutSet> benchmarks;
    for (const curriculum::PlanInput& input : context.step.inputs.at("benchmarks")) {
        base::Result<HeldOutSet> set = loadHeldOut(context, input);
        if (!set)
            return set.error();
        benchmarks.push_back(*std::move(set));
    }
    return benchmarks;
}

class Evaluator
{
public:
    Evaluator(StageContext& context, const Judge& judge)
        : m_context(context)
        , m_judge(judge)
        , m_parser(parserOf(context))
    {
    }

    base::Status run(const HeldOutSet& benchmark, std::int64_t done, std::int64_t total)
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
    base::Status runChunk(const HeldOutSet& benchmark, std::size_t begin, std::size_t end, int before)
    {
        const double start = base::monotonicSeconds();
        base::Result<JudgedPairs> judged
            = judgeHeldOut(m_context, m_judge.policy, m_judge.encoder, benchmark, { begin, end });
        if (!judged)
            return judged.error();
        if (!m_context.isLead())
            return {};
        Tally tokens;
        for (const rollout::Completion& completion : judged->completions)
            tokens.add(static_cast<double>(completion.ids.size()));
        m_context.sink.rate(tokens.sum() / std::max(base::monotonicSeconds() - start, 1e-9));
        countOutcomes(m_summaries[benchmark.source.name], *judged, m_judge.encoder, m_parser);
        keepJudgements(judged->prompts, judged->completions, before + static_cast<int>(begin));
        return {};
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
        keepPicturesOf(m_context, rows, sampled);
        for (store::SampleRow& row : rows) {
            row.promptIndex += first;
            row.prompt = base::foldRepeatedTags(row.prompt); // a picture is thousands of tags
        }
        m_context.sink.samples(rows);
        m_judgements.insert(m_judgements.end(), rows.begin(), rows.end());
    }

    StageContext& m_context;
    const Judge& m_judge;
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
    base::Result<std::vector<HeldOutSet>> benchmarks = loadBenchmarks(context);
    if (!benchmarks)
        return benchmarks.error();
    base::Result<Judge> judge = loadJudge(context, "policies");
    if (!judge)
        return judge.error();
    std::int64_t total = 0;
    for (const HeldOutSet& benchmark : *benchmarks)
        total += static_cast<std::int64_t>(benchmark.shown.size());
    context.sink.truncate(context.step.id, -1);
    Evaluator evaluator(context, *judge);
    std::int64_t done = 0;
    for (const HeldOutSet& benchmark : *benchmarks) {
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
    base::Result<base::Json> report = base::readJsonFile(file);
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
