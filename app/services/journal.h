// SPDX-License-Identifier: GPL-3.0-or-later
// Unsaved work, kept beside the user's files and never over them.
#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QTimer>

#include <optional>
#include <vector>

namespace msrl::services {

struct JournalEntry
{
    QString journalFile;
    QString projectPath; // empty: a project that was never saved
    QByteArray content; // the project as it was
    QDateTime time;
    qint64 pid = 0; // of the studio that wrote it
};

// One journal per open project. record() writes a snapshot after a second of quiet. An entry goes away only
// when its own studio says that nothing is unsaved (clear()), or when a person discards it; loading never
// removes it. GUI thread.
class Journal : public QObject
{
    Q_OBJECT

public:
    // `folder`: where journals lie, Settings::stateFolder() + "/journal".
    Journal(QString folder, QObject* parent = nullptr);
    ~Journal() override; // writes what is waiting

    // The project that is being edited; empty for a new one. Starts another entry, the earlier one stays as
    // it is.
    void setProject(const QString& projectPath);
    void record(const QByteArray& content); // after every change
    base::Status flush(); // at once
    base::Status clear(); // saved, or the person chose not to save
    QString file() const { return m_file; }

    // What studios left behind that are no longer alive, newest first.
    std::vector<JournalEntry> leftovers() const;
    static base::Status discard(const JournalEntry& entry);

    void setDelayMs(int ms);

Q_SIGNALS:
    void failed(const QString& sentence);

private:
    QString m_folder;
    QString m_project;
    QString m_file;
    std::optional<QByteArray> m_waiting;
    QTimer m_timer;
};

} // namespace msrl::services
