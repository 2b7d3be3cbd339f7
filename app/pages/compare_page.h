// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page: a study (a run group) with its table and plot, and runs side by side.
#pragma once

#include "app/pages/page.h"
#include "app/pages/study_panel.h"

class QTabWidget;

namespace msrl::widgets {
class MessageBar;
class Toast;
}

namespace msrl::pages {

class RunComparison;

class ComparePage : public Page
{
    Q_OBJECT

public:
    explicit ComparePage(const PageContext& context, QWidget* parent = nullptr);

    void registerActions(ActionRegistry& actions) override;
    void activated() override;

    // Follows the group in this folder and shows it. False: there is none; the page says why.
    bool openGroup(const QString& folder);
    // After a start of the studio: follows the study that an engine works on, if there is one.
    void reattach();

    StudyPanel& study() { return *m_study; }
    RunComparison& comparison() { return *m_comparison; }
    QTabWidget& tabs() { return *m_tabs; }

Q_SIGNALS:
    // Asks the window for an engine that goes on with the group; with what was given up, too, if it says so.
    void continueRequested(const QString& groupFolder, bool finishGivenUp);
    // Asks the window to follow this run and to show it.
    void runRequested(const QString& runFolder);
    void groupOpened(); // another one than before
    void remoteSignalRequested(const QString& runFolder, int signal); // of a study on another machine

private:
    void connectPanels();
    void listRuns();
    void chooseFolder();
    void tell(const QString& problem);

    PageContext m_context;
    QTabWidget* m_tabs = nullptr;
    StudyPanel* m_study = nullptr;
    RunComparison* m_comparison = nullptr;
    widgets::MessageBar* m_message = nullptr;
    widgets::Toast* m_toast = nullptr;
};

} // namespace msrl::pages
