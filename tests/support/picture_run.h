// SPDX-License-Identifier: GPL-3.0-or-later
// What the pictures of the Design page are made of: a folder of their own, and a run in whatever state.
#pragma once

#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/curriculum/project.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "tests/support/pictures.h"

#include <QDir>
#include <QFileInfo>
#include <QString>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace msrl::tests {

// A folder for all that is shown, whose name is the same in every picture; gone when the pictures are made.
class PicturePlace
{
public:
    PicturePlace()
    {
        if (QFileInfo::exists(m_path))
            failPictures(QStringLiteral("%1 is in the way: remove it").arg(m_path));
        QDir().mkpath(file("runs"));
        QDir().mkpath(file("bin"));
    }
    ~PicturePlace() { QDir(m_path).removeRecursively(); }
    PicturePlace(const PicturePlace&) = delete;
    PicturePlace& operator=(const PicturePlace&) = delete;

    QString file(const char* name) const { return m_path + QLatin1Char('/') + QLatin1String(name); }

private:
    QString m_path = QDir::tempPath() + QStringLiteral("/msrl-pictures");
};

using StageStates = std::vector<std::pair<std::string, store::StageState>>;

// One stage in every state, as a run would have left them.
inline StageStates everyState()
{
    using store::StageState;
    return { { "base", StageState::Done }, { "text_sft", StageState::Reused },
        { "text_rl", StageState::Done }, { "sft", StageState::Done }, { "rl_text", StageState::Done },
        { "captioned", StageState::Done }, { "captions", StageState::Failed },
        { "rl_caption", StageState::Running }, { "cmkd", StageState::Queued },
        { "gate", StageState::AwaitingAudit }, { "distil", StageState::Stopped } };
}

// How far a stage's progress counts, and how long one of these units takes on a small machine.
struct StageWork
{
    std::int64_t units = 1;
    double secondsPerUnit = 1;
};

inline StageWork workOf(const curriculum::Node& node)
{
    if (node.type == "rl")
        return { curriculum::fieldValue(node, "steps").get<std::int64_t>(), 1.9 };
    if (node.type == "sft")
        return { 96, 0.4 };
    if (node.type == "cmkd")
        return { 64, 0.5 };
    return {}; // reads what is there
}

inline store::StageRow stageRow(const curriculum::Node& node, store::StageState state, int position)
{
    using store::StageState;
    const StageWork work = workOf(node);
    store::StageRow row;
    row.stage = row.nodeId = node.id;
    row.nodeType = node.type;
    row.title = curriculum::displayTitle(node);
    row.hash = "5e1f0c3a9d2b4c77";
    row.position = position;
    row.state = state;
    row.total = work.units;
    row.step = state == StageState::Done ? work.units : std::min<std::int64_t>(work.units, 76);
    if (state == StageState::Failed)
        row.message = "captions.jsonl:12 has no caption";
    return row;
}

// One stage after the other: when each of them began, and when those ended that did. Returns the end.
inline std::int64_t giveTimes(
    std::vector<store::StageRow>& rows, const curriculum::Project& project, std::int64_t startMs)
{
    using store::StageState;
    for (store::StageRow& row : rows) {
        if (row.state == StageState::Queued || row.state == StageState::Reused)
            continue;
        const double seconds
            = workOf(*project.node(row.nodeId)).secondsPerUnit * static_cast<double>(row.step);
        row.startedMs = startMs;
        startMs += static_cast<std::int64_t>(1000 * seconds);
        if (row.state != StageState::Running && row.state != StageState::AwaitingAudit)
            row.endedMs = startMs;
    }
    return startMs;
}

inline base::Status writeRun(const QString& folder, const curriculum::Project& project,
    const StageStates& states, store::RunPhase phase)
{
    std::vector<store::StageRow> stages;
    for (const auto& [id, state] : states)
        stages.push_back(stageRow(*project.node(id), state, static_cast<int>(stages.size())));
    const store::RunFolder run(folder.toStdString());
    QDir().mkpath(folder);
    store::RunInfo info;
    info.runId = "0123456789abcdef";
    info.name = QFileInfo(folder).fileName().toStdString();
    info.engineVersion = "0.1.0";
    info.device = "cpu";
    info.process = base::currentProcess();
    info.phase = phase;
    info.createdMs = info.startedMs = base::nowMs() - giveTimes(stages, project, 0);
    giveTimes(stages, project, info.startedMs);
    if (base::Status written = run.writeInfo(info); !written)
        return written;
    if (base::Status saved = curriculum::saveProject(project, run.projectFile()); !saved)
        return saved;
    base::Result<store::RunStore> rows = store::RunStore::open(run.runDatabase());
    if (!rows)
        return rows.error();
    for (const store::StageRow& row : stages)
        if (base::Status put = rows->putStage(row); !put)
            return put;
    return rows->flush();
}

} // namespace msrl::tests
