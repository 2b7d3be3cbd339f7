// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/run_estimate.h"

#include "app/models/table_text.h"

#include <algorithm>

namespace msrl::models {

namespace {

using curriculum::Node;

std::int64_t whole(const Node& node, const char* field)
{
    const base::Json value = curriculum::fieldValue(node, field);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

// Of the last run of the node, finished steps and their time; several rows (an evaluation's) add up.
struct Pace
{
    std::int64_t steps = 0;
    std::int64_t total = 0;
    double seconds = 0;
};

Pace paceOf(const Node& node, const std::vector<store::StageRow>& last)
{
    Pace pace;
    for (const store::StageRow& row : last)
        if (row.nodeId == node.id && row.state == store::StageState::Done && row.endedMs > row.startedMs) {
            pace.steps += row.step;
            pace.total += row.total;
            pace.seconds += static_cast<double>(row.endedMs - row.startedMs) / 1000;
        }
    return pace;
}

StageEstimate estimateOf(const Node& node, const Pace& pace)
{
    StageEstimate estimate;
    estimate.node = node.id;
    estimate.title = stageTitle(node);
    if (node.type == "rl") {
        const std::int64_t prompts = whole(node, "steps") * whole(node, "prompts_per_step");
        estimate.steps = whole(node, "steps");
        estimate.completions = prompts * whole(node, "group_size");
        estimate.mostTokens = prompts * whole(node, "max_prompt_tokens")
            + estimate.completions * whole(node, "max_new_tokens");
    } else if (pace.total > 0) {
        estimate.steps = pace.total; // of the same data, as long as nobody changes it
    }
    if (estimate.steps && pace.steps > 0)
        estimate.seconds
            = pace.seconds / static_cast<double>(pace.steps) * static_cast<double>(*estimate.steps);
    return estimate;
}

bool takesTime(const Node& node)
{
    static const std::vector<std::string> kTypes { "rl", "sft", "cmkd", "captioner", "evaluate" };
    return !node.bypassed && std::find(kTypes.begin(), kTypes.end(), node.type) != kTypes.end();
}

} // namespace

std::vector<StageEstimate> estimateRun(
    const curriculum::Project& project, const std::vector<store::StageRow>& last)
{
    std::vector<StageEstimate> all;
    for (const Node& node : project.nodes)
        if (takesTime(node))
            all.push_back(estimateOf(node, paceOf(node, last)));
    return all;
}

} // namespace msrl::models
