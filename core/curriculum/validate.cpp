// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/validate.h"

#include "core/data/column_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace msrl::curriculum {

std::string Problem::message() const
{
    std::string line
        = nodeId.empty() ? "" : "node " + nodeId + (field.empty() ? "" : ", field " + field) + ": ";
    line += text;
    return hint.empty() ? line : line + " (" + hint + ")";
}

namespace {

// Cuts off what stands before the next separator of a place.
std::string_view nextPart(std::string_view& line)
{
    const std::size_t end = std::min(line.find_first_of(",:"), line.size());
    const std::string_view part = line.substr(0, end);
    line.remove_prefix(end);
    return part;
}

} // namespace

std::optional<Problem> problemFromMessage(std::string_view line)
{
    constexpr std::string_view kNode = "node ";
    constexpr std::string_view kField = ", field ";
    const std::size_t begin = line.starts_with(kNode) ? 0 : line.find(": node ") + 2;
    if (begin == 1) // npos + 2
        return std::nullopt;
    line.remove_prefix(begin + kNode.size());
    Problem out;
    out.nodeId = nextPart(line);
    if (line.starts_with(kField)) {
        line.remove_prefix(kField.size());
        out.field = nextPart(line);
    }
    out.text = line.substr(std::min<std::size_t>(line.size(), 2)); // ": " or ", "
    return out;
}

namespace {

class Checker
{
public:
    Checker(const Project& project, const std::filesystem::path& folder)
        : m_project(project)
        , m_folder(folder)
    {
    }

    std::vector<Problem> run()
    {
        for (const Node& node : m_project.nodes)
            checkNode(node);
        checkEdges();
        if (m_project.nodes.empty())
            add(Severity::Error, {}, {}, "the project has no stages",
                "add a Model and a Dataset from the library");
        return std::move(m_problems);
    }

private:
    void add(Severity severity, std::string node, std::string field, std::string text, std::string hint = {})
    {
        m_problems.push_back(
            { severity, std::move(node), std::move(field), std::move(text), std::move(hint) });
    }

    static std::string nearestField(const NodeTypeSpec& spec, const std::string& key)
    {
        std::vector<std::string> names;
        for (const FieldSpec& field : spec.fields)
            names.emplace_back(field.name);
        return data::nearestName(key, names);
    }

    void checkNode(const Node& node)
    {
        const NodeTypeSpec* spec = findNodeType(node.type);
        if (!spec) {
            add(Severity::Error, node.id, {}, fmt::format("'{}' is not a known stage type", node.type),
                "msrl-engine describe lists them");
            return;
        }
        for (const auto& [key, value] : node.params.items()) {
            if (!spec->field(key))
                add(Severity::Error, node.id, key, "is not a known field", nearestField(*spec, key));
        }
        for (const FieldSpec& field : spec->fields)
            checkField(node, field);
        for (const PortSpec& port : spec->inputs)
            checkInput(node, port);
        if (spec->check) {
            for (Problem& problem : spec->check(m_project, node))
                m_problems.push_back(std::move(problem));
        }
    }

    void checkField(const Node& node, const FieldSpec& field)
    {
        if (!fieldApplies(node, field))
            return;
        const base::Json value = fieldValue(node, field.name);
        if (const auto wrong = checkFieldValue(field, value)) {
            add(Severity::Error, node.id, field.name, *wrong);
        } else if (field.type == FieldType::Path && field.content != FieldContent::None && !m_folder.empty()
            && !node.bypassed) {
            checkPath(node, field, value.get<std::string>());
        }
    }

    void checkPath(const Node& node, const FieldSpec& field, const std::string& value)
    {
        const std::filesystem::path path = m_folder / value;
        std::error_code ec;
        if (!std::filesystem::exists(path, ec))
            add(Severity::Error, node.id, field.name, fmt::format("{} does not exist", path.string()),
                "choose another path, relative to the project file");
    }

    void checkInput(const Node& node, const PortSpec& port)
    {
        if (port.required && !node.bypassed && !isConnected(m_project, node, port.name))
            add(Severity::Error, node.id, port.name, fmt::format("input {} is not connected", port.label),
                "draw an edge to it");
    }

    // Edges are added one by one to an empty graph, so that the first edge of a circle or a double is named.
    void checkEdges()
    {
        Project grown;
        grown.nodes = m_project.nodes;
        for (const Edge& edge : m_project.edges) {
            if (const auto refused = refuseEdge(grown, edge))
                add(Severity::Error, edge.toNode, edge.toPort,
                    fmt::format("edge {}.{} to {}.{}: {}", edge.fromNode, edge.fromPort, edge.toNode,
                        edge.toPort, *refused));
            else
                grown.edges.push_back(edge);
        }
    }

    const Project& m_project;
    const std::filesystem::path m_folder;
    std::vector<Problem> m_problems;
};

} // namespace

std::vector<Problem> validate(const Project& project, const std::filesystem::path& projectFolder)
{
    return Checker(project, projectFolder).run();
}

base::Status firstError(const std::vector<Problem>& problems, const std::string& place)
{
    for (const Problem& problem : problems) {
        if (problem.severity == Severity::Error) {
            Problem bare = problem;
            bare.hint.clear();
            return base::within(base::badInput(bare.message(), {}, problem.hint), place);
        }
    }
    return {};
}

} // namespace msrl::curriculum
