// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/benchmark.h"
#include "engine/cli/command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {

namespace {

struct EvaluateOptions
{
    std::string benchmark;
    std::string against;
    std::string data;
    std::string predictions;
    std::size_t voting = 0; // 0: not asked for
    bool bothOrders = false;
    bool json = false;
};

// One line per figure: "k1.official.overall_micro  0.6667". Lists are in the JSON only.
void addLines(const base::Json& json, const std::string& path, std::string& text)
{
    for (const auto& [key, value] : json.items()) {
        const std::string name = path.empty() ? key : path + "." + key;
        if (value.is_object())
            addLines(value, name, text);
        else if (!value.is_array())
            text += fmt::format("{:<60} {}\n", name, value.dump());
    }
}

base::Status evaluate(const EvaluateOptions& options)
{
    bench::BenchmarkRequest request;
    request.data = options.data;
    request.predictions = options.predictions;
    request.bothOrders = options.bothOrders;
    if (!options.against.empty())
        request.against = options.against;
    if (options.voting > 0)
        request.voting = options.voting;
    const auto figures = bench::findBenchmark(options.benchmark)->evaluate(request);
    if (!figures)
        return figures.error();
    base::Json json = { { "benchmark", options.benchmark } };
    json.update(*figures);
    std::string text;
    if (options.json)
        text = json.dump(1, ' ', true) + "\n";
    else
        addLines(json, {}, text);
    print(text);
    return {};
}

} // namespace

void addEvaluateCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("evaluate",
        "Count a judge's predictions on a published benchmark: the official protocol, and ours beside it.");
    const auto options = std::make_shared<EvaluateOptions>();
    std::vector<std::string> names;
    for (const bench::Benchmark& one : bench::benchmarks())
        names.emplace_back(one.name);
    command->add_option("--benchmark", options->benchmark, "Which one.")
        ->required()
        ->check(CLI::IsMember(names));
    command->add_option("--data", options->data, "The benchmark's folder or file.")->required();
    command->add_option("--predictions", options->predictions, "What the judge wrote, JSON lines.")
        ->required();
    command->add_option("--against", options->against, "A second judge's, for the paired test.");
    command->add_option("--voting", options->voting, "Majority of the first K samples.")
        ->check(CLI::Range(1, 1 << 20));
    command->add_flag("--both-orders", options->bothOrders, "Count swap consistency; needs both orders.");
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] { action = [options] { return evaluate(*options); }; });
}

} // namespace msrl::cli
