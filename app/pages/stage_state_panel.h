// SPDX-License-Identifier: GPL-3.0-or-later
// What the selected run says of the selected stage, what keeps the stage from running, and where to go on.
#pragma once

#include "app/models/node_status.h"

#include <QWidget>

class QPushButton;

namespace msrl::widgets {
class StateLabel;
class WrappedText;
}

namespace msrl::pages {

class StageStatePanel : public QWidget
{
    Q_OBJECT

public:
    explicit StageStatePanel(QWidget* parent = nullptr);

    // `faults`: what is wrong with the stage and has no field of its own to stand at. Hides itself where
    // there is nothing to say: a stage that is ready.
    void showState(const models::NodeStatus& status, const QStringList& faults);

Q_SIGNALS:
    void pageRequested(const QString& page); // where the state can be looked into

private:
    widgets::StateLabel* m_state = nullptr;
    widgets::WrappedText* m_text = nullptr;
    QPushButton* m_open = nullptr;
    QString m_page;
};

} // namespace msrl::pages
