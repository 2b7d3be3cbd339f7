// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/graph_values.h"

#include "app/models/table_text.h"
#include "app/pages/frame_panel.h"
#include "app/pages/replay_editor.h"

#include <algorithm>

namespace msrl::pages {

namespace {

QString toQt(const std::string& text)
{
    return QString::fromStdString(text);
}

bool isConnected(
    const curriculum::Project& project, const std::string& node, const std::string& port, bool output)
{
    return std::any_of(project.edges.begin(), project.edges.end(), [&](const curriculum::Edge& edge) {
        return output ? edge.fromNode == node && edge.fromPort == port
                      : edge.toNode == node && edge.toPort == port;
    });
}

widgets::GraphPort graphPort(const curriculum::Project& project, const curriculum::Node& node,
    const curriculum::PortSpec& port, bool output)
{
    widgets::GraphPort shown;
    shown.name = toQt(port.name);
    shown.label = models::tableText(port.label);
    shown.required = !output && port.required;
    shown.many = port.many;
    shown.connected = isConnected(project, node.id, port.name, output);
    shown.help = models::tableText(port.help);
    const std::optional<curriculum::PortType> type
        = output ? curriculum::outputType(node, port.name) : std::optional(port.types.front());
    if (type) {
        shown.type = static_cast<int>(*type);
        shown.typeName = models::tableText(curriculum::portTypeName(*type));
    }
    return shown;
}

QVariant toVariant(const base::Json& value)
{
    if (value.is_boolean())
        return value.get<bool>();
    if (value.is_number_integer())
        return static_cast<qlonglong>(value.get<std::int64_t>());
    if (value.is_number())
        return value.get<double>();
    return value.is_string() ? toQt(value.get<std::string>()) : QString();
}

// "Steps 80 · Learning rate 4e-4"
QString headlineOf(const curriculum::Node& node, const curriculum::NodeTypeSpec& spec)
{
    QStringList parts;
    for (const std::string& name : spec.headline) {
        const QVariant given = toVariant(curriculum::fieldValue(node, name));
        const QString value = spec.field(name)->type == curriculum::FieldType::Choice
            ? models::tableText(given.toString().toStdString())
            : widgets::valueText(given);
        if (!value.isEmpty() && value != QStringLiteral("0"))
            parts << (parts.isEmpty() && spec.field(name)->type == curriculum::FieldType::Path
                    ? value
                    : QStringLiteral("%1 %2").arg(models::tableText(spec.field(name)->label), value));
    }
    return parts.join(QStringLiteral(" · "));
}

void showStatus(widgets::GraphNode& shown, const models::NodeStatus& status)
{
    shown.state = static_cast<widgets::NodeState>(status.condition);
    shown.numProblems = status.numErrors;
    if (status.condition == models::NodeCondition::Running && status.total > 0) {
        shown.progress = static_cast<double>(status.step) / static_cast<double>(status.total);
        shown.progressText = QStringLiteral("%1 / %2").arg(status.step).arg(status.total);
    }
}

widgets::FormKind formKind(curriculum::FieldType type)
{
    switch (type) {
    case curriculum::FieldType::Integer:
        return widgets::FormKind::Integer;
    case curriculum::FieldType::Real:
        return widgets::FormKind::Real;
    case curriculum::FieldType::Boolean:
        return widgets::FormKind::Boolean;
    case curriculum::FieldType::Choice:
        return widgets::FormKind::Choice;
    case curriculum::FieldType::Text:
        return widgets::FormKind::Text;
    case curriculum::FieldType::Path:
        return widgets::FormKind::Path;
    }
    return widgets::FormKind::Text;
}

} // namespace

namespace {

// The note, where the inputs come from, the state with its reasons, and the result.
QString tipOf(
    const curriculum::Project& project, const curriculum::Node& node, const models::NodeStatus& status)
{
    QStringList lines { models::stageTitle(node) };
    if (!node.comment.empty())
        lines << toQt(node.comment);
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node.type);
    for (const curriculum::Edge& edge : project.edges) {
        const curriculum::Node* from = edge.toNode == node.id ? project.node(edge.fromNode) : nullptr;
        const curriculum::PortSpec* port = from && spec ? spec->input(edge.toPort) : nullptr;
        if (from)
            lines << QObject::tr("%1 from %2")
                         .arg(port ? models::tableText(port->label) : toQt(edge.toPort),
                             models::stageTitle(*from));
    }
    const auto state = static_cast<widgets::NodeState>(status.condition);
    lines << (status.message.empty()
            ? widgets::nodeStateWord(state)
            : QStringLiteral("%1: %2").arg(widgets::nodeStateWord(state), toQt(status.message)));
    lines << status.faults;
    if (!status.address.empty())
        lines << QObject::tr("result %1").arg(toQt(status.address.substr(0, 16)));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

QVector<widgets::GraphNode> graphNodes(const curriculum::Project& project, const NodeStatuses& statuses)
{
    QVector<widgets::GraphNode> nodes;
    for (const curriculum::Node& node : project.nodes) {
        widgets::GraphNode shown;
        shown.id = toQt(node.id);
        shown.title = models::stageTitle(node);
        shown.position = { node.x, node.y };
        shown.frozen = node.frozen;
        shown.comment = toQt(node.comment);
        if (const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node.type)) {
            shown.iconName = toQt(spec->icon);
            shown.headline = headlineOf(node, *spec);
            for (const curriculum::PortSpec& port : spec->inputs)
                shown.inputs << graphPort(project, node, port, false);
            for (const curriculum::PortSpec& port : spec->outputs)
                shown.outputs << graphPort(project, node, port, true);
        }
        const auto status = statuses.find(node.id);
        if (status != statuses.end())
            showStatus(shown, status->second);
        shown.tip = tipOf(project, node, status == statuses.end() ? models::NodeStatus {} : status->second);
        nodes << shown;
    }
    return nodes;
}

namespace {

// "5 : 1", or "9 → 5 : 1" from the first to the last point of a schedule; the band is as wide as the first
// share.
void showReplay(widgets::GraphEdge& edge, const curriculum::Node& stage)
{
    const base::Json constant = curriculum::fieldValue(stage, "replay_ratio");
    const base::Json schedule = curriculum::fieldValue(stage, "replay_schedule");
    ReplayValues values;
    values.ratio = constant.is_number() ? constant.get<double>() : 0;
    values.schedule = schedule.is_string() ? toQt(schedule.get<std::string>()) : QString();
    const data::ReplayRatio ratio = values.toRatio();
    if (!ratio.usesReplay()) {
        edge.share = 0;
        edge.label = QObject::tr("off");
        return;
    }
    const double first = ratio.points().front().ratio;
    const double last = ratio.points().back().ratio;
    edge.share = 1 / (1 + first);
    edge.label = first == last
        ? QStringLiteral("%1 : 1").arg(widgets::valueText(first))
        : QStringLiteral("%1 → %2 : 1").arg(widgets::valueText(first), widgets::valueText(last));
}

} // namespace

QVector<widgets::GraphEdge> graphEdges(const curriculum::Project& project)
{
    QVector<widgets::GraphEdge> edges;
    for (const curriculum::Edge& edge : project.edges) {
        widgets::GraphEdge shown;
        shown.id = { toQt(edge.fromNode), toQt(edge.fromPort), toQt(edge.toNode), toQt(edge.toPort) };
        const curriculum::Node* from = project.node(edge.fromNode);
        const curriculum::Node* to = project.node(edge.toNode);
        if (const auto type = from ? curriculum::outputType(*from, edge.fromPort) : std::nullopt)
            shown.type = static_cast<int>(*type);
        if (to && edge.toPort == "replay") {
            shown.isReplay = true;
            showReplay(shown, *to);
        }
        edges << shown;
    }
    return edges;
}

QVector<widgets::GraphFrame> graphFrames(const curriculum::Project& project)
{
    QVector<widgets::GraphFrame> frames;
    for (const curriculum::Frame& frame : project.frames)
        frames << widgets::GraphFrame { toQt(frame.id), toQt(frame.title), frameColourIndex(frame.colour),
            { frame.x, frame.y, frame.width, frame.height } };
    return frames;
}

curriculum::Edge toEdge(const widgets::EdgeId& id)
{
    return { id.fromNode.toStdString(), id.fromPort.toStdString(), id.toNode.toStdString(),
        id.toPort.toStdString() };
}

QVector<widgets::FormField> formFields(
    const curriculum::Node& node, const std::vector<curriculum::Problem>& problems)
{
    QVector<widgets::FormField> fields;
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node.type);
    if (!spec)
        return fields;
    for (const curriculum::FieldSpec& field : spec->fields) {
        widgets::FormField shown;
        shown.name = toQt(field.name);
        shown.label = models::tableText(field.label);
        shown.section = models::tableText(field.section);
        shown.kind = formKind(field.type);
        shown.value = toVariant(curriculum::fieldValue(node, field.name));
        shown.defaultValue = toVariant(field.defaultValue);
        shown.minimum = field.minimum;
        shown.maximum = field.maximum;
        for (const std::string& choice : field.choices) {
            shown.choices << toQt(choice);
            shown.choiceLabels << models::tableText(choice);
        }
        shown.unit = models::tableText(field.unit);
        shown.help = models::tableText(field.help);
        if (shown.kind == widgets::FormKind::Text && shown.defaultValue.toString().isEmpty())
            shown.placeholder = QObject::tr("none");
        shown.applies = curriculum::fieldApplies(node, field);
        shown.live = field.live;
        shown.isFolder = field.content == curriculum::FieldContent::ModelFolder
            || field.content == curriculum::FieldContent::None;
        for (const curriculum::Problem& problem : problems) {
            if (problem.nodeId == node.id && problem.field == field.name)
                shown.fault = toQt(problem.text);
        }
        fields << shown;
    }
    return fields;
}

base::Json toJson(const QVariant& value)
{
    switch (value.typeId()) {
    case QMetaType::Bool:
        return value.toBool();
    case QMetaType::Int:
    case QMetaType::LongLong:
        return static_cast<std::int64_t>(value.toLongLong());
    case QMetaType::Double:
        return value.toDouble();
    default:
        return value.toString().toStdString();
    }
}

} // namespace msrl::pages
