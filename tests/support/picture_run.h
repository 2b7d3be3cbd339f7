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

inline base::Status writeRun(const QString& folder, const curriculum::Project& project,
    const StageStates& states, store::RunPhase phase)
{
    using store::StageState;
    const store::RunFolder run(folder.toStdString());
    QDir().mkpath(folder);
    store::RunInfo info;
    info.runId = "0123456789abcdef";
    info.name = QFileInfo(folder).fileName().toStdString();
    info.engineVersion = "0.1.0";
    info.device = "cpu";
    info.process = base::currentProcess();
    info.phase = phase;
    info.createdMs = info.startedMs = base::nowMs();
    if (base::Status written = run.writeInfo(info); !written)
        return written;
    if (base::Status saved = curriculum::saveProject(project, run.projectFile()); !saved)
        return saved;
    base::Result<store::RunStore> rows = store::RunStore::open(run.runDatabase());
    if (!rows)
        return rows.error();
    int position = 0;
    for (const auto& [id, state] : states) {
        const curriculum::Node& node = *project.node(id);
        store::StageRow row;
        row.stage = row.nodeId = id;
        row.nodeType = node.type;
        row.title = curriculum::displayTitle(node);
        row.hash = "5e1f0c3a9d2b4c77";
        row.position = position++;
        row.state = state;
        row.total = 183;
        row.step = state == StageState::Done ? row.total : 76;
        row.startedMs = 1'790'000'000'000;
        row.endedMs = row.startedMs + 1'900'000;
        if (state == StageState::Failed)
            row.message = "captions.jsonl:12 has no caption";
        if (base::Status put = rows->putStage(row); !put)
            return put;
    }
    return rows->flush();
}

} // namespace msrl::tests
