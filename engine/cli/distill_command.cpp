// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine distill: the teachers' half of CMKD on one data file, without a project of one's own. What it
// leaves is a run folder like any other: resumed, watched and audited with the same commands.
#include "core/store/audit_store.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/distill_project.h"
#include "engine/cli/launcher.h"
#include "engine/cli/rank_options.h"
#include "engine/cli/run_options.h"
#include "engine/parallel/join.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct DistillOptions
{
    DistillSources sources;
    std::string gate = "none";
    RunOptions run;
    std::vector<std::string> given; // options of fields, as typed
    base::Status fault; // of one of them
};

// Set by the command itself.
const std::set<std::string> kOwnFields { "content", "path", "policy" };

struct FieldOptions
{
    const char* node; // id in the project
    const char* type; // of the node
    const char* prefix; // of the options' names: two nodes have fields of one name
};
constexpr FieldOptions kFieldOptions[] = { { kDistillPaths, "cmkd", "--" }, { kDistillData, "dataset", "--" },
    { kDistillGate, "gate", "--gate-" } };

std::string optionName(const FieldOptions& of, const std::string& field)
{
    std::string name = of.prefix + field;
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

// The value is checked with all others of the node.
void describeValue(CLI::Option& option, const curriculum::FieldSpec& field)
{
    using curriculum::FieldType;
    option.default_str(curriculum::valueText(field.defaultValue));
    if (!field.choices.empty())
        option.check(CLI::IsMember(field.choices));
    if (field.type == FieldType::Path)
        option.type_name("PATH");
    if (field.type != FieldType::Integer && field.type != FieldType::Real)
        return;
    option.type_name("N");
    if (field.minimum)
        option.check(toldRange(field.maximum ? fmt::format("{} to {}", *field.minimum, *field.maximum)
                                             : fmt::format("{} or more", *field.minimum)));
}

// Texts as they are: a map of columns has commas. The rest as the field's type reads it.
void take(DistillOptions& options, const FieldOptions& of, const curriculum::FieldSpec& field,
    const std::string& text)
{
    using curriculum::FieldType;
    if (field.type == FieldType::Text || field.type == FieldType::Path) {
        options.sources.values.push_back({ of.node, field.name, text });
        return;
    }
    curriculum::Project alone;
    curriculum::Node& only = alone.nodes.emplace_back();
    only.id = of.node;
    only.type = of.type;
    auto value = curriculum::parseOverride(alone, fmt::format("{}.{}={}", of.node, field.name, text));
    if (value)
        options.sources.values.push_back(*std::move(value));
    else if (options.fault)
        options.fault = base::badInput(value.error().what, optionName(of, field.name), value.error().hint);
}

// One option per field: the table is the only list of them.
void addFieldOptions(
    CLI::App& command, const std::shared_ptr<DistillOptions>& options, const FieldOptions& of)
{
    for (const curriculum::FieldSpec& field : curriculum::findNodeType(of.type)->fields) {
        if (kOwnFields.contains(field.name))
            continue;
        const std::string name = optionName(of, field.name);
        if (field.type == curriculum::FieldType::Boolean) {
            command.add_flag_callback(
                name,
                [options, of, field, name] {
                    options->given.push_back(name);
                    take(*options, of, field, "true");
                },
                field.help);
            continue;
        }
        CLI::Option* option = command.add_option_function<std::string>(
            name,
            [options, of, field, name](const std::string& text) {
                options->given.insert(options->given.end(), { name, text });
                take(*options, of, field, text);
            },
            field.help);
        option->take_last();
        describeValue(*option, field);
    }
}

// The same command for each rank.
std::vector<std::string> argumentsOf(const DistillOptions& options)
{
    const RunOptions& run = options.run;
    std::vector<std::string> words { "distill", options.sources.data.string(), "--run", run.run.string(),
        "--gate", options.gate, "--device", run.device, "--seed", std::to_string(options.sources.seed),
        "--rank-timeout", std::to_string(run.rankTimeout) };
    for (const std::string& teacher : options.sources.teachers)
        words.insert(words.end(), { "--teacher", teacher });
    if (!options.sources.captioner.empty())
        words.insert(words.end(), { "--captioner", options.sources.captioner.string() });
    if (!options.sources.captions.empty())
        words.insert(words.end(), { "--captions", options.sources.captions.string() });
    if (run.threads > 0)
        words.insert(words.end(), { "--threads", std::to_string(run.threads) });
    if (run.ranks > 1)
        words.insert(words.end(), { "--ranks", std::to_string(run.ranks) });
    words.insert(words.end(), options.given.begin(), options.given.end());
    return words;
}

// A folder of another project's run is not taken over.
base::Status checkFolder(const RunOptions& run)
{
    const store::RunFolder folder(run.run);
    if (!folder.isRunFolder())
        return {};
    const base::Result<RunOptions> earlier = readOptions(run.run);
    if (!earlier)
        return earlier.error();
    if (fs::absolute(earlier->project).lexically_normal() != fs::absolute(run.project).lexically_normal())
        return base::badInput("the folder holds a run of " + earlier->project.string(), run.run.string(),
            "name another folder");
    return {};
}

base::Status tellNext(const DistillOptions& options)
{
    const store::RunFolder folder(options.run.run);
    // For auditors who may write decisions, but nothing else, into the folder.
    const auto audit = store::AuditStore::open(folder.auditDatabase());
    if (!audit)
        return audit.error();
    store::RunReader reader(folder.runDatabase());
    const base::Result<std::int64_t> items = reader.countCandidates({ .stage = kDistillPaths });
    const base::Result<std::int64_t> open
        = reader.countCandidates({ .stage = kDistillPaths, .chosen = false });
    if (!items || !open)
        return items ? open.error() : items.error();
    const std::string run = options.run.run.string();
    print(fmt::format("{} items, {} without a choice of the machine\n", *items, *open));
    print(options.gate == "none"
            ? fmt::format("audit them with msrl-studio {0}, or msrl-engine audit {0}; --gate lets the set "
                          "through\n",
                run)
            : fmt::format("the accepted set: msrl-engine audit {} --export SET.jsonl\n", run));
    return {};
}

base::Status distill(DistillOptions& options)
{
    if (!options.fault)
        return options.fault;
    if (options.gate != "none")
        options.sources.gatePolicy = options.gate == "auto" ? "automatic" : options.gate;
    base::Result<curriculum::Project> project = distillProject(options.sources);
    if (!project)
        return project.error();
    RunOptions& run = options.run;
    run.project = store::RunFolder(run.run).projectFile();
    run.projectText = curriculum::serialiseProject(*project);
    if (base::Status fine = checkFolder(run); !fine)
        return fine;
    if (base::Status fine = checkRanks(run); !fine)
        return fine;
    std::vector<std::string> arguments = argumentsOf(options);
    const bool launches = needsLauncher(run);
    run.commandLine = "msrl-engine " + shellLine(arguments);
    if (base::Status done = launches ? launchRanks(run, arguments) : runCurriculum(run); !done)
        return done;
    return parallel::ranksOfLauncher() == 1 ? tellNext(options) : base::Status();
}

} // namespace

void addDistillCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("distill",
        "Let teachers write reasoning paths about captioned samples, vote and choose: CMKD's set for an "
        "auditor. The same command again goes on where it was stopped.");
    const auto options = std::make_shared<DistillOptions>();
    command->add_option("data", options->sources.data, "Samples with images or videos.")->required();
    command->add_option("--run", options->run.run, "Folder of the run; made when absent.")->required();
    command
        ->add_option("--teacher", options->sources.teachers,
            "Folder of a judge, or NAME=FOLDER; several vote together.")
        ->expected(1)
        ->take_all()
        ->required();
    CLI::Option* captioner = command->add_option("--captioner", options->sources.captioner,
        "Folder of a model that writes the captions; without it they are in the data.");
    command
        ->add_option("--captions", options->sources.captions,
            "File with the captions, a row for each medium: image or video, and caption.")
        ->excludes(captioner);
    command
        ->add_option("--gate", options->gate,
            "none: end with the paths. wait: go on when an auditor signs the set off. auto: thresholds "
            "decide. sampled: go on when a random sample shows few errors.")
        ->check(CLI::IsMember({ "none", "wait", "auto", "sampled" }))
        ->capture_default_str();
    command->add_option("--seed", options->sources.seed, "Of the sampling.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    addMachineOptions(*command, options->run);
    addRankOptions(*command, options->run);
    for (const FieldOptions& of : kFieldOptions)
        addFieldOptions(*command, options, of);
    command->callback([&action, options] { action = [options] { return distill(*options); }; });
}

} // namespace msrl::cli
