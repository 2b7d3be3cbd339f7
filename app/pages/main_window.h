// SPDX-License-Identifier: GPL-3.0-or-later
// The one window: the rail of pages, the header that tells the truth about the selected run, menus and the
// command palette, the open project and the launch of runs.
#pragma once

#include "app/models/project_document.h"
#include "app/pages/action_registry.h"
#include "app/pages/page.h"
#include "app/services/engine_launcher.h"
#include "app/services/journal.h"
#include "app/services/run_registry.h"
#include "app/services/run_session.h"
#include "app/services/settings.h"

#include <QMainWindow>

#include <memory>
#include <vector>

class QButtonGroup;
class QComboBox;
class QLabel;
class QStackedWidget;
class QVBoxLayout;

namespace msrl::widgets {
class MessageBar;
class StateLabel;
class Theme;
}

namespace msrl::pages {

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(services::Settings& settings, services::RunRegistry& runs, widgets::Theme& theme);
    ~MainWindow() override;

    // False: the file could not be opened; the window says why.
    bool openProject(const QString& path);
    // Follows this run and opens the project that it ran, when nothing else is open.
    void openRun(const QString& folder);
    void showPage(const QString& id);
    void showMessage(const QString& text);

    models::ProjectDocument& document() { return m_document; }
    services::RunSession* session() { return m_session.get(); }
    ActionRegistry& actions() { return m_actions; }

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    QWidget* makeRail();
    QWidget* makeHeader();
    void registerActions();
    void registerFileActions();
    void registerViewActions();
    void makeMenus();
    void addPages();
    void save(bool as);
    void open();
    void startRun();
    void showRuns();
    void showState();
    void updateTitle();
    void showPalette();

    services::Settings& m_settings;
    services::RunRegistry& m_runs;
    widgets::Theme& m_theme;
    models::ProjectDocument m_document;
    ActionRegistry m_actions;
    services::EngineLauncher m_launcher;
    services::Journal m_journal;
    std::unique_ptr<services::RunSession> m_session;
    std::vector<Page*> m_pages;

    QStackedWidget* m_stack = nullptr;
    QButtonGroup* m_railButtons = nullptr;
    QVBoxLayout* m_railLayout = nullptr;
    QLabel* m_projectLabel = nullptr;
    QComboBox* m_runBox = nullptr;
    widgets::StateLabel* m_state = nullptr;
    QLabel* m_progress = nullptr;
    widgets::MessageBar* m_message = nullptr;
};

} // namespace msrl::pages
