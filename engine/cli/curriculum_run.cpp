// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/curriculum_run.h"

#include "core/base/files.h"
#include "core/curriculum/overrides.h"
#include "core/curriculum/validate.h"
#include "core/store/run_folder.h"
#include "engine/cli/output_file.h"
#include "engine/stages/preflight.h"

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMaxProjectBytes = std::uint64_t { 64 } << 20;

void applyGate(curriculum::Project& project, const std::string& gate)
{
    if (gate == "project")
        return;
    for (curriculum::Node& node : project.nodes) {
        if (node.type == "gate")
            node.params["policy"] = gate == "auto" ? "automatic" : "wait";
    }
}

base::Status applySet(curriculum::Project& project, const std::vector<std::string>& set)
{
    std::vector<curriculum::Override> overrides;
    for (const std::string& text : set) {
        base::Result<curriculum::Override> one = curriculum::parseOverride(project, text);
        if (!one)
            return one.error();
        overrides.push_back(*std::move(one));
    }
    return curriculum::applyOverrides(project, overrides);
}

// The project with what the options say in place of it, so that the run's copy is what was run.
std::string textOf(curriculum::Project project, const RunOptions& options)
{
    project.seed = options.seed.value_or(project.seed);
    for (const std::string& id : options.bypass) {
        if (curriculum::Node* node = project.node(id))
            node->bypassed = true;
    }
    return curriculum::serialiseProject(project);
}

base::Status readProject(const RunOptions& options, PreparedRun& prepared)
{
    base::Result<std::string> text
        = options.projectText ? *options.projectText : base::readFile(options.project, kMaxProjectBytes);
    if (!text)
        return text.error();
    base::Result<curriculum::Project> project = curriculum::parseProject(*text, options.project.string());
    if (!project)
        return project.error();
    prepared.project = *std::move(project);
    if (base::Status set = applySet(prepared.project, options.set); !set)
        return set;
    const bool asWritten = options.set.empty() && options.bypass.empty() && !options.seed;
    prepared.projectText = asWritten ? *std::move(text) : textOf(prepared.project, options);
    applyGate(prepared.project, options.gate);
    return {};
}

} // namespace

base::Result<PreparedRun> prepareRun(const RunOptions& options, const PrepareParts& parts)
{
    PreparedRun prepared;
    if (base::Status read = readProject(options, prepared); !read)
        return read.error();
    prepared.settings.projectFolder = projectFolderOf(options);
    prepared.settings.device = parts.device;
    const auto problems
        = curriculum::validate(prepared.project, parts.paths ? prepared.settings.projectFolder : fs::path());
    if (base::Status valid = curriculum::firstError(problems, options.project.string()); !valid)
        return valid.error();
    curriculum::PlanOptions planOptions;
    planOptions.bypass.insert(options.bypass.begin(), options.bypass.end());
    planOptions.until = options.until;
    planOptions.seed = options.seed.value_or(prepared.project.seed);
    planOptions.hashContent
        = parts.hashContent ? parts.hashContent : stages::contentHasher(prepared.settings.projectFolder);
    base::Result<curriculum::Plan> plan = curriculum::makePlan(prepared.project, planOptions);
    if (!plan)
        return plan.error();
    prepared.plan = *std::move(plan);
    prepared.artefacts
        = options.artefacts.empty() ? store::RunFolder(options.run).artefacts() : options.artefacts;
    if (!parts.preflight)
        return prepared;
    if (std::error_code ec; std::filesystem::exists(prepared.artefacts, ec)
        && !std::filesystem::is_directory(prepared.artefacts, ec))
        return base::badInput("is no folder", prepared.artefacts.string(), "name another for --artefacts");
    for (const fs::path& folder : { options.run, prepared.artefacts }) {
        if (base::Status fine = checkOutputFolder(folder); !fine)
            return fine.error();
    }
    const stages::ArtefactStore artefacts(prepared.artefacts);
    if (base::Status fine = stages::preflight(prepared.plan, prepared.settings, artefacts); !fine)
        return fine.error();
    return prepared;
}

} // namespace msrl::cli
