// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/validate.h"

#include "core/data/readers.h"
#include "core/data/replay_ratio.h"

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
                add(Severity::Error, node.id, key, "is not a known field", "check the spelling");
        }
        for (const FieldSpec& field : spec->fields)
            checkField(node, field);
        for (const PortSpec& port : spec->inputs)
            checkInput(node, port);
        checkSpecial(node);
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
        const bool connected = std::any_of(m_project.edges.begin(), m_project.edges.end(),
            [&](const Edge& edge) { return edge.toNode == node.id && edge.toPort == port.name; });
        if (port.required && !connected && !node.bypassed)
            add(Severity::Error, node.id, port.name, fmt::format("input {} is not connected", port.label),
                "draw an edge to it");
    }

    // The map of columns, which the field table knows as a text.
    void checkColumns(const Node& node)
    {
        const base::Json text = fieldValue(node, "columns");
        if (!text.is_string())
            return; // told as a wrong type
        const auto columns = data::ColumnMap::parseText(text.get<std::string>(), {});
        if (!columns)
            return add(Severity::Error, node.id, "columns", columns.error().what, columns.error().hint);
        const base::Json format = fieldValue(node, "format");
        if (!columns->empty() && format != "auto" && format != data::kJsonlFormat.name)
            add(Severity::Error, node.id, "columns", "the format reads its own columns",
                "leave one of the two fields as it was");
    }

    void checkSpecial(const Node& node)
    {
        if (node.type == "dataset")
            checkColumns(node);
        const bool hasPolicy = std::any_of(m_project.edges.begin(), m_project.edges.end(),
            [&](const Edge& edge) { return edge.toNode == node.id && edge.toPort == "policy"; });
        if (node.type == "captioner" && fieldValue(node, "source") == "policy" && !hasPolicy
            && !node.bypassed)
            add(Severity::Error, node.id, "policy",
                "the captions' source is the policy, but none is connected",
                "connect one, or take the captions from the data's column");
        if (node.type == "rl") {
            checkReplay(node);
            checkClips(node);
        }
    }

    void checkReplay(const Node& node)
    {
        const base::Json schedule = fieldValue(node, "replay_schedule");
        if (schedule.is_string() && schedule != "") {
            if (const auto ratio = data::ReplayRatio::parse(schedule.get<std::string>()); !ratio)
                add(Severity::Error, node.id, "replay_schedule", ratio.error().what, ratio.error().hint);
        } else if (fieldValue(node, "replay_ratio").is_number()) {
            const bool hasReplay = std::any_of(m_project.edges.begin(), m_project.edges.end(),
                [&](const Edge& edge) { return edge.toNode == node.id && edge.toPort == "replay"; });
            if (hasReplay && fieldValue(node, "replay_ratio").get<double>() == 0.0)
                add(Severity::Warning, node.id, "replay_ratio",
                    "old samples are connected, but none is replayed");
        }
    }

    // Wrong types are told elsewhere.
    static double numberOr(const Node& node, const char* field, double otherwise)
    {
        const base::Json value = fieldValue(node, field);
        return value.is_number() ? value.get<double>() : otherwise;
    }

    // Bounds that depend on another field or leave a gap next to "off".
    void checkClips(const Node& node)
    {
        const double delta = numberOr(node, "delta", 0);
        const double clip = 1 + numberOr(node, "clip_high", 0);
        if (delta > 0 && delta <= clip)
            add(Severity::Error, node.id, "delta",
                fmt::format("{} is not above 1 + clip above, {}", delta, clip),
                "it bounds the ratio beyond the clip; 0 switches it off");
        const double dual = numberOr(node, "dual_clip", 0);
        if (dual > 0 && dual <= 1)
            add(Severity::Error, node.id, "dual_clip", fmt::format("{} is not above 1", dual),
                "choose more than 1, or 0 to switch it off");
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
