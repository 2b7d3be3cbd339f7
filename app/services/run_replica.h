// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of one run of another machine as it is kept here: takes what `msrl-engine mirror` tells of it.
#pragma once

#include "app/services/remote_target.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/store/run_folder.h"
#include "core/store/run_mirror.h"

#include <QString>

#include <optional>

namespace msrl::services {

// GUI thread; the only writer of its folder, which is made when needed.
class RunReplica
{
public:
    // `host`: that the run is on, for its sign of life. `socket`: here, that leads to the engine's.
    RunReplica(QString folder, QString host, QString socket);

    // What is here already, as `msrl-engine mirror --after` takes it.
    base::Result<base::Json> cursor();
    // One line. After an error the rows are as they were at the last commit.
    base::Status take(const base::Json& line);
    // Forgets the rows that came since the last commit: the connection ended there.
    void rollBack();
    // Of the engine, there; empty while none can be asked.
    const QString& farSocket() const { return m_farSocket; }

private:
    base::Status openRows();
    base::Status takeInfo(const base::Json& line);
    base::Status takeLog(const base::Json& line) const;
    base::Status takeFile(const base::Json& line) const;

    QString m_folder;
    QString m_host;
    QString m_socket;
    QString m_farSocket;
    bool m_isMade = false;
    std::optional<store::MirrorReplica> m_rows; // while there may be more
    store::RunInfo m_info;
    RemoteSign m_sign;
};

} // namespace msrl::services
