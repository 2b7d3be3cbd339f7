// SPDX-License-Identifier: GPL-3.0-or-later
// The status line: problems, engine and rate, free disk space; the last event at the right.
#pragma once

#include <QString>
#include <QWidget>

class QToolButton;

namespace msrl::services {
class RunSession;
}

namespace msrl::widgets {
class ElidedLabel;
}

namespace msrl::pages {

class WindowStatus : public QWidget
{
    Q_OBJECT

public:
    explicit WindowStatus(QWidget* parent = nullptr);

    void setProblems(int count);
    // Null: no run is selected; then only the disk of `folder` is told.
    void showRun(const services::RunSession* session, const QString& folder);
    void reportEvent(const QString& text);

Q_SIGNALS:
    void problemsRequested(); // to be shown where they are

private:
    void showFacts();

    int m_problems = 0;
    QString m_run;
    QToolButton* m_problemButton = nullptr; // only while there are some
    widgets::ElidedLabel* m_facts = nullptr;
    widgets::ElidedLabel* m_event = nullptr;
};

} // namespace msrl::pages
