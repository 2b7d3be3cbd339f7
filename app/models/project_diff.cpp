// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/project_diff.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"

#include <QObject>

#include <algorithm>

namespace msrl::models {

namespace {

using curriculum::Edge;
using curriculum::Node;
using curriculum::Project;

QString titleOf(const Node& node)
{
    return stageTitle(node);
}

QString valueOf(const base::Json& value, const curriculum::FieldSpec& field)
{
    const bool isChoice = field.type == curriculum::FieldType::Choice;
    QString text = value.is_string() ? (isChoice ? tableText : toQt)(value.get<std::string>())
        : value.is_number_float()    ? QString::number(value.get<double>(), 'g', 10)
        : value.is_boolean()         ? (value.get<bool>() ? QObject::tr("yes") : QObject::tr("no"))
                                     : toQt(value.dump());
    if (text.isEmpty())
        return QObject::tr("(empty)");
    return field.unit.empty() ? text : text + QLatin1Char(' ') + tableText(field.unit);
}

QString flagText(bool on)
{
    return on ? QObject::tr("yes") : QObject::tr("no");
}

void compareNodes(const Node& before, const Node& after, std::vector<ProjectChange>& out)
{
    const QString stage = titleOf(after);
    if (before.type != after.type) {
        out.push_back({ stage, QObject::tr("type"), toQt(before.type), toQt(after.type) });
        return;
    }
    if (before.bypassed != after.bypassed)
        out.push_back(
            { stage, QObject::tr("bypassed"), flagText(before.bypassed), flagText(after.bypassed) });
    if (before.frozen != after.frozen)
        out.push_back({ stage, QObject::tr("frozen"), flagText(before.frozen), flagText(after.frozen) });
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(after.type);
    if (!spec)
        return;
    for (const curriculum::FieldSpec& field : spec->fields) {
        const base::Json was = curriculum::fieldValue(before, field.name);
        const base::Json is = curriculum::fieldValue(after, field.name);
        if (was != is)
            out.push_back({ stage, tableText(field.label), valueOf(was, field), valueOf(is, field) });
    }
}

// "Policy from 1b Text RL"
ProjectChange edgeChange(const Project& project, const Edge& edge, bool added)
{
    const Node* from = project.node(edge.fromNode);
    const Node* to = project.node(edge.toNode);
    QString port = toQt(edge.toPort);
    if (const curriculum::NodeTypeSpec* spec = to ? curriculum::findNodeType(to->type) : nullptr)
        for (const curriculum::PortSpec& known : spec->inputs)
            if (known.name == edge.toPort)
                port = tableText(known.label);
    const QString source = from ? titleOf(*from) : toQt(edge.fromNode);
    ProjectChange change { to ? titleOf(*to) : toQt(edge.toNode), QObject::tr("edge into %1").arg(port), {},
        {} };
    (added ? change.after : change.before) = source;
    return change;
}

bool contains(const std::vector<Edge>& all, const Edge& edge)
{
    return std::any_of(all.begin(), all.end(), [&](const Edge& one) { return one.joinsAs(edge); });
}

} // namespace

std::vector<ProjectChange> projectChanges(const Project& before, const Project& after)
{
    std::vector<ProjectChange> changes;
    if (before.seed != after.seed)
        changes.push_back({ QObject::tr("Project"), QObject::tr("seed"), QString::number(before.seed),
            QString::number(after.seed) });
    for (const Node& node : after.nodes) {
        if (const Node* old = before.node(node.id))
            compareNodes(*old, node, changes);
        else
            changes.push_back({ titleOf(node), QObject::tr("stage"), {}, QObject::tr("added") });
        for (const Edge& edge : after.edges)
            if (edge.toNode == node.id && !contains(before.edges, edge))
                changes.push_back(edgeChange(after, edge, true));
        for (const Edge& edge : before.edges)
            if (edge.toNode == node.id && !contains(after.edges, edge))
                changes.push_back(edgeChange(before, edge, false));
    }
    for (const Node& node : before.nodes)
        if (!after.node(node.id))
            changes.push_back(
                { titleOf(node), QObject::tr("stage"), QObject::tr("was there"), QObject::tr("removed") });
    return changes;
}

} // namespace msrl::models
