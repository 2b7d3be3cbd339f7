// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine audit: decisions and the sign-off from a script, into the same append-only file as the
// studio's.
#include "core/base/files.h"
#include "core/store/audit_store.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"
#include "engine/cli/audit_export.h"
#include "engine/cli/audit_risk.h"
#include "engine/cli/command.h"
#include "engine/cli/output_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <memory>
#include <set>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct AuditOptions
{
    fs::path run;
    std::string stage; // empty: the only CMKD stage
    std::string auditor;
    std::string reason;
    std::vector<std::string> accept, reject, wrongCaption, flag, override_;
    bool signOff = false;
    std::string statement;
    bool risk = false;
    fs::path gold;
    fs::path svg;
    bool json = false;
    fs::path exportFile;
    std::string format = "swift";
    std::string gate; // of the export; empty: the only one
    std::string prompts;
};

base::Result<std::string> distilledStage(store::RunReader& reader, const AuditOptions& options)
{
    base::Result<std::vector<store::StageRow>> stages = reader.stages();
    if (!stages)
        return stages.error();
    std::vector<std::string> found;
    for (const store::StageRow& row : *stages) {
        if (row.nodeType == "cmkd")
            found.push_back(row.stage);
    }
    if (found.empty())
        return base::badInput("the run distils nothing: it has no CMKD stage", options.run.string());
    const std::string names = fmt::format("it has {}", fmt::join(found, ", "));
    if (options.stage.empty() && found.size() > 1)
        return base::badInput(
            "the run has several distilled sets", options.run.string(), "name one with --stage; " + names);
    if (options.stage.empty())
        return found.front();
    if (std::find(found.begin(), found.end(), options.stage) == found.end())
        return base::badInput(
            fmt::format("the run has no distilled set '{}'", options.stage), options.run.string(), names);
    return options.stage;
}

// "ID=NUMBER": path NUMBER, counted from 1 as people see them.
base::Result<store::DecisionRow> overrideOf(const std::string& text)
{
    const std::size_t equals = text.rfind('=');
    const char* const end = text.data() + text.size();
    int path = 0;
    const auto read
        = std::from_chars(equals == std::string::npos ? end : text.data() + equals + 1, end, path);
    if (read.ec != std::errc() || read.ptr != end || path < 1)
        return base::badInput(fmt::format("'{}' is not of the form SAMPLE=PATH", text), "--override",
            "the path's number, counted from 1");
    store::DecisionRow row;
    row.sampleId = text.substr(0, equals);
    row.verdict = "override";
    row.path = path - 1;
    return row;
}

base::Result<std::vector<store::DecisionRow>> decisionsOf(
    const AuditOptions& options, const std::string& stage, store::RunReader& reader)
{
    std::vector<store::DecisionRow> rows;
    const auto add = [&](const std::vector<std::string>& ids, const char* verdict, const char* caption = "") {
        for (const std::string& id : ids) {
            store::DecisionRow row;
            row.sampleId = id;
            row.verdict = verdict;
            row.caption = caption;
            rows.push_back(std::move(row));
        }
    };
    add(options.accept, "accept");
    add(options.reject, "reject");
    add(options.wrongCaption, "reject", "wrong");
    add(options.flag, "flag");
    for (const std::string& text : options.override_) {
        base::Result<store::DecisionRow> row = overrideOf(text);
        if (!row)
            return row.error();
        rows.push_back(*std::move(row));
    }
    const base::Result<store::CandidateDigests> digests = reader.candidateDigests(stage);
    if (!digests)
        return digests.error();
    std::set<std::string> decided;
    for (store::DecisionRow& row : rows) {
        if (!decided.insert(row.sampleId).second)
            return base::badInput(
                "is decided twice in one command", stage + ", sample " + row.sampleId, "name it once");
        row.stage = stage;
        row.auditor = options.auditor;
        row.reason = options.reason;
        row.how = "command";
        base::Result<std::optional<store::CandidateRow>> item = reader.candidate(stage, row.sampleId);
        if (!item)
            return item.error();
        const auto digest = digests->find(row.sampleId);
        if (!*item || digest == digests->end())
            return base::badInput("there is no such item", stage + ", sample " + row.sampleId);
        row.judged = digest->second;
        if (row.verdict == "accept" && (*item)->chosen < 0)
            return base::badInput("has no machine choice to accept", stage + ", sample " + row.sampleId,
                "override it with a path, or reject it");
        if (row.path >= static_cast<int>((*item)->paths.size()))
            return base::badInput(
                fmt::format("there is no path {}, it has {}", row.path + 1, (*item)->paths.size()),
                stage + ", sample " + row.sampleId);
        if (row.path >= 0 && !(*item)->paths[static_cast<std::size_t>(row.path)].formatOk)
            return base::badInput(
                fmt::format("path {} is not in the format that was asked for", row.path + 1),
                stage + ", sample " + row.sampleId, "choose another path, or reject the sample");
    }
    return rows;
}

base::Status signOff(
    const AuditOptions& options, const std::string& stage, store::RunReader& reader, store::AuditStore& audit)
{
    base::Result<std::string> hash = reader.candidatesHash(stage);
    if (!hash)
        return hash.error();
    const base::Result<store::CandidateDigests> digests = reader.candidateDigests(stage);
    if (!digests)
        return digests.error();
    const base::Result<std::vector<store::DecisionRow>> decided = audit.counting(stage, *digests);
    if (!decided)
        return decided.error();
    const store::DecisionCounts counts = store::countDecisions(*decided);
    store::SignOffRow row;
    row.stage = stage;
    row.auditor = options.auditor;
    row.statement = options.statement;
    row.candidatesHash = *hash;
    row.accepted = counts.accepted + counts.overridden;
    row.rejected = counts.rejected;
    if (base::Result<store::SignOffRow> written = audit.signOff(std::move(row)); !written)
        return written.error();
    print(fmt::format("{} signed off by {}\n", stage, options.auditor));
    return {};
}

base::Status tellRisk(const AuditOptions& options, const std::string& stage, store::RunReader& reader)
{
    if (base::Status fine = checkOutputFile(options.svg); !fine)
        return fine;
    std::map<std::string, std::string> gold;
    if (!options.gold.empty()) {
        auto read = readGold(options.gold);
        if (!read)
            return read.error();
        gold = *std::move(read);
    }
    const auto items = reader.candidatesAfter(stage, 0, std::numeric_limits<int>::max());
    if (!items)
        return items.error();
    const base::Json report = riskReport(*items, gold);
    if (report["known"] == 0)
        return base::badInput("no item with a choice has a known answer", stage,
            "give the answers with --gold FILE, lines of {\"id\": …, \"gold\": \"A\"}");
    print(options.json ? report.dump(2) + "\n" : riskTable(report));
    return options.svg.empty() ? base::Status()
                               : base::writeFileAtomically(options.svg, riskSvg(riskCurves(*items, gold)));
}

base::Status exportSet(const AuditOptions& options, const std::string& stage, store::RunReader& reader)
{
    ExportOptions wanted;
    wanted.kind = options.format == "pairs" ? ExportKind::Pairs : ExportKind::Swift;
    wanted.stage = stage;
    wanted.gate = options.gate;
    wanted.prompts = options.prompts;
    wanted.file = options.exportFile;
    const base::Result<ExportCounts> counts = exportAccepted(store::RunFolder(options.run), reader, wanted);
    if (!counts)
        return counts.error();
    print(fmt::format("{} rows written to {}\n", counts->rows, options.exportFile.string()));
    if (counts->respelled > 0)
        print(fmt::format("in {} rows a text spells <image> or <video> itself, which would be taken for a "
                          "medium: it is written < image>, < video>\n",
            counts->respelled));
    if (counts->withoutRejected > 0)
        print(fmt::format("{} items left out: every path in the right format says the same letter\n",
            counts->withoutRejected));
    return {};
}

base::Status audit(const AuditOptions& options)
{
    const store::RunFolder folder(options.run);
    if (!folder.isRunFolder())
        return base::badInput("is not a run folder: it has no run.json", options.run.string());
    store::RunReader reader(folder.runDatabase());
    base::Result<std::string> stage = distilledStage(reader, options);
    if (!stage)
        return stage.error();
    if (options.risk)
        return tellRisk(options, *stage, reader);
    if (!options.exportFile.empty())
        return exportSet(options, *stage, reader);
    base::Result<std::vector<store::DecisionRow>> rows = decisionsOf(options, *stage, reader);
    if (!rows)
        return rows.error();
    if (rows->empty() && !options.signOff)
        return base::badInput("nothing to do", {},
            "give --accept, --reject, --wrong-caption, --flag, --override, --sign-off, --risk or --export");
    if (options.auditor.empty())
        return base::badInput("nobody is named who decides", "--auditor", "give --auditor NAME");
    base::Result<store::AuditStore> audit = store::AuditStore::open(folder.auditDatabase());
    if (!audit)
        return audit.error();
    if (!rows->empty()) {
        const auto written = audit->append(*std::move(rows));
        if (!written)
            return written.error();
        print(fmt::format("{} decisions kept\n", written->size()));
    }
    return options.signOff ? signOff(options, *stage, reader, *audit) : base::Status();
}

} // namespace

void addAuditCommand(CLI::App& app, Action& action)
{
    CLI::App* command
        = app.add_subcommand("audit", "Decide on distilled items and sign a set off, from a script.");
    const auto options = std::make_shared<AuditOptions>();
    const char* user = std::getenv("USER");
    options->auditor = user ? user : "";
    command->add_option("run", options->run, "Folder of the run.")->required();
    command->add_option("--stage", options->stage, "CMKD node, when the run has several.");
    command->add_option("--auditor", options->auditor, "Who decides; decisions and a sign-off need it.")
        ->capture_default_str();
    command->add_option("--reason", options->reason, "Why; an override needs one.");
    command->add_option("--accept", options->accept, "Sample id; several may be given.");
    command->add_option("--reject", options->reject, "Sample id.");
    command->add_option(
        "--wrong-caption", options->wrongCaption, "Sample id: rejected because its caption is wrong.");
    command->add_option("--flag", options->flag, "Sample id.");
    command->add_option("--override", options->override_, "SAMPLE=PATH: another path, counted from 1.");
    command->add_flag(
        "--sign-off", options->signOff, "The set may train the student; a waiting run goes on.");
    command->add_option("--statement", options->statement, "Kept with the sign-off.");
    CLI::Option* risk = command->add_flag("--risk", options->risk,
        "Only say how wrong the set would be if accepted from each confidence on, where answers are known.");
    command
        ->add_option(
            "--gold", options->gold, "Answers for --risk beside the data's own: lines with id and gold.")
        ->needs(risk);
    command->add_option("--svg", options->svg, "--risk also as a picture in this file.")->needs(risk);
    CLI::Option* file = command->add_option("--export", options->exportFile,
        "Only write the set that the gate let through to this file: JSON lines for ms-swift, or *.parquet "
        "with "
        "the images inside.");
    command
        ->add_option("--format", options->format,
            "Of the export. swift: prompt and target. pairs: the target, and a path that says the other "
            "letter.")
        ->check(CLI::IsMember({ "swift", "pairs" }))
        ->capture_default_str();
    command->add_option("--gate", options->gate, "Whose set is exported, when the run has several gates.")
        ->needs(file);
    command->add_option("--prompts", options->prompts, "Prompt set of the export, if not the teacher's.")
        ->needs(file);
    command->add_flag("--json", options->json, "--risk as JSON.")->needs(risk);
    command->callback([&action, options] { action = [options] { return audit(*options); }; });
}

} // namespace msrl::cli
