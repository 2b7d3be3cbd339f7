// SPDX-License-Identifier: GPL-3.0-or-later
// The room that a run of this machine has left for its files.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

namespace msrl::services {

struct DiskRoom
{
    QString folder; // the run's or that of its results, whichever has less room
    qint64 freeBytes = -1; // -1: unknown
    qint64 checkpointBytes = 0; // of the newest training state on the disk; 0: there is none

    bool operator==(const DiskRoom&) const = default;
};

// Bytes that this user may still write where the folder lies; -1: it does not exist, or the system does not
// say. Asks for the folder itself: in a container or a changed root no mounted volume may be known by name.
qint64 freeBytesOf(const QString& folder);

// Looks once.
DiskRoom diskRoomOf(const QString& runFolder);

// GUI thread. Looks now and then while it follows a run.
class DiskWatch : public QObject
{
    Q_OBJECT

public:
    explicit DiskWatch(QObject* parent = nullptr, int lookMs = 10'000);

    void follow(const QString& runFolder); // at once; empty: nothing, which is told as unknown room

Q_SIGNALS:
    void changed(const msrl::services::DiskRoom& room);

private:
    void look();

    QString m_folder;
    DiskRoom m_room;
    QTimer m_timer;
};

} // namespace msrl::services
