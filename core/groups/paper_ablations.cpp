// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the paper's table of ablations, found in a project by what its stages read.
#include "core/groups/configurations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace msrl::groups {

namespace {

using curriculum::Edge;
using curriculum::Node;
using curriculum::PortType;
using curriculum::Project;

struct PaperRow
{
    const char* key;
    const char* title;
    double figure;
};

// MSRL, table of ablations (VL-RewardBench, InternVL3.5-8B).
constexpr std::array kPaperRows {
    PaperRow { "base", "before training", 66.6 },
    PaperRow { "without-stage-1", "without stage 1", 68.8 },
    PaperRow { "without-caption-rl", "without caption RL", 74.3 },
    PaperRow { "without-cmkd", "without CMKD", 73.4 },
    PaperRow { "without-stage-3", "without stage 3", 72.6 },
    PaperRow { kFullKey, "full curriculum", 75.9 },
};

// What arrives at an input; nothing when it is not connected.
std::optional<PortType> arrivesAt(const Project& project, const Node& node, std::string_view port)
{
    for (const Edge& edge : project.edges) {
        const Node* from
            = edge.toNode == node.id && edge.toPort == port ? project.node(edge.fromNode) : nullptr;
        if (from)
            return curriculum::outputType(*from, edge.fromPort);
    }
    return std::nullopt;
}

bool isFedByDataset(const Project& project, const Node& node)
{
    return std::any_of(project.edges.begin(), project.edges.end(), [&](const Edge& edge) {
        const Node* from = project.node(edge.fromNode);
        return edge.toNode == node.id && edge.toPort == "samples" && from && from->type == "dataset";
    });
}

// Which of the paper's rows leaves this node out; nothing for nodes of no stage.
std::optional<std::string> paperKeyOf(const Project& project, const Node& node)
{
    if (node.type == "cmkd")
        return "without-cmkd";
    const std::optional<std::string> set = trainedSet(project, node);
    if (set == "text")
        return "without-stage-1";
    if (node.type != "rl" || !set)
        return std::nullopt;
    return set == "captions" ? "without-caption-rl" : "without-stage-3";
}

} // namespace

std::optional<std::string> trainedSet(const Project& project, const Node& node)
{
    if (node.type == "sft")
        return isFedByDataset(project, node) ? "text" : "pixels";
    if (node.type != "rl")
        return std::nullopt;
    switch (arrivesAt(project, node, "preferences").value_or(PortType::Report)) {
    case PortType::TextPreferences:
        return "text";
    case PortType::CaptionedPreferences:
        return "captions";
    case PortType::VisualPreferences:
        return "pixels";
    default:
        return std::nullopt;
    }
}

base::Result<std::vector<Configuration>> paperAblations(const Project& project)
{
    std::vector<Configuration> all;
    for (const PaperRow& row : kPaperRows) {
        const std::string key = row.key;
        if (key == kFullKey || key == "base")
            continue;
        Configuration configuration { key, row.title, {}, {} };
        for (const Node& node : project.nodes) {
            if (paperKeyOf(project, node) == key && !node.bypassed)
                configuration.bypass.push_back(node.id);
        }
        if (configuration.bypass.empty())
            return base::badInput(fmt::format("the project has no stage for the row '{}'", row.title),
                "--ablations paper", "name the nodes to leave out one by one");
        all.push_back(std::move(configuration));
    }
    return all;
}

std::optional<double> paperFigure(std::string_view key)
{
    for (const PaperRow& row : kPaperRows) {
        if (key == row.key)
            return row.figure;
    }
    return std::nullopt;
}

} // namespace msrl::groups
