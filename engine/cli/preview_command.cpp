// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine preview: the first batch of a stage as the model will see it.
#include "core/curriculum/dataset_samples.h"
#include "core/curriculum/plan.h"
#include "core/curriculum/validate.h"
#include "core/data/image_bytes.h"
#include "core/data/inspection.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/stages/inputs.h"
#include "engine/stages/preview.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct PreviewCommandOptions
{
    fs::path project;
    fs::path folder; // empty: the project file's
    std::string stage;
    stages::PreviewOptions rows;
    bool counts = false;
    std::string dataset; // whose samples are shown
    std::size_t first = 20;
    fs::path pictures;
    bool json = false;
};

// The stage and what it needs: problems elsewhere do not matter to its first batch.
curriculum::Project partBehind(const curriculum::Project& project, const std::string& stage)
{
    std::set<std::string> wanted;
    std::vector<std::string> open { stage };
    while (!open.empty()) {
        const std::string id = open.back();
        open.pop_back();
        if (!wanted.insert(id).second)
            continue;
        for (const curriculum::Edge& edge : project.edges)
            if (edge.toNode == id)
                open.push_back(edge.fromNode);
    }
    curriculum::Project part = project;
    std::erase_if(part.nodes, [&](const curriculum::Node& node) { return !wanted.count(node.id); });
    std::erase_if(part.edges, [&](const curriculum::Edge& edge) { return !wanted.count(edge.toNode); });
    return part;
}

std::string forPeople(const base::Json& preview)
{
    std::string text = fmt::format("{}: {} samples in the first batch, prompts up to {} tokens\n",
        preview["node"].get<std::string>(), preview["batch_size"].get<std::int64_t>(),
        preview["limits"]["prompt_tokens"].get<std::int64_t>());
    for (const base::Json& row : preview["batch"]) {
        text += fmt::format(
            "  {:<7} {:<24} ", row["source"].get<std::string>(), row["sample"].get<std::string>());
        if (row.contains("refused"))
            text += "refused: " + row["refused"].get<std::string>() + "\n";
        else
            text += fmt::format(
                "{:>6} tokens, {} pictures\n", row["tokens"].get<std::int64_t>(), row["images"].size());
    }
    for (const base::Json& source : preview["sources"])
        text += fmt::format("{}: {} of {} samples looked at, longest prompt {} tokens, {} refused\n",
            source["name"].get<std::string>(), source["checked"].get<std::int64_t>(),
            source["samples"].get<std::int64_t>(), source["longest_prompt"].get<std::int64_t>(),
            source["refused"].get<std::int64_t>());
    return text;
}

fs::path folderOf(const PreviewCommandOptions& options)
{
    return options.folder.empty() ? fs::absolute(options.project).parent_path()
                                  : fs::absolute(options.folder);
}

base::Result<std::vector<data::Sample>> samplesOf(
    const curriculum::Node& node, const std::vector<curriculum::Problem>& problems, const fs::path& folder)
{
    for (const curriculum::Problem& problem : problems)
        if (problem.nodeId == node.id && problem.severity == curriculum::Severity::Error)
            return base::badInput(problem.text, "node " + node.id + ", field " + problem.field, problem.hint);
    return curriculum::loadDataset(curriculum::resolvedParams(node), folder);
}

// One that cannot be read keeps nobody from the others' numbers.
base::Status countDatasets(const PreviewCommandOptions& options)
{
    const auto project = curriculum::loadProject(options.project);
    if (!project)
        return project.error();
    const auto problems = curriculum::validate(*project, folderOf(options));
    base::Json all = base::Json::array();
    std::string text;
    for (const curriculum::Node& node : project->nodes) {
        if (node.type != "dataset")
            continue;
        const auto samples = samplesOf(node, problems, folderOf(options));
        if (!samples) {
            all.push_back({ { "node", node.id }, { "problem", samples.error().message() } });
            text += fmt::format("{}: {}\n", node.id, samples.error().message());
            continue;
        }
        std::size_t media = 0;
        for (const data::Sample& sample : *samples)
            media += sample.allMedia().size();
        all.push_back({ { "node", node.id }, { "samples", samples->size() }, { "media", media } });
        text += fmt::format("{}: {} samples, {} images and videos\n", node.id, samples->size(), media);
    }
    print(options.json
            ? base::Json { { "datasets", all } }.dump(1, ' ', false, base::Json::error_handler_t::replace)
                + "\n"
            : text);
    return {};
}

// As a row of our own. Images inside it become files, where there is a folder for them.
base::Result<base::Json> rowOf(data::Sample sample, const fs::path& pictures)
{
    const auto moveOut = [&](data::Media& media) -> base::Status {
        if (!media.inRow() || pictures.empty())
            return {};
        auto file = data::writeInRow(media, pictures);
        if (!file)
            return base::within(file.error(), sample.where());
        media.file = *std::move(file);
        media.bytes.reset();
        media.path.clear();
        return {};
    };
    for (data::Media& media : sample.media)
        if (base::Status moved = moveOut(media); !moved)
            return moved.error();
    for (auto* media : { &sample.mediaA, &sample.mediaB })
        if (base::Status moved = *media ? moveOut(**media) : base::Status(); !moved)
            return moved.error();
    return data::sampleToJson(stages::withAbsoluteMedia(std::move(sample)));
}

base::Status showSamples(const PreviewCommandOptions& options)
{
    const auto project = curriculum::loadProject(options.project);
    if (!project)
        return project.error();
    const std::string place = options.project.string();
    const curriculum::Node* node = project->node(options.dataset);
    if (!node || node->type != "dataset")
        return base::badInput(fmt::format("there is no dataset '{}'", options.dataset), place,
            "it has " + curriculum::nodeNames(*project));
    const fs::path folder = folderOf(options);
    auto samples = samplesOf(*node, curriculum::validate(partBehind(*project, node->id), folder), folder);
    if (!samples)
        return samples.error();
    base::Json json = { { "counts", data::inspect(*samples).toJson() }, { "samples", base::Json::array() } };
    std::string text = fmt::format("{}: {} samples\n", node->id, samples->size());
    samples->resize(std::min(samples->size(), options.first));
    for (data::Sample& sample : *samples) {
        auto row = rowOf(std::move(sample), options.pictures);
        if (!row)
            return row.error();
        text += row->dump(-1, ' ', false, base::Json::error_handler_t::replace) + "\n";
        json["samples"].push_back(*std::move(row));
    }
    print(options.json ? json.dump(1, ' ', false, base::Json::error_handler_t::replace) + "\n" : text);
    return {};
}

base::Status preview(const PreviewCommandOptions& options)
{
    const auto project = curriculum::loadProject(options.project);
    if (!project)
        return project.error();
    const std::string place = options.project.string();
    if (options.stage.empty())
        return base::badInput(
            "no stage is named", place, "name one with --stage; it has " + curriculum::nodeNames(*project));
    if (!project->node(options.stage))
        return base::badInput(fmt::format("there is no node '{}'", options.stage), place,
            "it has " + curriculum::nodeNames(*project));
    const fs::path folder = folderOf(options);
    const curriculum::Project part = partBehind(*project, options.stage);
    if (base::Status fine = curriculum::firstError(curriculum::validate(part, folder), place); !fine)
        return fine;
    curriculum::PlanOptions planOptions;
    planOptions.seed = part.seed;
    const auto plan = curriculum::makePlan(part, planOptions);
    if (!plan)
        return plan.error();
    const auto seen = stages::previewBatch(*plan, options.stage, { .projectFolder = folder }, options.rows);
    if (!seen)
        return seen.error();
    print(options.json ? seen->dump(1, ' ', false, base::Json::error_handler_t::replace) + "\n"
                       : forPeople(*seen));
    return {};
}

} // namespace

void addPreviewCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("preview",
        "The first batch of a stage as the model will see it: samples, tokens by role, lengths beside the "
        "limits, and "
        "samples that would be refused. Runs nothing.");
    const auto options = std::make_shared<PreviewCommandOptions>();
    command->add_option("PROJECT", options->project, "A project file.")->required();
    command->add_option("--stage", options->stage, "A node that trains, distils or evaluates.");
    command->add_option("--folder", options->folder,
        "What relative paths are resolved against; the project file's folder when absent.");
    command->add_option("--rows", options->rows.mostRows, "Most samples of the batch that are shown.")
        ->check(wholeFrom(1))
        ->capture_default_str();
    command
        ->add_option(
            "--check", options->rows.mostChecked, "Samples of each source that are looked at for refusals.")
        ->capture_default_str();
    command->add_flag("--counts", options->counts, "Only how many samples every dataset of the project has.");
    CLI::Option* samples = command->add_option(
        "--samples", options->dataset, "Only what a dataset holds: its counts and its first samples.");
    command->add_option("--first", options->first, "How many of these.")
        ->check(wholeFrom(0))
        ->capture_default_str()
        ->needs(samples);
    command
        ->add_option(
            "--pictures", options->pictures, "A folder that images inside these rows are written to.")
        ->needs(samples);
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] {
        action = [options] {
            return options->counts          ? countDatasets(*options)
                : !options->dataset.empty() ? showSamples(*options)
                                            : preview(*options);
        };
    });
}

} // namespace msrl::cli
