// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/main_window.h"

#include "app/pages/design_page.h"
#include "app/pages/page_list.h"
#include "app/pages/page_rail.h"
#include "app/pages/recovery_bar.h"
#include "app/pages/run_notifier.h"
#include "app/pages/window_header.h"
#include "app/pages/window_status.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/theme/tokens.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace msrl::pages {

using widgets::MessageKind;

namespace {

const QString kLayoutName = QStringLiteral("main");

} // namespace

MainWindow::MainWindow(services::Settings& settings, services::RunRegistry& runs, widgets::Theme& theme)
    : m_settings(settings)
    , m_runs(runs)
    , m_theme(theme)
    , m_queue(services::Settings::stateFolder() + QStringLiteral("/queue"), runs,
          [this] { return engineProgram(); })
    , m_pictures([this] { return engineProgram(); })
    , m_journal(services::Settings::stateFolder() + QStringLiteral("/journal"))
{
    layOut();
    m_notifier = new RunNotifier(this);
    connect(m_notifier, &RunNotifier::clicked, this, [this] {
        raise();
        activateWindow();
    });
    registerActions();
    m_header->setActions(
        *m_actions.action(QStringLiteral("run.start")), *m_actions.action(QStringLiteral("help.palette")));
    addPages();
    makeMenus();
    m_actions.setKeymap(m_settings.data().keymap);
    connectParts();
    const QByteArray geometry = m_settings.data().layouts.value(kLayoutName);
    if (geometry.isEmpty() || !restoreGeometry(geometry))
        resize(1440, 900);
    m_status->setProblems(static_cast<int>(m_document.problems().size()));
    showRuns();
    updateTitle();
    showState();
    setAcceptDrops(true);
}

MainWindow::~MainWindow()
{
    // What is half typed is still taken by whole pages; then these go before what they look at. The undo
    // stack tells of its end: nobody may listen any more.
    if (QWidget* edited = focusWidget())
        edited->clearFocus();
    for (Page* page : m_pages)
        page->setSession(nullptr);
    m_document.disconnect(this);
    m_document.undoStack().disconnect(this);
    delete takeCentralWidget();
}

void MainWindow::layOut()
{
    auto* centre = new QWidget(this);
    m_rail = new PageRail(centre);
    m_header = new WindowHeader(centre);
    m_recovery = new RecoveryBar(centre);
    m_message = new widgets::MessageBar(centre);
    m_stack = new QStackedWidget(centre);
    m_status = new WindowStatus(centre);
    auto* messages = new QVBoxLayout;
    messages->setContentsMargins(widgets::kGap, 0, widgets::kGap, 0);
    messages->addWidget(m_message);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addLayout(messages);
    column->addWidget(m_recovery);
    column->addWidget(widgets::makeRule(Qt::Horizontal, centre));
    column->addWidget(m_stack, 1);
    column->addWidget(widgets::makeRule(Qt::Horizontal, centre));
    column->addWidget(m_status);
    auto* row = new QHBoxLayout(centre);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addWidget(widgets::makeRule(Qt::Vertical, centre));
    row->addLayout(column, 1);
    setCentralWidget(centre);
}

void MainWindow::connectParts()
{
    connect(&m_document, &models::ProjectDocument::changed, this, [this] {
        m_status->setProblems(static_cast<int>(m_document.problems().size()));
        updateTitle();
    });
    connect(&m_document, &models::ProjectDocument::modifiedChanged, this, &MainWindow::updateTitle);
    connect(&m_document, &models::ProjectDocument::pathChanged, this, &MainWindow::updateTitle);
    connect(&m_actions, &ActionRegistry::keymapChanged, this, [this] {
        m_settings.edit([this](services::SettingsData& changed) { changed.keymap = m_actions.keymap(); });
    });
    connect(&m_document.undoStack(), &QUndoStack::indexChanged, this, &MainWindow::journalChange);
    connect(&m_journal, &services::Journal::failed, this, &MainWindow::showMessage);
    connect(&m_runs, &services::RunRegistry::runsChanged, this, &MainWindow::showRuns);
    connect(m_header, &WindowHeader::runChosen, this, &MainWindow::openRun);
    connect(m_recovery, &RecoveryBar::restoreRequested, this, &MainWindow::restore);
    connect(m_recovery, &RecoveryBar::failed, this, &MainWindow::showMessage);
    connect(m_message, &widgets::MessageBar::actionTriggered, this, [this] {
        if (m_messageAction)
            m_messageAction();
    });
    connect(&m_launcher, &services::EngineLauncher::started, this, [this](const QString& folder) {
        m_message->clearMessage();
        m_runs.add(folder);
        m_runs.scan();
        openRun(folder);
        showPage(QStringLiteral("run"));
    });
    connect(&m_launcher, &services::EngineLauncher::failed, this, &MainWindow::showRefusal);
    connect(m_status, &WindowStatus::problemsRequested, this, [this] {
        showPage(QStringLiteral("design"));
        m_actions.action(QStringLiteral("design.nextProblem"))->trigger();
    });
    connectGroups();
}

void MainWindow::addPages()
{
    m_pages = makePages({ m_settings, m_runs, &m_queue, &m_pictures }, m_stack);
    int number = 1;
    for (Page* page : m_pages) {
        m_stack->addWidget(page);
        page->registerActions(m_actions);
        page->setProject(m_document);
        QAction* action
            = m_actions.add({ QStringLiteral("view.") + page->id(), QStringLiteral("View"), page->title(),
                                tr("Show the page %1.").arg(page->title()), page->iconName(),
                                QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number++)) },
                this, [this, page] { showPage(page->id()); });
        m_rail->addPage(*page, *action);
        connect(page, &Page::pageRequested, this, &MainWindow::showPage);
        connect(page, &Page::actionRequested, this, [this](const QString& id) {
            if (QAction* wanted = m_actions.action(id))
                wanted->trigger();
        });
        connect(page, &Page::eventReported, this, &MainWindow::reportEvent);
        connect(page, &Page::remoteResumeRequested, this,
            [this](const QString& replica) { resumeRemote(replica); });
    }
    if (auto* design = qobject_cast<DesignPage*>(page(QStringLiteral("design")))) {
        connect(design, &DesignPage::runUntilRequested, this, [this](const QString& node, bool review) {
            models::LaunchOptions options = keptLaunch();
            options.until = node;
            if (review)
                reviewRun(options);
            else
                startRun(options);
        });
        connect(design, &DesignPage::sweepRequested, this,
            [this](const QString& node) { chooseSweep(models::SweepKind::ReplayRatios, node); });
    }
    showPage(m_pages.front()->id());
}

Page* MainWindow::page(const QString& id) const
{
    for (Page* page : m_pages)
        if (page->id() == id)
            return page;
    return nullptr;
}

bool MainWindow::showPage(const QString& id)
{
    Page* wanted = page(id);
    if (!wanted)
        return false;
    m_stack->setCurrentWidget(wanted);
    m_rail->setCurrent(m_stack->currentIndex());
    wanted->activated();
    return true;
}

void MainWindow::notice(
    MessageKind kind, const QString& text, const QString& action, std::function<void()> act)
{
    m_messageAction = std::move(act);
    m_message->showMessage(kind, text, action);
}

void MainWindow::showMessage(const QString& text)
{
    notice(MessageKind::Error, text);
}

// The engine's words, and the same at the stage that they are about.
void MainWindow::showRefusal(const QString& text)
{
    const auto problem = curriculum::problemFromMessage(text.toStdString());
    auto* design = qobject_cast<DesignPage*>(page(QStringLiteral("design")));
    if (!problem || !design || !m_document.project().node(problem->nodeId))
        return showMessage(text);
    m_document.addRefusal(*problem);
    notice(MessageKind::Error, text, tr("Show the stage"), [this, design, problem] {
        showPage(design->id());
        design->showField(QString::fromStdString(problem->nodeId), QString::fromStdString(problem->field));
    });
}

void MainWindow::reportEvent(const QString& text)
{
    m_status->reportEvent(text);
}

void MainWindow::updateTitle()
{
    const QString name = m_document.title() + (m_document.isModified() ? QStringLiteral(" •") : QString());
    setWindowTitle(name + QStringLiteral(" – MSRL Studio"));
    m_header->showProject(name, m_document.path());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayLeaveProject(tr("quit"))) {
        event->ignore();
        return;
    }
    if (const base::Status cleared = m_journal.clear(); !cleared)
        reportEvent(QString::fromStdString(cleared.error().message()));
    m_settings.edit(
        [this](services::SettingsData& changed) { changed.layouts[kLayoutName] = saveGeometry(); });
    event->accept();
}

} // namespace msrl::pages
