// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/results.h"

#include "core/base/json.h"
#include "core/curriculum/node_types.h"
#include "core/store/run_reader.h"

#include <algorithm>

namespace msrl::groups {

namespace {

// The judgements that a measure is a share of: every pair is shown in both orders.
std::int64_t trialsOf(const std::string& measure, std::int64_t pairs)
{
    return measure == "both_orders" ? pairs : 2 * pairs;
}

void addSet(const std::string& set, const base::Json& block, Figures& figures)
{
    const std::int64_t pairs = block.value("n", std::int64_t { 0 });
    for (const auto& [key, value] : block.items()) {
        if (key == "by_task" && value.is_object()) {
            const base::Json counts = block.value("by_task_n", base::Json::object()); // newer reports
            for (const auto& [task, share] : value.items()) {
                if (share.is_number())
                    figures[set + ".by_task/" + task]
                        = { share.get<double>(), 2 * counts.value(task, std::int64_t { 0 }) };
            }
        } else if (key == "parse_failures" && value.is_number() && pairs > 0) {
            const double judgements = static_cast<double>(2 * pairs);
            figures[set + ".unparsed"] = { value.get<double>() / judgements, 2 * pairs };
        } else if (key != "n" && value.is_number()) {
            figures[set + "." + key] = { value.get<double>(), trialsOf(key, pairs) };
        }
    }
}

// Node id of the policy that each step was trained from, as plan.json names its inputs ("rl_text.policy").
base::Result<std::map<std::string, std::string>> startsOf(const store::RunFolder& run)
{
    base::Result<base::Json> plan = base::readJsonFile(run.planFile());
    if (!plan)
        return plan.error();
    std::map<std::string, std::string> starts;
    base::ObjectReader in(*plan, run.planFile().string());
    for (const base::Json& step : in.array("steps")) {
        base::ObjectReader one(step, run.planFile().string());
        base::ObjectReader inputs(one.object("inputs"), run.planFile().string());
        const base::Json& policies = inputs.array("policy");
        if (!policies.empty() && policies[0].is_string()) {
            const std::string source = policies[0].get<std::string>();
            starts[one.text("id", "")] = source.substr(0, source.rfind('.'));
        }
    }
    return starts;
}

void sortByPosition(std::vector<store::StageRow>& stages)
{
    std::sort(stages.begin(), stages.end(),
        [](const store::StageRow& a, const store::StageRow& b) { return a.position < b.position; });
}

EvaluatedPolicy policyOf(const store::EvaluationRow& evaluation, const std::vector<store::StageRow>& stages,
    const std::map<std::string, std::string>& starts)
{
    EvaluatedPolicy policy;
    policy.node = evaluation.policy;
    policy.figures = figuresOf(evaluation.report);
    if (const auto start = starts.find(policy.node); start != starts.end())
        policy.startedFrom = start->second;
    for (const store::StageRow& stage : stages) {
        if (stage.stage == policy.node) {
            policy.title = stage.title;
            policy.isModel = curriculum::traitsOf(stage.nodeType).stored;
        }
    }
    return policy;
}

void sortStages(MemberResult& result, std::vector<store::StageRow>& stages)
{
    sortByPosition(stages);
    for (const store::StageRow& stage : stages) {
        if (curriculum::traitsOf(stage.nodeType).stored)
            continue;
        if (stage.state == store::StageState::Done)
            result.made.push_back(stage.stage);
        else if (stage.state == store::StageState::Reused)
            result.reused.push_back(stage.stage);
    }
}

base::Status readEvaluations(const store::RunFolder& run, MemberResult& result)
{
    store::RunReader reader(run.runDatabase());
    base::Result<std::vector<store::StageRow>> stages = reader.stages();
    if (!stages)
        return stages.error();
    sortStages(result, *stages);
    base::Result<std::vector<EvaluatedPolicy>> policies = evaluatedPolicies(run);
    if (!policies)
        return policies.error();
    result.policies = *std::move(policies);
    return {};
}

} // namespace

Figures figuresOf(const base::Json& report)
{
    Figures figures;
    const auto sets = report.is_object() ? report.find("sets") : report.end();
    if (sets == report.end() || !sets->is_object())
        return figures;
    for (const auto& [set, block] : sets->items()) {
        if (block.is_object())
            addSet(set, block, figures);
    }
    return figures;
}

base::Result<std::vector<EvaluatedPolicy>> evaluatedPolicies(const store::RunFolder& run)
{
    store::RunReader reader(run.runDatabase());
    base::Result<std::vector<store::StageRow>> stages = reader.stages();
    if (!stages)
        return stages.error();
    base::Result<std::vector<store::EvaluationRow>> evaluations = reader.evaluations();
    if (!evaluations)
        return evaluations.error();
    base::Result<std::map<std::string, std::string>> starts = startsOf(run);
    if (!starts)
        return starts.error();
    sortByPosition(*stages);
    std::vector<EvaluatedPolicy> policies;
    for (const store::StageRow& stage : *stages) {
        for (const store::EvaluationRow& evaluation : *evaluations) {
            if (evaluation.stage == stage.stage)
                policies.push_back(policyOf(evaluation, *stages, *starts));
        }
    }
    return policies;
}

base::Result<MemberResult> readMember(const GroupFolder& folder, const Member& member)
{
    MemberResult result;
    result.member = member;
    const store::RunFolder run(folder.member(member));
    result.exists = run.isRunFolder();
    if (!result.exists)
        return result;
    base::Result<store::RunInfo> info = run.readInfo();
    if (!info)
        return info.error();
    result.info = *std::move(info);
    result.state = store::deriveRunState(store::observe(result.info));
    result.finished = result.info.phase == store::RunPhase::Finished;
    if (result.info.endedMs > 0)
        result.seconds = static_cast<double>(result.info.endedMs - result.info.startedMs) / 1000;
    if (result.finished) {
        if (base::Status read = readEvaluations(run, result); !read)
            return read.error();
    }
    return result;
}

base::Result<std::vector<MemberResult>> readMembers(const GroupFolder& folder, const RunGroup& group)
{
    std::vector<MemberResult> results;
    for (const Member& member : group.members) {
        base::Result<MemberResult> result = readMember(folder, member);
        if (!result)
            return result.error();
        results.push_back(*std::move(result));
    }
    return results;
}

} // namespace msrl::groups
