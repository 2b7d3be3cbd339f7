// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs exist: those in the runs folder and those that were opened from elsewhere.
#pragma once

#include "core/store/run_folder.h"
#include "core/store/run_state.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace msrl::services {

struct KnownRun
{
    QString path; // absolute, canonical
    store::RunInfo info;
    store::RunState state;
    bool inRunsFolder = false;
};

// GUI thread. scan() looks at the runs folder one level deep plus the remembered paths; a changed folder is
// noticed.
class RunRegistry : public QObject
{
    Q_OBJECT

public:
    // `stateFile` remembers runs outside of the runs folder (JSON); it is created when needed.
    RunRegistry(QString runsFolder, QString stateFile, QObject* parent = nullptr);
    ~RunRegistry() override;

    QString runsFolder() const;
    void setRunsFolder(const QString& folder);
    // Newest first, by time of creation.
    const std::vector<KnownRun>& runs() const;
    const KnownRun* find(const QString& path) const;
    // A folder that does not exist yet in `runsFolder`, empty: in the runs folder: "NAME-001", "NAME-002", …
    // None of `taken`, which are yet to be made.
    QString freshRunFolder(
        const QString& name, const QString& runsFolder = {}, const QStringList& taken = {}) const;
    // Why a folder cannot be added, or an empty text.
    QString add(const QString& runFolder);
    void forget(const QString& runFolder); // the files stay

public Q_SLOTS:
    void scan();

Q_SIGNALS:
    void runsChanged();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
