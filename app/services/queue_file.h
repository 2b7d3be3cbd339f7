// SPDX-License-Identifier: GPL-3.0-or-later
// The queue's file and the copies of its projects. Used by this folder only.
#pragma once

#include "app/services/run_queue.h"

#include <functional>

namespace msrl::services {

class QueueFile
{
public:
    explicit QueueFile(QString folder);

    QString folder() const { return m_folder; }
    QString copyOf(const QueuedRun& run) const; // of its project
    // A missing file is an empty queue.
    base::Result<std::vector<QueuedRun>> load() const;
    // Reads, changes and writes it while no other studio does; the queue as it is then.
    base::Result<std::vector<QueuedRun>> change(
        const std::function<void(std::vector<QueuedRun>&)>& how) const;
    base::Status keepCopy(const QueuedRun& run) const;
    void dropCopy(const QueuedRun& run) const;

private:
    base::Status save(const std::vector<QueuedRun>& runs) const;

    QString m_folder;
};

} // namespace msrl::services
