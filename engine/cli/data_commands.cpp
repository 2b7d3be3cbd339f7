// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/bench/benchmark.h"
#include "core/data/inspection.h"
#include "core/data/leakage.h"
#include "core/data/readers.h"
#include "engine/cli/command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {

namespace {

struct DataOptions
{
    std::string file;
    std::string target;
    data::LoadOptions load;
    std::string mediaRoot;
    std::string against; // check: a benchmark's data
    std::string benchmark = "own";
    bool json = false;
};

base::Result<std::vector<data::Sample>> load(const DataOptions& options)
{
    data::LoadOptions how = options.load;
    how.mediaRoot = options.mediaRoot;
    return data::loadSamples(options.file, how);
}

std::string forPeople(const data::Inspection& found)
{
    std::string text = fmt::format(
        "{} samples, gold A {}, B {}, none {}\n", found.samples, found.goldA, found.goldB, found.withoutGold);
    for (const auto& [task, count] : found.byTask)
        text += fmt::format("  {:<24} {}\n", task, count);
    text += fmt::format("text of a sample: {} to {} bytes, {:.0f} on average\n", found.text.least,
        found.text.most, found.text.mean);
    text += fmt::format(
        "{} duplicates, {} of them contradict\n", found.repetitions.size(), found.contradictions());
    for (const data::Repetition& one : found.repetitions)
        text += fmt::format(
            "  {} repeats {}{}\n", one.place, one.firstPlace, one.contradicts ? ", other gold" : "");
    text += fmt::format("{} samples lack media\n", found.missingMedia.size());
    for (const std::string& one : found.missingMedia)
        text += "  " + one + "\n";
    return text;
}

// Of the benchmark's samples; those of "own" are of any format that core/data reads.
base::Result<std::vector<data::Leak>> leaksOf(
    const std::vector<data::Sample>& samples, const DataOptions& options)
{
    const auto sets = bench::findBenchmark(options.benchmark)->judgingSets(options.against);
    if (!sets)
        return sets.error();
    std::vector<data::Sample> all;
    for (const bench::JudgingSet& set : *sets)
        all.insert(all.end(), set.samples.begin(), set.samples.end());
    return data::findLeaks(samples, all);
}

base::Json leaksJson(const std::vector<data::Leak>& leaks)
{
    base::Json json = base::Json::object();
    for (const auto kind : { data::Leak::Kind::Media, data::Leak::Kind::Pair, data::Leak::Kind::Question })
        json[data::leakKindName(kind)] = data::countLeaks(leaks, kind);
    json["list"] = base::Json::array();
    for (const data::Leak& leak : leaks)
        json["list"].push_back({ { "kind", data::leakKindName(leak.kind) }, { "sample", leak.place },
            { "benchmark", leak.other }, { "what", leak.what } });
    return json;
}

std::string forPeople(const std::vector<data::Leak>& leaks)
{
    std::string text = fmt::format("also in the benchmark: {} media, {} pairs, {} questions alone\n",
        data::countLeaks(leaks, data::Leak::Kind::Media), data::countLeaks(leaks, data::Leak::Kind::Pair),
        data::countLeaks(leaks, data::Leak::Kind::Question));
    for (const data::Leak& leak : leaks)
        text += fmt::format(
            "  {} {} is in {}: {}\n", data::leakKindName(leak.kind), leak.place, leak.other, leak.what);
    return text;
}

base::Status faultOf(
    const data::Inspection& found, const std::vector<data::Leak>& leaks, const std::string& file)
{
    if (found.contradictions() > 0 || !found.missingMedia.empty())
        return base::badInput(fmt::format("{} contradictory duplicates, {} samples without their media",
                                  found.contradictions(), found.missingMedia.size()),
            file, "the list names them");
    const auto leaked = [&](data::Leak::Kind kind) { return data::countLeaks(leaks, kind); };
    if (leaked(data::Leak::Kind::Media) > 0 || leaked(data::Leak::Kind::Pair) > 0)
        return base::badInput(fmt::format("{} samples share a medium with the benchmark, {} a pair",
                                  leaked(data::Leak::Kind::Media), leaked(data::Leak::Kind::Pair)),
            file, "the list names them; leave them out of the training");
    return {};
}

base::Status inspectFile(const DataOptions& options, bool refuseFaults)
{
    const auto samples = load(options);
    if (!samples)
        return samples.error();
    const data::Inspection found = data::inspect(*samples);
    std::vector<data::Leak> leaks;
    if (!options.against.empty() && found.missingMedia.empty()) {
        auto search = leaksOf(*samples, options);
        if (!search)
            return search.error();
        leaks = std::move(*search);
    }
    base::Json json = found.toJson();
    if (!options.against.empty())
        json["leakage"] = leaksJson(leaks);
    const std::string text = forPeople(found) + (options.against.empty() ? "" : forPeople(leaks));
    print(options.json ? json.dump(1, ' ', true) + "\n" : text);
    return refuseFaults ? faultOf(found, leaks, options.file) : base::Status();
}

base::Status convertFile(const DataOptions& options)
{
    std::error_code error;
    if (std::filesystem::exists(options.target, error))
        return base::badInput(
            "is already there", options.target, "nothing is overwritten; name another file");
    const auto samples = load(options);
    if (!samples)
        return samples.error();
    std::string rows;
    for (const data::Sample& sample : *samples)
        rows += data::sampleToJson(sample).dump() + "\n";
    return base::writeFileAtomically(options.target, rows);
}

void addCommon(CLI::App& command, DataOptions& options)
{
    std::vector<std::string> names;
    for (const data::SampleFormat& format : data::sampleFormats())
        names.emplace_back(format.name);
    command.add_option("FILE", options.file, "The data file.")->required();
    command.add_option("--format", options.load.format, "Its format; by its name when absent.")
        ->check(CLI::IsMember(names));
    command.add_option("--media-root", options.mediaRoot, "Where media paths begin; its folder when absent.");
}

void addAgainst(CLI::App& command, DataOptions& options)
{
    std::vector<std::string> names;
    for (const bench::Benchmark& one : bench::benchmarks())
        names.emplace_back(one.name);
    command.add_option("--against", options.against,
        "A benchmark's data: exit code 2 when a picture, a video or a pair of it is in FILE.");
    command
        .add_option(
            "--benchmark", options.benchmark, "Which benchmark that is; own: a data file of any format.")
        ->check(CLI::IsMember(names))
        ->capture_default_str();
}

} // namespace

void addDataCommands(CLI::App& app, Action& action)
{
    CLI::App* parent = app.add_subcommand("data", "Look at data files before a run, and convert them.");
    parent->require_subcommand(1);
    const auto options = std::make_shared<DataOptions>();
    for (const bool check : { false, true }) {
        CLI::App* command = check ? parent->add_subcommand("check",
                                "As inspect, and exit code 2 for contradictions, missing media or leakage.")
                                  : parent->add_subcommand("inspect",
                                      "Counts, label balance, lengths, duplicates and missing media.");
        addCommon(*command, *options);
        command->add_flag("--json", options->json, "As JSON.");
        if (check)
            addAgainst(*command, *options);
        command->callback([&action, options, check] {
            action = [options, check] { return inspectFile(*options, check); };
        });
    }
    CLI::App* convert = parent->add_subcommand("convert", "Write the samples as rows of our own format.");
    addCommon(*convert, *options);
    convert->add_option("TARGET", options->target, "The file to write (*.jsonl).")->required();
    convert->callback([&action, options] { action = [options] { return convertFile(*options); }; });
}

} // namespace msrl::cli
