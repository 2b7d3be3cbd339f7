// SPDX-License-Identifier: GPL-3.0-or-later
// What a person asks for when a study is started from the open project: the paper's ablations, a row of
// replay ratios for one stage, or a row of values for any parameter.
#pragma once

#include "core/groups/early_stop.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace msrl::models {

enum class SweepKind { Ablations, ReplayRatios, Parameter };

struct SweepChoice
{
    SweepKind kind = SweepKind::Ablations;
    QString seeds; // as typed: "1, 2, 3"
    QString node; // id of the node that is varied; empty for ablations
    QString field; // its parameter
    QString values; // as typed, "0, 10, 5"; of a replay ratio 0 replays nothing
    bool until = true; // end after that stage: its effect is seen right after it
    bool earlyStop = false; // give hopeless runs up (core/groups/early_stop.h)
    double margin = groups::kEarlyStopMargin; // how far behind they have to be

    bool operator==(const SweepChoice&) const = default;
};

// Three seeds from the project's on, so that there are intervals; the first stage that replays, or the KL
// coefficient of the first RL stage.
SweepChoice defaultSweep(SweepKind kind, const curriculum::Project& project);
// Nodes that can be varied, in the project's order: RL stages with something to replay, or nodes with
// parameters that have values.
std::vector<const curriculum::Node*> sweepNodes(SweepKind kind, const curriculum::Project& project);
// Numbers, choices and switches that apply to the node and change its result.
std::vector<const curriculum::FieldSpec*> sweepFields(const curriculum::Node& node);
// A run can end right after the node: it trains a judge.
bool canEndAfter(const curriculum::Project& project, const QString& node);

// The options of `msrl-engine sweep`, and the group that it will make of them. BadInput where the text or the
// project do not allow it.
QStringList sweepOptions(const SweepChoice& choice);
base::Result<groups::RunGroup> sweepGroup(const SweepChoice& choice, const curriculum::Project& project);

// Why there is no such group, in the studio's words: without the command line's options.
QString sweepProblem(const base::Error& error);

// What is kept between sessions. A replay sweep's stage is not: it belongs to a project.
base::Json sweepToJson(const SweepChoice& choice);
// defaultSweep() with what was kept; anything unreadable counts as not kept.
SweepChoice sweepFromJson(SweepKind kind, const base::Json& json, const curriculum::Project& project);

} // namespace msrl::models
