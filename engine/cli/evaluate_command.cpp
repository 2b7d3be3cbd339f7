// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/benchmark.h"
#include "engine/cli/command.h"
#include "engine/cli/evaluation_table.h"
#include "engine/cli/interrupt.h"
#include "engine/cli/judge_options.h"
#include "engine/cli/progress_line.h"
#include "engine/judging/benchmark_judge.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace msrl::cli {

namespace {

struct EvaluateOptions
{
    std::string benchmark;
    std::string against;
    std::string data;
    std::string predictions;
    std::string out; // predictions of --model
    std::size_t voting = 0; // 0: not asked for
    bool bothOrders = false;
    JudgeOptions judge;
    bool json = false;
};

// Runs the judge; returns where its predictions are.
base::Result<std::string> judgeItems(const EvaluateOptions& options)
{
    const Interrupt interrupt;
    JudgeOptions asked = options.judge;
    asked.voting = { std::max<std::size_t>(options.voting, 1), options.bothOrders };
    const auto judge = openJudge(asked);
    if (!judge)
        return judge.error();
    const auto description = describeJudge(asked, *judge);
    if (!description)
        return description.error();
    judging::BenchmarkJob job;
    job.benchmark = bench::findBenchmark(options.benchmark);
    job.data = options.data;
    job.out = options.out;
    if (options.out.empty())
        job.out = options.benchmark + (job.benchmark->manySets ? "-predictions" : "-predictions.jsonl");
    job.voting = asked.voting;
    job.request = { { "command", "evaluate" }, { "benchmark", options.benchmark } };
    job.request.update(*description);
    ProgressLine line("media checked");
    job.onCheck = [&line](std::size_t done, std::size_t total) { line.update(done, total); };
    if (base::Status judged = judging::judgeBenchmark(*judge, job, interrupt.token()); !judged)
        return judged.error();
    return job.out.string();
}

base::Status checkSource(const EvaluateOptions& options)
{
    if (options.predictions.empty() == options.judge.model.empty())
        return base::badInput("takes either --model or --predictions", "evaluate",
            "a judge that writes predictions, or a file that has them");
    return {};
}

base::Status evaluate(const EvaluateOptions& options)
{
    if (base::Status fits = checkSource(options); !fits)
        return fits;
    bench::BenchmarkRequest request;
    request.data = options.data;
    request.predictions = options.predictions;
    if (options.predictions.empty()) {
        const auto written = judgeItems(options);
        if (!written)
            return written.error();
        request.predictions = *written;
    }
    request.bothOrders = options.bothOrders;
    if (!options.against.empty())
        request.against = options.against;
    if (options.voting > 0)
        request.voting = options.voting;
    const auto figures = bench::findBenchmark(options.benchmark)->evaluate(request);
    if (!figures)
        return figures.error();
    base::Json json = { { "benchmark", options.benchmark } };
    json["predictions"] = request.predictions.string();
    json.update(*figures);
    print(options.json ? json.dump(1, ' ', true) + "\n" : evaluationTable(json));
    return {};
}

} // namespace

void addEvaluateCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("evaluate",
        "Figures of a judge on a published benchmark: the official protocol, and ours beside it. From "
        "predictions "
        "alone, or by running the judge.");
    const auto options = std::make_shared<EvaluateOptions>();
    std::vector<std::string> names;
    for (const bench::Benchmark& one : bench::benchmarks())
        names.emplace_back(one.name);
    command->add_option("--benchmark", options->benchmark, "Which one.")
        ->required()
        ->check(CLI::IsMember(names));
    command->add_option("--data", options->data, "The benchmark's folder or file.")->required();
    command->add_option("--predictions", options->predictions, "What a judge wrote, JSON lines.");
    addJudgeOptions(*command, options->judge, ModelOption::Optional);
    command->add_option("--out", options->out,
        "Where the predictions of --model go (a folder for genai_bench); BENCHMARK-predictions.jsonl when "
        "absent. A killed call goes on where it was.");
    for (const char* name : { "--out", "--prompts", "--mode", "--max-new-tokens", "--max-prompt-tokens",
             "--temperature", "--top-p", "--top-k", "--seed", "--device", "--threads" })
        command->get_option(name)->needs("--model");
    command->add_option("--against", options->against, "A second judge's, for the paired test.");
    command
        ->add_option(
            "--voting", options->voting, "Majority of the first K samples, with --both-orders of each order.")
        ->check(CLI::Range(1, 1 << 20));
    command->add_flag("--both-orders", options->bothOrders,
        "Our figures are over both orders of every pair, with swap consistency; --model judges both.");
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] { action = [options] { return evaluate(*options); }; });
}

} // namespace msrl::cli
