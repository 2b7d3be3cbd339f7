// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/project.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace msrl::curriculum {

const Node* Project::node(std::string_view id) const
{
    const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.id == id; });
    return it == nodes.end() ? nullptr : &*it;
}

Node* Project::node(std::string_view id)
{
    return const_cast<Node*>(std::as_const(*this).node(id));
}

const Frame* Project::frame(std::string_view id) const
{
    const auto it = std::find_if(frames.begin(), frames.end(), [&](const Frame& f) { return f.id == id; });
    return it == frames.end() ? nullptr : &*it;
}

Frame* Project::frame(std::string_view id)
{
    return const_cast<Frame*>(std::as_const(*this).frame(id));
}

bool Edge::joinsAs(const Edge& other) const
{
    return fromNode == other.fromNode && fromPort == other.fromPort && toNode == other.toNode
        && toPort == other.toPort;
}

const std::vector<std::string>& frameColours()
{
    static const std::vector<std::string> all = { "grey", "blue", "orange", "green", "pink", "amber", "sky" };
    return all;
}

std::string nodeNames(const Project& project)
{
    std::vector<std::string_view> ids;
    for (const Node& node : project.nodes)
        ids.push_back(node.id);
    return fmt::format("{}", fmt::join(ids, ", "));
}

std::string displayTitle(const Node& node)
{
    if (!node.title.empty())
        return node.title;
    const NodeTypeSpec* spec = findNodeType(node.type);
    return spec ? spec->title : node.type;
}

base::Json fieldValue(const Node& node, std::string_view field)
{
    const auto it = node.params.find(std::string(field));
    if (it != node.params.end())
        return *it;
    const NodeTypeSpec* spec = findNodeType(node.type);
    const FieldSpec* known = spec ? spec->field(field) : nullptr;
    return known ? known->defaultValue : base::Json();
}

base::Json resolvedParams(const Node& node)
{
    base::Json params = base::Json::object();
    if (const NodeTypeSpec* spec = findNodeType(node.type)) {
        for (const FieldSpec& field : spec->fields)
            params[field.name] = fieldValue(node, field.name);
    }
    return params;
}

bool fieldApplies(const Node& node, const FieldSpec& field)
{
    return std::all_of(
        field.appliesWhen.begin(), field.appliesWhen.end(), [&](const FieldCondition& condition) {
            const base::Json value = fieldValue(node, condition.field);
            return std::find(condition.values.begin(), condition.values.end(), value)
                != condition.values.end();
        });
}

std::optional<PortType> outputType(const Node& node, std::string_view port)
{
    const NodeTypeSpec* spec = findNodeType(node.type);
    const PortSpec* output = spec ? spec->output(port) : nullptr;
    if (!output)
        return std::nullopt;
    if (output->typeField.empty())
        return output->types.front();
    const base::Json chosen = fieldValue(node, output->typeField);
    for (const PortType type : output->types) {
        if (chosen == portTypeName(type))
            return type;
    }
    return std::nullopt;
}

bool isConnected(const Project& project, const Node& node, std::string_view port)
{
    return std::any_of(project.edges.begin(), project.edges.end(),
        [&](const Edge& edge) { return edge.toNode == node.id && edge.toPort == port; });
}

namespace {

bool reaches(const Project& project, const std::string& from, const std::string& target, const Edge* without)
{
    std::vector<std::string> open = { from };
    std::set<std::string> seen;
    while (!open.empty()) {
        const std::string id = open.back();
        open.pop_back();
        if (id == target)
            return true;
        if (!seen.insert(id).second)
            continue;
        for (const Edge& edge : project.edges) {
            if (edge.fromNode == id && !(without && edge.joinsAs(*without)))
                open.push_back(edge.toNode);
        }
    }
    return false;
}

std::string typeNames(const std::vector<PortType>& types)
{
    std::vector<std::string> names;
    for (const PortType type : types)
        names.emplace_back(portTypeName(type));
    return fmt::format("{}", fmt::join(names, " or "));
}

} // namespace

std::optional<std::string> refuseEdge(const Project& project, const Edge& edge, const Edge* replaced)
{
    const Node* from = project.node(edge.fromNode);
    const Node* to = project.node(edge.toNode);
    if (!from || !to)
        return fmt::format("there is no node '{}'", from ? edge.toNode : edge.fromNode);
    const NodeTypeSpec* fromSpec = findNodeType(from->type);
    const NodeTypeSpec* toSpec = findNodeType(to->type);
    if (!fromSpec || !fromSpec->output(edge.fromPort))
        return fmt::format("{} has no output '{}'", displayTitle(*from), edge.fromPort);
    const PortSpec* input = toSpec ? toSpec->input(edge.toPort) : nullptr;
    if (!input)
        return fmt::format("{} has no input '{}'", displayTitle(*to), edge.toPort);
    const std::optional<PortType> type = outputType(*from, edge.fromPort);
    if (!type)
        return fmt::format("{} has not chosen what it emits", displayTitle(*from));
    if (std::find(input->types.begin(), input->types.end(), *type) == input->types.end())
        return fmt::format("{} of {} takes {}, not {}", input->label, displayTitle(*to),
            typeNames(input->types), portTypeName(*type));
    for (const Edge& other : project.edges) {
        if (replaced && other.joinsAs(*replaced))
            continue;
        if (other.joinsAs(edge))
            return "they are already connected";
        if (!input->many && other.toNode == edge.toNode && other.toPort == edge.toPort)
            return fmt::format(
                "{} of {} is already connected; remove that edge first", input->label, displayTitle(*to));
    }
    if (reaches(project, edge.toNode, edge.fromNode, replaced))
        return fmt::format(
            "this would make a circle: {} already depends on {}", displayTitle(*from), displayTitle(*to));
    return std::nullopt;
}

} // namespace msrl::curriculum
