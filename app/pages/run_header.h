// SPDX-License-Identifier: GPL-3.0-or-later
// What the selected run is doing, and the buttons that fit: they follow the engine's state, never what was
// pressed last.
#pragma once

#include "app/services/run_session.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace msrl::widgets {
class ElidedLabel;
class StateLabel;
}

namespace msrl::pages {

class RunHeader : public QWidget
{
    Q_OBJECT

public:
    explicit RunHeader(QWidget* parent = nullptr);

    void setSession(services::RunSession* session);

    // What the buttons do; the actions of the page call these too.
    void pauseOrResume();
    void stop();
    bool canPause() const;
    bool canResume() const; // a paused run
    bool canContinue() const; // a run that ended before its plan did

Q_SIGNALS:
    void continueRequested(const QString& runFolder);

private:
    void show(const store::RunState& state);
    void showProgress();

    QPointer<services::RunSession> m_session;
    widgets::StateLabel* m_state = nullptr;
    QLabel* m_name = nullptr;
    widgets::ElidedLabel* m_detail = nullptr;
    QLabel* m_progress = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_continue = nullptr;
    QPushButton* m_stop = nullptr;
};

} // namespace msrl::pages
