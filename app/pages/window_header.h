// SPDX-License-Identifier: GPL-3.0-or-later
// The header over all pages: the open project, the selected run and the truth about it, and the one button
// that starts a run.
#pragma once

#include <QString>
#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QPushButton;

namespace msrl::services {
class RunRegistry;
class RunSession;
}

namespace msrl::widgets {
class ElidedLabel;
class StateLabel;
}

namespace msrl::pages {

class WindowHeader : public QWidget
{
    Q_OBJECT

public:
    explicit WindowHeader(QWidget* parent = nullptr);

    // The buttons trigger these; text, tip, shortcut and whether they can be pressed follow them.
    void setActions(QAction& run, QAction& palette);
    void showProject(const QString& title, const QString& path);
    void showRuns(const services::RunRegistry& runs, const QString& current);
    // Null: no run is selected.
    void showRun(services::RunSession* session);

Q_SIGNALS:
    void runChosen(const QString& folder);

private:
    QLabel* m_project = nullptr;
    QComboBox* m_runs = nullptr;
    widgets::StateLabel* m_state = nullptr;
    widgets::ElidedLabel* m_progress = nullptr;
    QPushButton* m_palette = nullptr;
    QPushButton* m_run = nullptr;
};

} // namespace msrl::pages
