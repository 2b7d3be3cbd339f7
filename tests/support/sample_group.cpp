// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sample_group.h"

#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"

#include <cmath>
#include <tuple>

namespace msrl::tests {
namespace fs = std::filesystem;

namespace {

constexpr int kSteps = 60;
constexpr int kPairs = 80;

// Accuracies after the last stage.
struct MadeFigures
{
    double pixels = 0;
    double captions = 0;
    double text = 0;
};

base::Json block(double accuracy)
{
    return { { "accuracy", accuracy }, { "both_orders", accuracy - 0.1 }, { "n", kPairs } };
}

store::EvaluationRow evaluation(const std::string& policy, const MadeFigures& figures)
{
    store::EvaluationRow row;
    row.stage = "evaluate:" + policy;
    row.policy = policy;
    row.report = { { "stage", policy },
        { "sets", { { "captions", block(figures.captions) }, { "text", block(figures.text) } } } };
    if (figures.pixels > 0)
        row.report["sets"]["pixels"] = block(figures.pixels);
    return row;
}

// A reward that rises to what is reached, in a wave of its own for each seed. A run that reused the stage
// before has no curves of it.
base::Status writeCurves(store::RunStore& run, const MadeFigures& figures, std::uint64_t seed, bool reusesOld)
{
    for (const std::string stage : { "old", "new" }) {
        if (stage == "old" && reusesOld)
            continue;
        const double end = stage == "old" ? 0.9 : figures.captions;
        for (int step = 1; step <= kSteps; ++step) {
            const double done = static_cast<double>(step) / kSteps;
            const double wave = 0.03 * std::sin(0.9 * step + static_cast<double>(seed));
            const std::int64_t time = 1000 + 500 * step + (stage == "new" ? 500 * kSteps : 0);
            for (const auto& [name, value] :
                { std::pair { "reward", 0.4 + (end - 0.4) * std::sqrt(done) + wave },
                    { "kl", 0.02 * done + 0.1 * std::abs(wave) } }) {
                store::MetricRow row;
                row.stage = stage;
                row.step = step;
                row.name = name;
                row.value = value;
                row.timeMs = time;
                if (base::Status put = run.append(row); !put)
                    return put;
            }
        }
    }
    return {};
}

base::Status writeRows(
    const fs::path& database, const MadeFigures& figures, std::uint64_t seed, bool reusesOld)
{
    base::Result<store::RunStore> run = store::RunStore::open(database);
    if (!run)
        return run.error();
    int position = 0;
    for (const auto& [id, type, title] :
        { std::tuple { "base", "model", "Base judge" }, { "evaluate:base", "evaluate", "" },
            { "old", "rl", "Text RL" }, { "evaluate:old", "evaluate", "" }, { "new", "rl", "Caption RL" },
            { "evaluate:new", "evaluate", "" } }) {
        store::StageRow row;
        row.stage = row.nodeId = id;
        row.nodeType = type;
        row.title = title;
        row.position = position++;
        row.state = reusesOld && row.position < 4 ? store::StageState::Reused : store::StageState::Done;
        if (base::Status put = run->putStage(row); !put)
            return put;
    }
    if (base::Status curves = writeCurves(*run, figures, seed, reusesOld); !curves)
        return curves;
    const double seen = figures.pixels > 0 ? 0.5 : 0;
    for (const store::EvaluationRow& row : { evaluation("base", { seen, 0.5, 0.5 }),
             evaluation("old", { seen, 0.55, 0.9 }), evaluation("new", figures) }) {
        if (base::Status put = run->append(row); !put)
            return put;
    }
    return run->flush();
}

base::Status writeMember(const groups::GroupFolder& folder, const groups::RunGroup& group,
    const groups::Member& member, const MadeFigures& figures)
{
    const store::RunFolder run(folder.member(member));
    if (base::Status made = base::createFolders(run.root()); !made)
        return made;
    curriculum::Project project = sampleStudyProject();
    const groups::Configuration& configuration = *group.configuration(member.configuration);
    if (base::Status applied = curriculum::applyOverrides(project, configuration.set); !applied)
        return applied;
    project.seed = member.seed;
    if (base::Status saved = curriculum::saveProject(project, run.projectFile()); !saved)
        return saved;
    const base::Json plan
        = { { "steps", { { { "id", "new" }, { "inputs", { { "policy", { "old.policy" } } } } } } } };
    if (base::Status written = base::writeFileAtomically(run.planFile(), plan.dump()); !written)
        return written;
    const bool reusesOld = member.configuration != group.configurations.front().key;
    if (base::Status rows = writeRows(run.runDatabase(), figures, member.seed, reusesOld); !rows)
        return rows;
    store::RunInfo info;
    info.runId = "0123456789abcdef";
    info.name = "study";
    info.phase = store::RunPhase::Finished;
    info.startedMs = 1000;
    info.endedMs = 61000;
    return run.writeInfo(info);
}

// The more is replayed the more is kept of the old skill, and the less is learned.
MadeFigures figuresOf(const groups::Configuration& configuration, std::uint64_t seed)
{
    const double ratio = configuration.set.front().value.get<double>();
    const double wobble = seed % 2 == 1 ? 0.01 : -0.01;
    return { 0, 0.80 + 0.01 * ratio + wobble, (ratio == 0 ? 0.6 : 0.9 - 0.02 * ratio) + wobble };
}

base::Status writeSweep(const fs::path& root, const groups::GroupRequest& request, std::size_t unfinished)
{
    const groups::GroupFolder folder(root);
    base::Result<groups::RunGroup> group = groups::makeGroup(sampleStudyProject(), request);
    if (!group)
        return group.error();
    group->project = root / "study.msrl";
    for (std::size_t i = 0; i + unfinished < group->members.size(); ++i) {
        const groups::Member& member = group->members[i];
        const MadeFigures figures = figuresOf(*group->configuration(member.configuration), member.seed);
        if (base::Status written = writeMember(folder, *group, member, figures); !written)
            return written;
    }
    return folder.write(*group);
}

} // namespace

curriculum::Project sampleStudyProject()
{
    return *curriculum::parseProject(R"({"schema": "msrl-project/1.0", "name": "study", "seed": 1,
 "nodes": [
  {"id": "base", "type": "model", "params": {"path": "base"}},
  {"id": "text", "type": "dataset", "params": {"content": "text-preferences", "path": "t.jsonl"}},
  {"id": "old", "type": "rl", "title": "Text RL", "params": {}},
  {"id": "new", "type": "rl", "title": "Caption RL", "params": {"replay_ratio": 5.0}}
 ],
 "edges": [
  {"from": "base.policy", "to": "old.policy"}, {"from": "text.samples", "to": "old.preferences"},
  {"from": "old.policy", "to": "new.policy"}, {"from": "text.samples", "to": "new.preferences"},
  {"from": "text.samples", "to": "new.replay"}
 ]})",
        "study.msrl");
}

base::Status writeSampleGroup(const fs::path& root)
{
    return writeSweep(root, { { 1, 2 }, {}, { "new.replay_ratio=0,5,2" } }, 1);
}

base::Status writeLargeGroup(const fs::path& root, int ratios, int seeds)
{
    groups::GroupRequest request;
    for (int seed = 1; seed <= seeds; ++seed)
        request.seeds.push_back(static_cast<std::uint64_t>(seed));
    std::string values = "0";
    for (int ratio = 1; ratio < ratios; ++ratio)
        values.append(1, ',').append(std::to_string(ratio));
    request.set = { "new.replay_ratio=" + values };
    return writeSweep(root, request, 0);
}

base::Status finishSampleGroup(const fs::path& root)
{
    const groups::GroupFolder folder(root);
    const base::Result<groups::RunGroup> group = folder.read();
    if (!group)
        return group.error();
    const groups::Member& last = group->members.back();
    return writeMember(folder, *group, last, figuresOf(*group->configuration(last.configuration), last.seed));
}

base::Status writeSampleAblations(const fs::path& root)
{
    groups::RunGroup group;
    group.name = "study";
    group.project = root / "study.msrl";
    const std::vector<std::tuple<const char*, const char*, double>> rows { { "without-stage-1",
                                                                               "without stage 1", 0.61 },
        { "without-caption-rl", "without caption RL", 0.74 }, { "without-cmkd", "without CMKD", 0.72 },
        { "without-stage-3", "without stage 3", 0.70 }, { groups::kFullKey, "full curriculum", 0.79 } };
    for (const auto& [key, title, pixels] : rows)
        group.configurations.push_back({ key, title, {}, {} });
    const groups::GroupFolder folder(root);
    for (const std::uint64_t seed : { 1, 2, 3 }) {
        for (const auto& [key, title, pixels] : rows) {
            group.members.push_back({ key, seed, std::string(key) + "-seed-" + std::to_string(seed) });
            const double wobble = 0.0125 * (static_cast<double>(seed) - 2);
            if (base::Status written = writeMember(folder, group, group.members.back(),
                    { pixels + wobble, pixels + 0.05 + wobble, 0.88 + wobble });
                !written)
                return written;
        }
    }
    return folder.write(group);
}

} // namespace msrl::tests
