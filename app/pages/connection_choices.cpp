// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/connection_choices.h"

#include "app/models/table_text.h"

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

std::vector<const curriculum::Node*> nearestFirst(
    const curriculum::Project& project, const curriculum::Node& from)
{
    std::vector<const curriculum::Node*> others;
    for (const curriculum::Node& node : project.nodes)
        if (node.id != from.id)
            others.push_back(&node);
    const auto distance = [&](const curriculum::Node* n) { return std::hypot(n->x - from.x, n->y - from.y); };
    std::stable_sort(others.begin(), others.end(),
        [&](const auto* a, const auto* b) { return distance(a) < distance(b); });
    return others;
}

void addEdges(std::vector<ConnectionChoice>& choices, const curriculum::Project& project,
    const curriculum::Node& source, const curriculum::Node& target, bool fromSource)
{
    const auto* out = curriculum::findNodeType(source.type);
    const auto* in = curriculum::findNodeType(target.type);
    if (!out || !in)
        return;
    for (const curriculum::PortSpec& from : out->outputs)
        for (const curriculum::PortSpec& to : in->inputs) {
            const curriculum::Edge edge { source.id, from.name, target.id, to.name };
            if (curriculum::refuseEdge(project, edge))
                continue;
            const auto line = [](const std::string& own, const char* arrow, const curriculum::Node& other,
                                  const std::string& port) {
                return QStringLiteral("%1 %2 %3: %4")
                    .arg(models::tableText(own), QString::fromUtf8(arrow), stageLine(other),
                        models::tableText(port));
            };
            choices.push_back({ edge,
                fromSource ? line(from.label, "→", target, to.label)
                           : line(to.label, "←", source, from.label) });
        }
}

} // namespace

QString stageLine(const curriculum::Node& node)
{
    return QStringLiteral("%1 [%2]").arg(models::stageTitle(node), QString::fromStdString(node.id));
}

std::vector<ConnectionChoice> connectionChoices(const curriculum::Project& project, const std::string& node)
{
    std::vector<ConnectionChoice> choices;
    const curriculum::Node* own = project.node(node);
    if (!own)
        return choices;
    const auto others = nearestFirst(project, *own);
    for (const curriculum::Node* other : others)
        addEdges(choices, project, *own, *other, true);
    for (const curriculum::Node* other : others)
        addEdges(choices, project, *other, *own, false);
    return choices;
}

} // namespace msrl::pages
