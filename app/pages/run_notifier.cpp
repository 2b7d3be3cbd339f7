// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_notifier.h"

#include "app/models/strings.h"
#include "app/services/run_session.h"

#include <QGuiApplication>
#include <QIcon>
#include <QSystemTrayIcon>

namespace msrl::pages {

using store::RunStateKind;

RunNotifier::RunNotifier(QObject* parent)
    : QObject(parent)
{
}

void RunNotifier::setEnabled(bool enabled)
{
    m_enabled = enabled;
    if (m_tray && !enabled)
        m_tray->hide();
}

void RunNotifier::setSession(services::RunSession* session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    m_sawItWork = false;
    m_last = RunStateKind::Starting;
    if (session)
        connect(session, &services::RunSession::stateChanged, this, &RunNotifier::see);
}

void RunNotifier::see(const store::RunState& state)
{
    const bool changed = state.kind != m_last;
    m_last = state.kind;
    const QString detail = models::toQt(state.detail);
    if (state.kind == RunStateKind::Running || state.kind == RunStateKind::Paused) {
        m_sawItWork = true;
    } else if (m_sawItWork && changed) {
        if (state.kind == RunStateKind::AwaitingAudit)
            tell(tr("The run waits for an auditor"), detail);
        else if (state.kind == RunStateKind::Finished)
            tell(tr("The run has finished"), detail);
        else if (state.kind == RunStateKind::Failed || state.kind == RunStateKind::Killed)
            tell(tr("The run has failed"), detail);
    }
}

void RunNotifier::tell(const QString& title, const QString& text)
{
    if (!m_enabled || !m_session)
        return;
    const QString name = models::toQt(m_session->info().name);
    const QString words = text.isEmpty() ? name : name + QStringLiteral(": ") + text;
    if (!m_tray && QSystemTrayIcon::isSystemTrayAvailable()) {
        m_tray = new QSystemTrayIcon(QGuiApplication::windowIcon(), this);
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, &RunNotifier::clicked);
        connect(m_tray, &QSystemTrayIcon::activated, this, &RunNotifier::clicked);
    }
    if (m_tray) {
        m_tray->show(); // a hidden one shows no messages
        m_tray->showMessage(title, words);
    }
    Q_EMIT notified(title, words);
}

} // namespace msrl::pages
