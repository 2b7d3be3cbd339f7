// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/data/inspection.h"
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

base::Status inspectFile(const DataOptions& options, bool refuseFaults)
{
    const auto samples = load(options);
    if (!samples)
        return samples.error();
    const data::Inspection found = data::inspect(*samples);
    print(options.json ? found.toJson().dump(1, ' ', true) + "\n" : forPeople(found));
    if (refuseFaults && (found.contradictions() > 0 || !found.missingMedia.empty()))
        return base::badInput(fmt::format("{} contradictory duplicates, {} samples without their media",
                                  found.contradictions(), found.missingMedia.size()),
            options.file, "the list names them");
    return {};
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

} // namespace

void addDataCommands(CLI::App& app, Action& action)
{
    CLI::App* parent = app.add_subcommand("data", "Look at data files before a run, and convert them.");
    parent->require_subcommand(1);
    const auto options = std::make_shared<DataOptions>();
    for (const bool check : { false, true }) {
        CLI::App* command = check ? parent->add_subcommand(
                                "check", "As inspect, and exit code 2 for contradictions or missing media.")
                                  : parent->add_subcommand("inspect",
                                      "Counts, label balance, lengths, duplicates and missing media.");
        addCommon(*command, *options);
        command->add_flag("--json", options->json, "As JSON.");
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
