// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/benchmark.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/evaluation_table.h"
#include "engine/cli/interrupt.h"
#include "engine/cli/judge_options.h"
#include "engine/cli/progress_line.h"
#include "engine/judging/benchmark_judge.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct EvaluateOptions
{
    std::string benchmark;
    std::string against;
    std::string data;
    std::string predictions;
    std::string out; // predictions of --model; empty: they are not kept
    std::size_t voting = 0; // 0: not asked for
    bool bothOrders = false;
    JudgeOptions judge;
    bool json = false;
};

// Among the system's temporary files, and gone with everything in it at the end.
class ScratchFolder
{
public:
    static base::Result<ScratchFolder> make()
    {
        std::error_code ec;
        std::string pattern = (fs::temp_directory_path(ec) / "msrl-evaluate-XXXXXX").string();
        if (ec)
            return base::badInput("no folder for temporary files: " + ec.message(), "evaluate",
                "name one in TMPDIR, or give --out");
        if (!::mkdtemp(pattern.data()))
            return base::badInput(std::string("cannot be made: ") + std::strerror(errno), pattern,
                "name another folder in TMPDIR, or give --out");
        return ScratchFolder(pattern);
    }
    ScratchFolder(ScratchFolder&& other) noexcept
        : m_path(std::exchange(other.m_path, fs::path()))
    {
    }
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder()
    {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
    }

    const fs::path& path() const { return m_path; }

private:
    explicit ScratchFolder(fs::path path)
        : m_path(std::move(path))
    {
    }

    fs::path m_path;
};

// Runs the judge, which writes its predictions to `out`.
base::Status judgeItems(const EvaluateOptions& options, const fs::path& out)
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
    job.out = out;
    job.voting = asked.voting;
    job.request = { { "command", "evaluate" }, { "benchmark", options.benchmark } };
    job.request.update(*description);
    ProgressLine line("media checked");
    job.onCheck = [&line](std::size_t done, std::size_t total) { line.update(done, total); };
    return judging::judgeBenchmark(*judge, job, interrupt.token());
}

base::Result<base::Json> countPredictions(const EvaluateOptions& options, const fs::path& predictions)
{
    bench::BenchmarkRequest request;
    request.data = options.data;
    request.predictions = predictions;
    request.bothOrders = options.bothOrders;
    if (!options.against.empty())
        request.against = options.against;
    if (options.voting > 0)
        request.voting = options.voting;
    const auto figures = bench::findBenchmark(options.benchmark)->evaluate(request);
    if (!figures)
        return figures.error();
    base::Json json = { { "benchmark", options.benchmark } };
    if (!options.predictions.empty() || !options.out.empty())
        json["predictions"] = predictions.string();
    json.update(*figures);
    return json;
}

base::Result<base::Json> judgeAndCount(const EvaluateOptions& options)
{
    if (!options.out.empty()) {
        if (const base::Status judged = judgeItems(options, options.out); !judged)
            return judged.error();
        return countPredictions(options, options.out);
    }
    const auto scratch = ScratchFolder::make();
    if (!scratch)
        return scratch.error();
    const fs::path predictions = scratch->path() / "predictions";
    if (const base::Status judged = judgeItems(options, predictions); !judged)
        return judged.error().code == base::ErrorCode::Stopped
            ? base::stopped("stopped on request; with --out the same command would go on where it was")
            : judged.error();
    return countPredictions(options, predictions);
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
    const base::Result<base::Json> figures = options.predictions.empty()
        ? judgeAndCount(options)
        : countPredictions(options, options.predictions);
    if (!figures)
        return figures.error();
    print(options.json ? figures->dump(1, ' ', true) + "\n" : evaluationTable(*figures));
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
        "Keep the predictions of --model in this file (a folder for genai_bench): a killed call goes on "
        "where "
        "it was, and figures are counted anew with --predictions. Without it nothing is written.");
    for (const char* name : { "--out", "--prompts", "--mode", "--max-new-tokens", "--max-prompt-tokens",
             "--temperature", "--top-p", "--top-k", "--seed", "--device", "--threads" })
        command->get_option(name)->needs("--model");
    command->add_option("--against", options->against, "A second judge's, for the paired test.");
    command
        ->add_option(
            "--voting", options->voting, "Majority of the first K samples, with --both-orders of each order.")
        ->check(wholeBetween(1, 1 << 20));
    command->add_flag("--both-orders", options->bothOrders,
        "Our figures are over both orders of every pair, with swap consistency; --model judges both.");
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] { action = [options] { return evaluate(*options); }; });
}

} // namespace msrl::cli
