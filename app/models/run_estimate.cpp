// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/run_estimate.h"

#include "app/models/table_text.h"

namespace msrl::models {

namespace {

using curriculum::DatasetSize;
using curriculum::Edge;
using curriculum::Node;
using curriculum::Project;

// What is kept of a written token: its text, and of a path that is audited also its own text and
// log-probability, in the artefact and in run.db.
constexpr std::int64_t kTextBytes = 10;
constexpr std::int64_t kPathBytes = 56;

std::int64_t whole(const Node& node, const char* field)
{
    const base::Json value = curriculum::fieldValue(node, field);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool isSet(const Node& node, const char* field, const char* value)
{
    return curriculum::fieldValue(node, field) == value;
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

// What comes out of the edges into a port, as far as it was counted.
struct Flow
{
    std::optional<DatasetSize> size;
    bool atMost = false;
};

class Flows
{
public:
    Flows(const Project& project, const std::map<std::string, DatasetSize>& sizes)
        : m_project(project)
        , m_sizes(sizes)
    {
    }

    Flow into(const std::string& node, const std::string& port) const { return into(node, port, 0); }

    std::int64_t edges(const std::string& node, const std::string& port) const
    {
        return std::count_if(m_project.edges.begin(), m_project.edges.end(),
            [&](const Edge& edge) { return edge.toNode == node && edge.toPort == port; });
    }

private:
    // `depth`: a project that is being edited may run in a circle.
    Flow into(const std::string& node, const std::string& port, std::size_t depth) const
    {
        Flow all { DatasetSize {}, false };
        for (const Edge& edge : m_project.edges) {
            if (edge.toNode != node || edge.toPort != port)
                continue;
            const Node* from = m_project.node(edge.fromNode);
            const Flow one = from && depth < m_project.nodes.size() ? outOf(*from, depth + 1) : Flow {};
            if (!one.size)
                return {};
            all.size->samples += one.size->samples;
            all.size->media += one.size->media;
            all.atMost = all.atMost || one.atMost;
        }
        return all;
    }

    Flow outOf(const Node& node, std::size_t depth) const
    {
        if (node.bypassed)
            return {};
        if (node.type == "dataset") {
            const auto found = m_sizes.find(node.id);
            return found == m_sizes.end() ? Flow {} : Flow { found->second, false };
        }
        const char* port = node.type == "captioner" ? "preferences"
            : node.type == "cmkd"                   ? "captioned"
            : node.type == "gate"                   ? "candidates"
                                                    : nullptr;
        if (!port)
            return {};
        Flow flow = into(node.id, port, depth);
        flow.atMost = flow.atMost || node.type == "gate";
        return flow;
    }

    const Project& m_project;
    const std::map<std::string, DatasetSize>& m_sizes;
};

// Fills in what the stage reads and writes; returns the units that its progress counts.
using Units = std::optional<std::int64_t>;

Units ofReinforcement(const Node& node, StageEstimate& estimate)
{
    const std::int64_t prompts = whole(node, "steps") * whole(node, "prompts_per_step");
    estimate.steps = whole(node, "steps");
    estimate.samples = prompts;
    estimate.completions = prompts * whole(node, "group_size");
    estimate.mostTokens
        = prompts * whole(node, "max_prompt_tokens") + estimate.completions * whole(node, "max_new_tokens");
    return estimate.steps;
}

Units ofTuning(const Node& node, const Flows& flows, StageEstimate& estimate)
{
    const Flow read = flows.into(node.id, "samples");
    const std::int64_t batch = whole(node, "batch_size");
    if (!read.size || read.size->samples == 0 || batch <= 0)
        return std::nullopt;
    estimate.atMost = read.atMost;
    estimate.samples = read.size->samples * whole(node, "epochs");
    estimate.steps = (read.size->samples + batch - 1) / batch * whole(node, "epochs");
    estimate.mostTokens
        = *estimate.samples * (whole(node, "max_prompt_tokens") + whole(node, "max_new_tokens"));
    return estimate.steps;
}

void addWriting(const Node& node, std::int64_t prompts, std::int64_t bytes, StageEstimate& estimate)
{
    estimate.mostTokens
        = prompts * whole(node, "max_prompt_tokens") + estimate.completions * whole(node, "max_new_tokens");
    estimate.textBytes = estimate.completions * whole(node, "max_new_tokens") * bytes;
}

Units ofDistillation(const Node& node, const Flows& flows, StageEstimate& estimate)
{
    const Flow read = flows.into(node.id, "captioned");
    if (!read.size)
        return std::nullopt;
    const bool again = !isSet(node, "second_round", "none");
    const std::int64_t prompts = read.size->samples * flows.edges(node.id, "policy");
    estimate.samples = read.size->samples;
    estimate.atMost = read.atMost;
    estimate.completions = prompts * (whole(node, "paths") + (again ? whole(node, "second_paths") : 0));
    addWriting(node, again ? 2 * prompts : prompts, kPathBytes, estimate);
    return read.size->samples;
}

Units ofEvaluation(const Node& node, const Flows& flows, StageEstimate& estimate)
{
    constexpr std::int64_t kOrders = 2;
    const Flow read = flows.into(node.id, "benchmarks");
    if (!read.size)
        return std::nullopt;
    estimate.samples = estimate.completions = read.size->samples * kOrders * flows.edges(node.id, "policies");
    addWriting(node, estimate.completions, kTextBytes, estimate);
    return estimate.samples;
}

Units ofCaptioning(const Node& node, const Flows& flows, StageEstimate& estimate)
{
    const Flow read = flows.into(node.id, "preferences");
    if (!read.size)
        return std::nullopt;
    estimate.samples = read.size->samples;
    if (!isSet(node, "source", "policy"))
        return std::nullopt; // captions that are there take no time worth telling
    estimate.completions = read.size->media;
    addWriting(node, estimate.completions, kTextBytes, estimate);
    return read.size->media;
}

StageEstimate estimateOf(const Node& node, const Pace& pace, const Flows& flows)
{
    StageEstimate estimate;
    estimate.node = node.id;
    estimate.title = stageTitle(node);
    Units units = node.type == "rl" ? ofReinforcement(node, estimate)
        : node.type == "sft"        ? ofTuning(node, flows, estimate)
        : node.type == "cmkd"       ? ofDistillation(node, flows, estimate)
        : node.type == "evaluate"   ? ofEvaluation(node, flows, estimate)
                                    : ofCaptioning(node, flows, estimate);
    if (!units && pace.total > 0)
        units = pace.total; // of the same data, as long as nobody changes it
    if (node.type == "sft" && !estimate.steps)
        estimate.steps = units;
    if (units && pace.steps > 0)
        estimate.seconds = pace.seconds / static_cast<double>(pace.steps) * static_cast<double>(*units);
    return estimate;
}

bool takesTime(const Node& node)
{
    const curriculum::StageTraits traits = curriculum::traitsOf(node.type);
    return !node.bypassed && (traits.trains || traits.writes);
}

} // namespace

std::vector<StageEstimate> estimateRun(const Project& project, const std::vector<store::StageRow>& last,
    const std::map<std::string, DatasetSize>& sizes)
{
    const Flows flows(project, sizes);
    std::vector<StageEstimate> all;
    for (const Node& node : project.nodes)
        if (takesTime(node))
            all.push_back(estimateOf(node, paceOf(node, last), flows));
    return all;
}

} // namespace msrl::models
