// SPDX-License-Identifier: GPL-3.0-or-later
// What a person asks for when a study is started from the open project: the paper's ablations, or a row of
// replay ratios for one stage.
#pragma once

#include "core/groups/group_file.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace msrl::models {

enum class SweepKind { Ablations, ReplayRatios };

struct SweepChoice
{
    SweepKind kind = SweepKind::Ablations;
    QString seeds; // as typed: "1, 2, 3"
    QString node; // id of the stage whose ratio is varied; empty for ablations
    QString ratios; // new : replay as typed, "0, 10, 5"; 0 replays nothing
    bool until = true; // end after that stage: its effect is seen right after it

    bool operator==(const SweepChoice&) const = default;
};

// Three seeds from the project's on, so that there are intervals; the first stage that replays.
SweepChoice defaultSweep(SweepKind kind, const curriculum::Project& project);
// RL stages with something to replay, in the project's order.
std::vector<const curriculum::Node*> replayStages(const curriculum::Project& project);

// The options of `msrl-engine sweep`, and the group that it will make of them. BadInput where the text or the
// project do not allow it.
QStringList sweepOptions(const SweepChoice& choice);
base::Result<groups::RunGroup> sweepGroup(const SweepChoice& choice, const curriculum::Project& project);

// Why there is no such group, in the studio's words: without the command line's options.
QString sweepProblem(const base::Error& error);

// What is kept between sessions: seeds, ratios and the end; never the stage, which belongs to a project.
base::Json sweepToJson(const SweepChoice& choice);
// defaultSweep() with what was kept; anything unreadable counts as not kept.
SweepChoice sweepFromJson(SweepKind kind, const base::Json& json, const curriculum::Project& project);

} // namespace msrl::models
