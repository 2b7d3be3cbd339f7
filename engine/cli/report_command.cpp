// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine report: the result table of a run.
#include "core/base/files.h"
#include "core/report/run_page.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"
#include "engine/cli/command.h"
#include "engine/cli/output_file.h"
#include "engine/cli/run_options.h"
#include "engine/stages/artefacts.h"
#include "engine/stages/inputs.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

// The plan's last trained (or given) policy.
struct FinalJudge
{
    std::string parametersHash;
    fs::path folder; // empty: none of the run's own
};

base::Result<FinalJudge> finalJudge(
    const std::vector<store::StageRow>& stages, const stages::ArtefactStore& artefacts)
{
    FinalJudge judge;
    for (const store::StageRow& row : stages) {
        if (row.nodeType == "export" || !artefacts.has(row.hash))
            continue;
        const base::Result<stages::Manifest> manifest = artefacts.manifest(row.hash);
        if (!manifest)
            return manifest.error(); // an earlier stage's hash is not the last one
        base::ObjectReader summary(manifest->summary, artefacts.folder(row.hash).string() + ", summary");
        if (summary.has("parameters_sha256")) {
            judge.parametersHash = summary.text("parameters_sha256");
            const fs::path policy = artefacts.folder(row.hash) / stages::kPolicyFolder;
            std::error_code none;
            judge.folder = fs::is_directory(policy, none) ? policy : fs::path();
        }
        if (base::Status read = summary.finish(base::ObjectReader::Unknown::Keep); !read)
            return read.error();
    }
    return judge;
}

base::Result<base::Json> reportOf(const fs::path& run)
{
    base::Result<RunOptions> options = readOptions(run);
    if (!options)
        return options.error();
    const store::RunFolder folder(run);
    store::RunReader reader(folder.runDatabase());
    base::Result<std::vector<store::StageRow>> stages = reader.stages();
    if (!stages)
        return stages.error();
    base::Result<std::vector<store::EvaluationRow>> evaluations = reader.evaluations();
    if (!evaluations)
        return evaluations.error();
    std::sort(
        stages->begin(), stages->end(), [](const auto& a, const auto& b) { return a.position < b.position; });
    base::Json report = { { "stages", base::Json::array() } };
    for (const store::StageRow& row : *stages) {
        for (const store::EvaluationRow& evaluation : *evaluations) {
            if (evaluation.stage == row.stage)
                report["stages"].push_back(evaluation.report);
        }
    }
    const fs::path artefacts = options->artefacts.empty() ? folder.artefacts() : options->artefacts;
    base::Result<FinalJudge> judge = finalJudge(*stages, stages::ArtefactStore(artefacts));
    if (!judge)
        return judge.error();
    report["parameters_sha256"] = std::move(judge->parametersHash);
    report["judge"] = judge->folder.string();
    return report;
}

std::string cell(const base::Json& figures, const char* key)
{
    const auto value = figures.find(key);
    if (value == figures.end() || !value->is_number())
        return "-";
    return value->is_number_integer() ? value->dump() : fmt::format("{:.3f}", value->get<double>());
}

std::string table(const base::Json& report)
{
    constexpr std::pair<const char*, const char*> kColumns[] = { { "accuracy", "pixels" },
        { "both_orders", "both orders" }, { "captions_accuracy", "captions" }, { "text_accuracy", "text" },
        { "format", "format" }, { "type", "type" }, { "parse_failures", "unparsed" } };
    std::string text = fmt::format("{:<16}", "after");
    for (const auto& [key, title] : kColumns)
        text += fmt::format(" {:>11}", title);
    text += "\n";
    for (const base::Json& stage : report["stages"]) {
        text += fmt::format("{:<16}", stage.at("stage").get<std::string>());
        for (const auto& [key, title] : kColumns)
            text += fmt::format(" {:>11}", cell(stage, key));
        text += "\n";
    }
    if (report["stages"].empty())
        text += "(no evaluation has finished yet)\n";
    text += "parameters " + report["parameters_sha256"].get<std::string>() + "\n";
    const auto judge = report["judge"].get<std::string>();
    return judge.empty() ? text : text + "judge " + judge + "\n";
}

base::Status writePage(const fs::path& run, const fs::path& file)
{
    std::error_code none;
    if (fs::exists(file, none))
        return base::badInput("the file exists", file.string(), "name another one, or remove it");
    if (base::Status fine = checkOutputFile(file); !fine)
        return fine;
    const base::Result<report::RunFacts> facts = report::readRunFacts(run);
    if (!facts)
        return facts.error();
    if (base::Status written = base::writeFileAtomically(file, report::runPageHtml(*facts)); !written)
        return written;
    print(file.string() + "\n");
    return {};
}

} // namespace

void addReportCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("report", "Print the result table of a run.");
    const auto run = std::make_shared<fs::path>();
    const auto json = std::make_shared<bool>(false);
    command->add_option("run", *run, "Folder of the run.")->required();
    const auto page = std::make_shared<fs::path>();
    CLI::Option* asJson = command->add_flag("--json", *json, "As JSON.");
    command
        ->add_option("--html", *page,
            "Write one page with figures, curves, decisions and settings instead, as HTML that needs no "
            "other file.")
        ->type_name("FILE")
        ->excludes(asJson);
    command->callback([&action, run, json, page] {
        action = [run, json, page]() -> base::Status {
            if (!page->empty())
                return writePage(*run, *page);
            const base::Result<base::Json> report = reportOf(*run);
            if (!report)
                return report.error();
            print(*json ? report->dump(1) + "\n" : table(*report));
            return {};
        };
    });
}

} // namespace msrl::cli
