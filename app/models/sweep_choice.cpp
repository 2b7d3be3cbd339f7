// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/sweep_choice.h"

#include "app/models/strings.h"
#include "core/groups/configurations.h"

#include <algorithm>

namespace msrl::models {

namespace {

constexpr std::uint64_t kSeeds = 3;
const QString kRatios = QStringLiteral("0, 10, 5, 2, 1");

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

std::string ratioSetting(const SweepChoice& choice)
{
    return QStringLiteral("%1.replay_ratio=%2").arg(choice.node, withoutSpaces(choice.ratios)).toStdString();
}

QString keptText(const base::Json& json, const char* name, const QString& otherwise)
{
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() && found->is_string() ? toQt(found->get<std::string>()) : otherwise;
}

} // namespace

std::vector<const curriculum::Node*> replayStages(const curriculum::Project& project)
{
    std::vector<const curriculum::Node*> stages;
    for (const curriculum::Node& node : project.nodes) {
        if (hasReplay(project, node))
            stages.push_back(&node);
    }
    return stages;
}

SweepChoice defaultSweep(SweepKind kind, const curriculum::Project& project)
{
    SweepChoice choice;
    choice.kind = kind;
    QStringList seeds;
    for (std::uint64_t i = 0; i < kSeeds; ++i)
        seeds << QString::number(project.seed + i);
    choice.seeds = seeds.join(QStringLiteral(", "));
    if (kind == SweepKind::Ablations)
        return choice;
    choice.ratios = kRatios;
    if (const auto stages = replayStages(project); !stages.empty())
        choice.node = toQt(stages.front()->id);
    return choice;
}

QStringList sweepOptions(const SweepChoice& choice)
{
    QStringList options { QStringLiteral("--seeds"), withoutSpaces(choice.seeds) };
    if (choice.kind == SweepKind::Ablations) {
        options << QStringLiteral("--ablations") << QLatin1String(groups::kPaperWord);
    } else {
        options << QStringLiteral("--set") << toQt(ratioSetting(choice));
        if (choice.until)
            options << QStringLiteral("--until") << choice.node;
    }
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
        return base::badInput("no RL stage of this project has samples to replay");
    else
        request.set = { ratioSetting(choice) };
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
    base::Json json = { { "seeds", choice.seeds.toStdString() } };
    if (choice.kind == SweepKind::ReplayRatios) {
        json["ratios"] = choice.ratios.toStdString();
        json["until"] = choice.until;
    }
    return json;
}

SweepChoice sweepFromJson(SweepKind kind, const base::Json& json, const curriculum::Project& project)
{
    SweepChoice choice = defaultSweep(kind, project);
    choice.seeds = keptText(json, "seeds", choice.seeds);
    choice.ratios = keptText(json, "ratios", choice.ratios);
    if (json.is_object() && json.contains("until") && json["until"].is_boolean())
        choice.until = json["until"].get<bool>();
    return choice;
}

} // namespace msrl::models
