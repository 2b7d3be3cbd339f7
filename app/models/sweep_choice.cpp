// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/sweep_choice.h"

#include "app/models/strings.h"
#include "core/groups/configurations.h"

#include <algorithm>

namespace msrl::models {

namespace {

constexpr std::uint64_t kSeeds = 3;
const QString kRatios = QStringLiteral("0, 10, 5, 2, 1");
const QString kReplayField = QStringLiteral("replay_ratio");
const QString kKlField = QStringLiteral("beta");
const QString kKlValues = QStringLiteral("0, 0.01, 0.04");

QString withoutSpaces(QString text)
{
    return text.remove(QLatin1Char(' '));
}

bool hasReplay(const curriculum::Project& project, const curriculum::Node& node)
{
    return node.type == "rl" && !node.bypassed
        && std::any_of(project.edges.begin(), project.edges.end(),
            [&](const curriculum::Edge& edge) { return edge.toNode == node.id && edge.toPort == "replay"; });
}

base::Result<std::vector<std::uint64_t>> seedsOf(const QString& text)
{
    std::vector<std::uint64_t> seeds;
    for (const QString& part : withoutSpaces(text).split(QLatin1Char(','))) {
        bool isNumber = false;
        seeds.push_back(part.toULongLong(&isNumber));
        if (!isNumber)
            return base::badInput("seeds are whole numbers with commas between them, such as 1, 2, 3");
    }
    return seeds;
}

std::string setting(const SweepChoice& choice)
{
    return QStringLiteral("%1.%2=%3")
        .arg(choice.node, choice.field, withoutSpaces(choice.values))
        .toStdString();
}

const char* valuesKey(SweepKind kind)
{
    return kind == SweepKind::ReplayRatios ? "ratios" : "values";
}

const curriculum::FieldSpec* fieldOf(const curriculum::Node& node, const QString& name)
{
    for (const curriculum::FieldSpec* field : sweepFields(node)) {
        if (toQt(field->name) == name)
            return field;
    }
    return nullptr;
}

void takeKl(SweepChoice& choice, const curriculum::Project& project)
{
    for (const curriculum::Node* node : sweepNodes(SweepKind::Parameter, project)) {
        if (node->type != "rl" || !fieldOf(*node, kKlField))
            continue;
        choice.node = toQt(node->id);
        choice.field = kKlField;
        choice.values = kKlValues;
        return;
    }
}

QString keptText(const base::Json& json, const char* name, const QString& otherwise)
{
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() && found->is_string() ? toQt(found->get<std::string>()) : otherwise;
}

bool keptBool(const base::Json& json, const char* name, bool otherwise)
{
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

} // namespace

std::vector<const curriculum::FieldSpec*> sweepFields(const curriculum::Node& node)
{
    using curriculum::FieldType;
    std::vector<const curriculum::FieldSpec*> fields;
    const curriculum::NodeTypeSpec* type = curriculum::findNodeType(node.type);
    if (!type)
        return fields;
    for (const curriculum::FieldSpec& field : type->fields) {
        const bool hasValues = field.type == FieldType::Integer || field.type == FieldType::Real
            || field.type == FieldType::Choice || field.type == FieldType::Boolean;
        if (hasValues && field.affectsResult && curriculum::fieldApplies(node, field))
            fields.push_back(&field);
    }
    return fields;
}

std::vector<const curriculum::Node*> sweepNodes(SweepKind kind, const curriculum::Project& project)
{
    std::vector<const curriculum::Node*> nodes;
    for (const curriculum::Node& node : project.nodes) {
        const bool fits = kind == SweepKind::ReplayRatios ? hasReplay(project, node)
                                                          : !node.bypassed && !sweepFields(node).empty();
        if (fits)
            nodes.push_back(&node);
    }
    return nodes;
}

bool canEndAfter(const curriculum::Project& project, const QString& node)
{
    const curriculum::Node* found = project.node(node.toStdString());
    return found && groups::trainedSet(project, *found);
}

SweepChoice defaultSweep(SweepKind kind, const curriculum::Project& project)
{
    SweepChoice choice;
    choice.kind = kind;
    QStringList seeds;
    for (std::uint64_t i = 0; i < kSeeds; ++i)
        seeds << QString::number(project.seed + i);
    choice.seeds = seeds.join(QStringLiteral(", "));
    if (kind == SweepKind::ReplayRatios) {
        choice.field = kReplayField;
        choice.values = kRatios;
        if (const auto stages = sweepNodes(kind, project); !stages.empty())
            choice.node = toQt(stages.front()->id);
    } else if (kind == SweepKind::Parameter) {
        takeKl(choice, project);
    }
    return choice;
}

QStringList sweepOptions(const SweepChoice& choice)
{
    QStringList options { QStringLiteral("--seeds"), withoutSpaces(choice.seeds) };
    if (choice.kind == SweepKind::Ablations) {
        options << QStringLiteral("--ablations") << QLatin1String(groups::kPaperWord);
    } else {
        options << QStringLiteral("--set") << toQt(setting(choice));
        if (choice.until)
            options << QStringLiteral("--until") << choice.node;
    }
    if (choice.earlyStop)
        options << QStringLiteral("--early-stop") << QString::number(choice.margin);
    return options << QStringLiteral("--gate") << QStringLiteral("auto");
}

base::Result<groups::RunGroup> sweepGroup(const SweepChoice& choice, const curriculum::Project& project)
{
    groups::GroupRequest request;
    base::Result<std::vector<std::uint64_t>> seeds = seedsOf(choice.seeds);
    if (!seeds)
        return seeds.error();
    request.seeds = *std::move(seeds);
    if (choice.kind == SweepKind::Ablations)
        request.ablations = { groups::kPaperWord };
    else if (choice.node.isEmpty())
        return base::badInput(choice.kind == SweepKind::ReplayRatios
                ? "no RL stage of this project has samples to replay"
                : "no parameter is chosen yet");
    else
        request.set = { setting(choice) };
    return groups::makeGroup(project, request);
}

QString sweepProblem(const base::Error& error)
{
    QString text = toQt(error.what);
    if (!error.place.empty() && !error.place.starts_with("--"))
        text.prepend(toQt(error.place) + QStringLiteral(": "));
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text + QLatin1Char('.');
}

base::Json sweepToJson(const SweepChoice& choice)
{
    base::Json json = { { "seeds", choice.seeds.toStdString() }, { "early_stop", choice.earlyStop },
        { "margin", choice.margin } };
    if (choice.kind == SweepKind::Ablations)
        return json;
    json[valuesKey(choice.kind)] = choice.values.toStdString();
    json["until"] = choice.until;
    if (choice.kind == SweepKind::Parameter) {
        json["node"] = choice.node.toStdString();
        json["field"] = choice.field.toStdString();
    }
    return json;
}

SweepChoice sweepFromJson(SweepKind kind, const base::Json& json, const curriculum::Project& project)
{
    SweepChoice choice = defaultSweep(kind, project);
    choice.seeds = keptText(json, "seeds", choice.seeds);
    if (kind == SweepKind::ReplayRatios)
        choice.values = keptText(json, valuesKey(kind), choice.values);
    if (kind == SweepKind::Parameter) {
        // Another project may not have the parameter that was varied last.
        const curriculum::Node* node = project.node(keptText(json, "node", {}).toStdString());
        const QString field = keptText(json, "field", {});
        if (node && !node->bypassed && fieldOf(*node, field)) {
            choice.node = toQt(node->id);
            choice.field = field;
            choice.values = keptText(json, valuesKey(kind), choice.values);
        }
    }
    choice.until = keptBool(json, "until", choice.until);
    choice.earlyStop = keptBool(json, "early_stop", choice.earlyStop);
    if (json.is_object() && json.contains("margin") && json["margin"].is_number())
        choice.margin = std::clamp(json["margin"].get<double>(), 0.0, 1.0);
    return choice;
}

} // namespace msrl::models
