// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/run_facts.h"

#include "core/base/files.h"
#include "core/curriculum/overrides.h"
#include "core/curriculum/project.h"
#include "core/store/run_reader.h"
#include "core/store/run_state.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace msrl::report {
namespace fs = std::filesystem;

namespace {

constexpr int kRowsAtATime = 20000;

// A stage that learns by reward is shown by it, any other by its loss.
bool isShown(const store::MetricRow& row, const std::map<std::string, std::string>& types)
{
    const auto type = types.find(row.stage);
    if (type == types.end())
        return false;
    return row.name == (curriculum::traitsOf(type->second).learnsByReward() ? "reward" : "loss");
}

// Beside the curves of its sources a stage's total says nothing new.
void dropTotals(std::vector<Curve>& curves)
{
    std::set<std::string> split;
    for (const Curve& curve : curves) {
        if (!curve.source.empty())
            split.insert(curve.stage);
    }
    std::erase_if(
        curves, [&](const Curve& curve) { return curve.source.empty() && split.contains(curve.stage); });
}

base::Result<std::vector<Curve>> readCurves(
    store::RunReader& reader, const std::vector<store::StageRow>& stages)
{
    std::map<std::string, std::string> types;
    std::map<std::string, int> positions;
    for (const store::StageRow& stage : stages) {
        types[stage.stage] = stage.nodeType;
        positions[stage.stage] = stage.position;
    }
    std::vector<Curve> curves;
    std::int64_t cursor = 0;
    while (true) {
        base::Result<std::vector<store::MetricRow>> rows = reader.metricsAfter(cursor, kRowsAtATime);
        if (!rows)
            return rows.error();
        if (rows->empty())
            break;
        cursor = rows->back().rowid;
        for (const store::MetricRow& row : *rows) {
            if (!isShown(row, types))
                continue;
            auto curve = std::find_if(curves.begin(), curves.end(),
                [&](const Curve& one) { return one.stage == row.stage && one.source == row.source; });
            if (curve == curves.end())
                curve = curves.insert(curve, { row.stage, row.name, row.source, {}, 0 });
            if (std::isfinite(row.value))
                curve->points.push_back({ static_cast<double>(row.step), row.value });
            else
                ++curve->notFinite;
        }
    }
    dropTotals(curves);
    std::stable_sort(curves.begin(), curves.end(), [&](const Curve& a, const Curve& b) {
        return positions[a.stage] != positions[b.stage] ? positions[a.stage] < positions[b.stage]
                                                        : a.source < b.source;
    });
    return curves;
}

std::vector<Setting> changedSettings(const curriculum::Project& project, const std::string& nodeId)
{
    std::vector<Setting> changed;
    const curriculum::Node* node = project.node(nodeId);
    const curriculum::NodeTypeSpec* type = node ? curriculum::findNodeType(node->type) : nullptr;
    if (!type)
        return changed;
    for (const curriculum::FieldSpec& field : type->fields) {
        if (!curriculum::fieldApplies(*node, field))
            continue;
        const base::Json value = curriculum::fieldValue(*node, field.name);
        if (value != field.defaultValue)
            changed.push_back(
                { field.label, curriculum::valueText(value), curriculum::valueText(field.defaultValue) });
    }
    return changed;
}

base::Result<TeacherFacts> readTeacher(
    const store::RunFolder& run, store::RunReader& reader, const std::string& stage)
{
    TeacherFacts facts;
    facts.stage = stage;
    store::CandidateFilter filter;
    filter.stage = stage;
    base::Result<std::vector<store::TaskTypeCount>> counts = reader.candidateCounts(filter);
    if (!counts)
        return counts.error();
    for (const store::TaskTypeCount& count : *counts) {
        facts.items += count.items;
        facts.ties += count.ties;
        facts.chosen += count.chosen;
    }
    const base::Result<std::optional<store::AuditStore>> opened
        = store::AuditStore::openForReading(run.auditDatabase());
    if (!opened)
        return opened.error();
    if (!*opened)
        return facts;
    const store::AuditStore& audit = **opened;
    const base::Result<store::CandidateDigests> digests = reader.candidateDigests(stage);
    if (!digests)
        return digests.error();
    const base::Result<std::vector<store::DecisionRow>> decided = audit.counting(stage, *digests);
    if (!decided)
        return decided.error();
    facts.decisions = store::countDecisions(*decided);
    base::Result<std::optional<store::SignOffRow>> signOff = audit.newestSignOff(stage);
    if (!signOff)
        return signOff.error();
    const base::Result<std::string> present = reader.candidatesHash(stage);
    if (!present)
        return present.error();
    if (*signOff && (*signOff)->candidatesHash == *present)
        facts.signOff = *std::move(signOff);
    return facts;
}

base::Status readWarnings(store::RunReader& reader, RunFacts& facts)
{
    std::int64_t cursor = 0;
    while (true) {
        base::Result<std::vector<store::EventRow>> rows = reader.eventsAfter(cursor, kRowsAtATime);
        if (!rows)
            return rows.error();
        if (rows->empty())
            return {};
        cursor = rows->back().rowid;
        for (store::EventRow& row : *rows) {
            if (row.level != store::EventLevel::Warning && row.level != store::EventLevel::Error)
                continue;
            ++facts.numWarnings;
            if (facts.warnings.size() < kMaxWarnings)
                facts.warnings.push_back(std::move(row));
        }
    }
}

base::Status readProject(
    const store::RunFolder& run, const std::vector<store::StageRow>& stages, RunFacts& facts)
{
    base::Result<curriculum::Project> project = curriculum::loadProject(run.projectFile());
    if (!project)
        return project.error();
    facts.project = project->name;
    facts.seed = project->seed;
    for (const store::StageRow& row : stages) {
        // An evaluation of one policy repeats the settings of its node.
        const bool ownNode = row.stage == row.nodeId;
        if (row.nodeType != "dataset" && row.nodeType != "model")
            facts.stages.push_back(
                { row, ownNode ? changedSettings(*project, row.nodeId) : std::vector<Setting>() });
    }
    return {};
}

base::Status readDatabase(const store::RunFolder& run, RunFacts& facts)
{
    store::RunReader reader(run.runDatabase());
    base::Result<std::vector<store::StageRow>> stages = reader.stages();
    if (!stages)
        return stages.error();
    std::sort(
        stages->begin(), stages->end(), [](const auto& a, const auto& b) { return a.position < b.position; });
    if (base::Status read = readProject(run, *stages, facts); !read)
        return read;
    base::Result<std::vector<Curve>> curves = readCurves(reader, *stages);
    if (!curves)
        return curves.error();
    facts.curves = *std::move(curves);
    for (const store::StageRow& stage : *stages) {
        if (stage.nodeType != "cmkd")
            continue;
        base::Result<TeacherFacts> teacher = readTeacher(run, reader, stage.stage);
        if (!teacher)
            return teacher.error();
        if (teacher->items > 0)
            facts.teachers.push_back(*std::move(teacher));
    }
    return readWarnings(reader, facts);
}

} // namespace

base::Result<RunFacts> readRunFacts(const fs::path& root)
{
    const store::RunFolder run(root);
    if (!run.isRunFolder())
        return base::badInput("no run here", root.string(), "name a folder that holds a run.json");
    RunFacts facts;
    base::Result<store::RunInfo> info = run.readInfo();
    if (!info)
        return info.error();
    facts.info = *std::move(info);
    facts.state = store::runStateTitle(store::deriveRunState(store::observe(facts.info)).kind);
    base::Result<std::string> command = base::readFile(run.commandFile());
    if (!command)
        return command.error();
    facts.command = *std::move(command);
    while (!facts.command.empty() && facts.command.back() == '\n')
        facts.command.pop_back();
    if (base::Status read = readDatabase(run, facts); !read)
        return read.error();
    base::Result<std::vector<groups::EvaluatedPolicy>> policies = groups::evaluatedPolicies(run);
    if (!policies)
        return policies.error();
    facts.policies = *std::move(policies);
    return facts;
}

} // namespace msrl::report
