// SPDX-License-Identifier: GPL-3.0-or-later
// How a run or a study is to be computed, here or on another machine, as a person fills it in before a
// launch: what of it cannot be used, the engine's options that it stands for, and what of it is kept for the
// next launch.
#pragma once

#include "core/curriculum/project.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

namespace msrl::models {

// Numbers as typed, so that what is no number can be refused where it stands.
struct LaunchOptions
{
    QString device = QStringLiteral("cpu"); // cpu, cuda or cuda:N
    QString threads = QStringLiteral("0"); // of each rank; 0: as many as the engine finds right
    QString ranks = QStringLiteral("1");
    QString launcher = QStringLiteral("mpirun"); // or srun; counts with several ranks, as the hosts do
    QString hosts; // with commas between; empty: this machine, or those of the allocation
    QString runsFolder; // that the run's folder is made in; empty: the settings'
    QString runName; // of the run's folder; empty: a new one by the project's name
    QString until; // id of the last node; empty: all

    bool operator==(const LaunchOptions&) const = default;
};

// What is launched: a run here, a run on a machine that ssh reaches, or a study, here or there, whose runs
// take one rank each.
enum class LaunchKind { Run, RemoteRun, Study, RemoteStudy };
bool isStudy(LaunchKind kind);

// Whether an option means anything there, by the name of its field (as in LaunchOptions).
bool takesOption(LaunchKind kind, const QString& field);
// The same options with those that mean nothing there as they are by default.
LaunchOptions fitted(LaunchOptions options, LaunchKind kind);
// What is kept once `used` were launched: those of the options that mean nothing there stay as they were.
LaunchOptions updated(LaunchOptions kept, LaunchOptions used, LaunchKind kind);

// What of the machine decides whether the options can be used.
struct LaunchPlace
{
    LaunchKind kind = LaunchKind::Run;
    int processors = 1; // 0: not known, as the launchers then
    QStringList launchers; // of mpirun and srun, those in PATH
    QString runsFolder; // the settings', here: that of a replica too
    QStringList takenFolders = {}; // of runs that wait in the queue, and have none yet
};
LaunchPlace thisMachine(const QString& runsFolder, LaunchKind kind = LaunchKind::Run);
LaunchPlace anotherMachine(const QString& runsFolder, LaunchKind kind = LaunchKind::RemoteRun);

// Where the run's folder will be; empty without a name: a new one is to be found.
QString namedRunFolder(const LaunchOptions& options, const LaunchPlace& place);

// What is wrong, by the name of the field (as in LaunchOptions); empty: the options can be used. Only of
// those that mean something at the place.
QMap<QString, QString> launchFaults(
    const LaunchOptions& options, const LaunchPlace& place, const curriculum::Project& project);

// The options of `msrl-engine run`, of a study `sweep`, that say the same; what is as the engine has it
// anyway is left out. REQUIRES: fitted, no faults.
QStringList launchWords(const LaunchOptions& options);

// The nodes that a run can end with, in the project's order: id, and title for people, each once.
std::vector<std::pair<QString, QString>> lastNodes(const curriculum::Project& project);

// The member that a field's name stands for; null: there is no such field.
QString* memberOf(LaunchOptions& options, const QString& field);

// What a project's people want again: all but the name and the last node, which are of one launch.
base::Json launchToJson(const LaunchOptions& options);
// Anything unreadable counts as not kept.
LaunchOptions launchFromJson(const base::Json& json);

} // namespace msrl::models
