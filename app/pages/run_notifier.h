// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the desktop when the selected run has ended, failed, or waits for an auditor.
#pragma once

#include "core/store/run_state.h"

#include <QObject>
#include <QPointer>

class QSystemTrayIcon;

namespace msrl::services {
class RunSession;
}

namespace msrl::pages {

// Only a change that was seen to happen is told: a run that had ended before it was selected is not.
class RunNotifier : public QObject
{
    Q_OBJECT

public:
    explicit RunNotifier(QObject* parent = nullptr);

    void setEnabled(bool enabled);
    bool isEnabled() const { return m_enabled; }
    void setSession(services::RunSession* session); // null: none

Q_SIGNALS:
    // What the desktop is told, also where there is none to tell.
    void notified(const QString& title, const QString& text);
    void clicked();

private:
    void see(const store::RunState& state);
    void tell(const QString& title, const QString& text);

    QPointer<services::RunSession> m_session;
    QSystemTrayIcon* m_tray = nullptr; // made with the first notification, where the desktop has a tray
    store::RunStateKind m_last = store::RunStateKind::Starting;
    bool m_sawItWork = false;
    bool m_enabled = true;
};

} // namespace msrl::pages
