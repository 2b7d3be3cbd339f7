// SPDX-License-Identifier: GPL-3.0-or-later
// The one window: the rail of pages, the header and the status line that tell the truth about the selected
// run, menus and the command palette, the open project and the launch of runs.
#pragma once

#include "app/models/launch_options.h"
#include "app/models/project_document.h"
#include "app/models/sweep_choice.h"
#include "app/pages/action_registry.h"
#include "app/pages/page.h"
#include "app/services/engine_launcher.h"
#include "app/services/engine_pictures.h"
#include "app/services/journal.h"
#include "app/services/remote_launcher.h"
#include "app/services/remote_mirror.h"
#include "app/services/run_queue.h"
#include "app/services/run_registry.h"
#include "app/services/run_session.h"
#include "app/services/settings.h"

#include <QMainWindow>

#include <functional>
#include <map>
#include <memory>
#include <vector>

class QStackedWidget;

namespace msrl::widgets {
enum class MessageKind;
class MessageBar;
class Theme;
}

namespace msrl::pages {

class LaunchReview;
class PageRail;
class RecoveryBar;
class RunNotifier;
class WindowHeader;
class WindowStatus;

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(services::Settings& settings, services::RunRegistry& runs, widgets::Theme& theme);
    ~MainWindow() override;

    // False: the file could not be opened; the window says why. Unsaved changes of the open project are lost:
    // ask first.
    bool openProject(const QString& path);
    // Follows this run and opens the project that it ran, when nothing else is open.
    void openRun(const QString& folder);
    // What a start without arguments shows again: a run that goes on, else the one that was selected last.
    void openLastRun();
    // Offers what studios left unsaved that are no longer alive.
    void offerRecovery();
    bool showPage(const QString& id); // false: no such page
    void showMessage(const QString& text);
    void showRefusal(const QString& text);
    void reportEvent(const QString& text);

    models::ProjectDocument& document() { return m_document; }
    services::RunSession* session() { return m_session.get(); }
    ActionRegistry& actions() { return m_actions; }
    Page* page(const QString& id) const; // null: no such page

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void layOut();
    void connectParts();
    void addPages();
    void notice(widgets::MessageKind kind, const QString& text, const QString& action = {},
        std::function<void()> act = {});
    void updateTitle();
    // main_window_actions.cpp
    void registerActions();
    void registerFileActions();
    void registerEditActions();
    void registerViewActions();
    void makeMenus();
    void showPalette();
    void showKeymap();
    // main_window_project.cpp
    void open();
    void chooseTemplate();
    void beginFrom(const QString& key); // of a template; unsaved changes are lost
    void beginDemo();
    void showRecent();
    void openRunFolder();
    void save(bool as);
    bool mayLeaveProject(const QString& verb); // asks about unsaved changes; `verb` is what comes then
    bool isReadyToLaunch(); // no problems, and saved; else the window says why
    void launch(const services::LaunchRequest& request);
    void chooseEngine(services::LaunchRequest request); // and launches with it
    void journalChange();
    void restore(const services::JournalEntry& entry);
    // main_window_launch.cpp
    models::LaunchOptions keptLaunch() const; // of this project's last launch
    void keepLaunch(const models::LaunchOptions& options);
    models::LaunchPlace launchPlace(models::LaunchKind kind = models::LaunchKind::Run) const;
    bool mayLaunch(const models::LaunchOptions& options); // else the review is shown
    void startRun(const models::LaunchOptions& options);
    // What startRun() launches; no program when the engine was not found.
    services::LaunchRequest launchRequest(const models::LaunchOptions& options = {}) const;
    QString freshRunFolder(const QString& name, const QString& runsFolder) const;
    // main_window_review.cpp
    void reviewRun(const models::LaunchOptions& options);
    void askNeeds(
        LaunchReview& review, const QString& program); // memory and disk, of the project as it is open
    void askCounts(LaunchReview& review, const QString& program); // the samples that the stages will read
    // main_window_remote.cpp
    void registerRemoteActions();
    void chooseRemote();
    // Of the open project under a name of its own, made of `title` unless the options have one.
    services::RemoteLaunch remoteLaunch(const services::RemoteTarget& target,
        const models::LaunchOptions& options, const QString& title) const;
    void followRemotes(); // the selected run and the open study, where they are of other machines
    void followRemote(const QString& replica);
    void followAnew(const QString& replica); // an engine goes on whose end has been seen
    void signalRemote(const QString& runFolder, int signal);
    void resumeRemote(const QString& replica, const QStringList& options = {});
    // main_window_queue.cpp
    void registerQueueActions();
    QString engineProgram() const; // empty: none was found
    void queueRun(const models::LaunchOptions& options);
    // main_window_groups.cpp
    void registerGroupActions();
    void connectGroups();
    void showSweeps();
    models::SweepChoice keptSweep(models::SweepKind kind) const; // as chosen last
    services::LaunchRequest sweepRequest(
        const models::SweepChoice& choice, const models::LaunchOptions& options) const;
    // As it was launched last; what cannot be used (any more) is asked for.
    void pressSweep(models::SweepKind kind);
    void startSweep(const models::SweepChoice& choice, const models::LaunchOptions& options);
    models::LaunchOptions studyLaunch() const; // device, threads and folder of this project's last launch
    void keepSweep(const models::SweepChoice& choice, const models::LaunchOptions& options);
    void chooseSweep(models::SweepKind kind, const QString& node = {}); // of this stage, else the usual one
    void chooseRemoteSweep(const models::SweepChoice& choice);
    void continueGroup(const QString& folder, bool finishGivenUp);
    // main_window_runs.cpp
    void showRuns();
    void showState();

    services::Settings& m_settings;
    services::RunRegistry& m_runs;
    widgets::Theme& m_theme;
    models::ProjectDocument m_document;
    ActionRegistry m_actions;
    services::EngineLauncher m_launcher;
    services::RunQueue m_queue;
    services::EnginePictures m_pictures;
    services::Journal m_journal;
    std::vector<services::JournalEntry> m_restored; // go away once their changes are saved
    services::RemoteLauncher m_remoteLauncher;
    std::unique_ptr<services::RunSession> m_session;
    std::map<QString, std::unique_ptr<services::RemoteMirror>> m_mirrors; // by replica
    std::vector<Page*> m_pages;
    std::function<void()> m_messageAction;

    QStackedWidget* m_stack = nullptr;
    PageRail* m_rail = nullptr;
    WindowHeader* m_header = nullptr;
    WindowStatus* m_status = nullptr;
    RunNotifier* m_notifier = nullptr;
    RecoveryBar* m_recovery = nullptr;
    widgets::MessageBar* m_message = nullptr;
};

} // namespace msrl::pages
