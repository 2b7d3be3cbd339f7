// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/main_window.h"

#include "app/pages/command_palette.h"
#include "app/pages/page_list.h"
#include "app/pages/state_look.h"
#include "app/services/engine_locator.h"
#include "core/base/files.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/tokens.h"

#include <QButtonGroup>
#include <QCloseEvent>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

const QString kLayoutName = QStringLiteral("main");

// The file that a run was started from, where it still exists; else the run's own copy of it.
QString projectOf(const store::RunFolder& folder)
{
    const QString copy = QString::fromStdString(folder.projectFile().string());
    const base::Result<std::string> text = base::readFile(folder.planFile());
    const base::Result<base::Json> plan
        = text ? base::parseJson(*text, folder.planFile().string()) : base::Result<base::Json>(text.error());
    if (!plan || !plan->contains("options") || !plan->at("options").contains("project"))
        return copy;
    const base::Json& project = plan->at("options").at("project");
    const QString original = project.is_string() ? QString::fromStdString(project.get<std::string>()) : QString();
    return QFileInfo::exists(original) ? original : copy;
}

} // namespace

MainWindow::MainWindow(services::Settings& settings, services::RunRegistry& runs, widgets::Theme& theme)
    : m_settings(settings)
    , m_runs(runs)
    , m_theme(theme)
    , m_journal(services::Settings::stateFolder() + QStringLiteral("/journal"))
{
    auto* centre = new QWidget(this);
    m_stack = new QStackedWidget(centre);
    m_message = new widgets::MessageBar(centre);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addWidget(widgets::makeRule(Qt::Horizontal, centre));
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    auto* row = new QHBoxLayout(centre);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(makeRail());
    row->addWidget(widgets::makeRule(Qt::Vertical, centre));
    row->addLayout(column, 1);
    setCentralWidget(centre);
    registerActions();
    addPages();
    makeMenus();
    statusBar()->setSizeGripEnabled(false);
    connect(&m_document, &models::ProjectDocument::changed, this, [this] {
        m_journal.record(QByteArray::fromStdString(m_document.text()));
        updateTitle();
    });
    connect(&m_document, &models::ProjectDocument::modifiedChanged, this, &MainWindow::updateTitle);
    connect(&m_document, &models::ProjectDocument::pathChanged, this, &MainWindow::updateTitle);
    connect(&m_runs, &services::RunRegistry::runsChanged, this, &MainWindow::showRuns);
    connect(&m_launcher, &services::EngineLauncher::started, this, [this](const QString& folder) {
        m_runs.add(folder);
        m_runs.scan();
        openRun(folder);
        showPage(QStringLiteral("run"));
    });
    connect(&m_launcher, &services::EngineLauncher::failed, this, &MainWindow::showMessage);
    const QByteArray geometry = m_settings.data().layouts.value(kLayoutName);
    if (geometry.isEmpty() || !restoreGeometry(geometry))
        resize(1440, 900);
    showRuns();
    updateTitle();
    showState();
}

MainWindow::~MainWindow()
{
    for (Page* page : m_pages)
        page->setSession(nullptr);
}

QWidget* MainWindow::makeRail()
{
    auto* rail = new QWidget(this);
    m_railLayout = new QVBoxLayout(rail);
    m_railLayout->setContentsMargins(widgets::kGrid, widgets::kGap, widgets::kGrid, widgets::kGap);
    m_railButtons = new QButtonGroup(this);
    return rail;
}

QWidget* MainWindow::makeHeader()
{
    auto* header = new QWidget(this);
    m_projectLabel = widgets::makeLabel({}, QStringLiteral("heading"), header);
    m_runBox = new QComboBox(header);
    m_runBox->setAccessibleName(tr("Selected run"));
    m_runBox->setMinimumWidth(220);
    m_state = new widgets::StateLabel(header);
    m_progress = widgets::makeLabel({}, QStringLiteral("secondary"), header);
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->setSpacing(widgets::kWideGap);
    layout->addWidget(m_projectLabel);
    layout->addWidget(m_runBox);
    layout->addWidget(m_state);
    layout->addWidget(m_progress, 1);
    connect(m_runBox, &QComboBox::activated, this,
        [this](int index) { openRun(m_runBox->itemData(index).toString()); });
    return header;
}

void MainWindow::addPages()
{
    m_pages = makePages({ m_settings, m_runs }, m_stack);
    int number = 1;
    for (Page* page : m_pages) {
        m_stack->addWidget(page);
        page->registerActions(m_actions);
        page->setProject(m_document);
        auto* button = new QToolButton(this);
        button->setText(page->title());
        button->setIcon(widgets::icon(page->iconName()));
        button->setIconSize({ widgets::kLargeIcon, widgets::kLargeIcon });
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setCheckable(true);
        widgets::setVariant(button, "kind", QStringLiteral("rail"));
        m_railButtons->addButton(button);
        m_railLayout->addWidget(button);
        QAction* action
            = m_actions.add({ QStringLiteral("view.") + page->id(), QStringLiteral("View"), page->title(),
                                tr("Show the page %1.").arg(page->title()), page->iconName(),
                                QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number++)) },
                this, [this, page] { showPage(page->id()); });
        connect(button, &QToolButton::clicked, action, &QAction::trigger);
        connect(page, &Page::pageRequested, this, &MainWindow::showPage);
        connect(page, &Page::eventReported, this,
            [this](const QString& text) { statusBar()->showMessage(text); });
    }
    m_railLayout->addStretch(1);
    showPage(m_pages.front()->id());
}

void MainWindow::registerActions()
{
    registerFileActions();
    registerViewActions();
    const auto add = [this](const char* id, const char* group, const QString& text, const QString& tip,
                         const QKeySequence& key, auto call, const char* icon = "") {
        return m_actions.add(
            { QLatin1String(id), QLatin1String(group), text, tip, QLatin1String(icon), key }, this, call);
    };
    QUndoStack& undo = m_document.undoStack();
    QAction* back = add(
        "edit.undo", "Edit", tr("&Undo"), tr("Take the last change back."), QKeySequence::Undo,
        [&undo] { undo.undo(); }, "undo");
    QAction* forth = add("edit.redo", "Edit", tr("&Redo"), tr("Make the change again."), QKeySequence::Redo,
        [&undo] { undo.redo(); });
    back->setEnabled(false);
    forth->setEnabled(false);
    connect(&undo, &QUndoStack::canUndoChanged, back, &QAction::setEnabled);
    connect(&undo, &QUndoStack::canRedoChanged, forth, &QAction::setEnabled);
    connect(&undo, &QUndoStack::undoTextChanged, back,
        [back](const QString& text) { back->setText(tr("&Undo %1").arg(text)); });
    connect(&undo, &QUndoStack::redoTextChanged, forth,
        [forth](const QString& text) { forth->setText(tr("&Redo %1").arg(text)); });
    add(
        "run.start", "Run", tr("&Run project"),
        tr("Start an engine on the saved project; unchanged results are reused."),
        QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { startRun(); }, "run");
    add("help.palette", "View", tr("&Command palette"), tr("Find any action by its name."),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), [this] { showPalette(); });
}

void MainWindow::registerFileActions()
{
    const auto add = [this](const char* id, const QString& text, const QString& tip, const QKeySequence& key,
                         auto call) {
        m_actions.add({ QLatin1String(id), QStringLiteral("File"), text, tip, {}, key }, this, call);
    };
    add("project.open", tr("&Open project…"), tr("Open a project file."), QKeySequence::Open,
        [this] { open(); });
    add("project.save", tr("&Save project"), tr("Write the project to its file."), QKeySequence::Save,
        [this] { save(false); });
    add("project.saveAs", tr("Save project &as…"), tr("Write the project to another file."),
        QKeySequence::SaveAs, [this] { save(true); });
    add("run.open", tr("Open &run folder…"), tr("Follow a run that was started elsewhere."), {}, [this] {
        const QString folder
            = QFileDialog::getExistingDirectory(this, tr("Open run folder"), m_runs.runsFolder());
        if (!folder.isEmpty())
            openRun(folder);
    });
    add("app.quit", tr("&Quit"), tr("Close the window; running engines go on."), QKeySequence::Quit,
        [this] { close(); });
}

void MainWindow::registerViewActions()
{
    using widgets::ThemeMode;
    const auto add = [this](const char* id, const QString& text, ThemeMode mode, services::Theme kept) {
        m_actions.add({ QLatin1String(id), QStringLiteral("View"), text,
                          tr("Change the colours of the window."), {}, {} },
            this, [this, mode, kept] {
                m_theme.setMode(mode);
                m_settings.edit([kept](services::SettingsData& changed) { changed.theme = kept; });
            });
    };
    add("theme.light", tr("&Light theme"), ThemeMode::Light, services::Theme::Light);
    add("theme.dark", tr("&Dark theme"), ThemeMode::Dark, services::Theme::Dark);
    add("theme.system", tr("Theme of the s&ystem"), ThemeMode::System, services::Theme::System);
}

void MainWindow::makeMenus()
{
    for (const QString& group : { QStringLiteral("File"), QStringLiteral("Edit"), QStringLiteral("View"),
             QStringLiteral("Run"), QStringLiteral("Audit"), QStringLiteral("Evaluate") }) {
        QMenu* menu = nullptr;
        for (QAction* action : m_actions.actions()) {
            if (m_actions.groupOf(action) != group)
                continue;
            if (!menu)
                menu = menuBar()->addMenu(group);
            menu->addAction(action);
        }
    }
}

void MainWindow::showPalette()
{
    CommandPalette(m_actions, this).exec();
}

bool MainWindow::openProject(const QString& path)
{
    if (base::Status opened = m_document.open(path); !opened) {
        showMessage(QString::fromStdString(opened.error().message()));
        return false;
    }
    m_journal.setProject(m_document.path());
    m_settings.addRecentProject(m_document.path());
    updateTitle();
    return true;
}

void MainWindow::openRun(const QString& folder)
{
    if (folder.isEmpty() || (m_session && m_session->path() == folder))
        return;
    for (Page* page : m_pages)
        page->setSession(nullptr);
    m_session = std::make_unique<services::RunSession>(folder);
    connect(m_session.get(), &services::RunSession::stateChanged, this, &MainWindow::showState);
    connect(m_session.get(), &services::RunSession::progressChanged, this, &MainWindow::showState);
    connect(m_session.get(), &services::RunSession::stagesChanged, this, &MainWindow::showState);
    connect(m_session.get(), &services::RunSession::problem, this, &MainWindow::showMessage);
    for (Page* page : m_pages)
        page->setSession(m_session.get());
    m_session->start();
    if (m_document.project().nodes.empty())
        openProject(projectOf(m_session->folder()));
    m_runs.add(folder);
    showRuns();
    showState();
}

void MainWindow::showPage(const QString& id)
{
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        if (m_pages[i]->id() != id)
            continue;
        m_stack->setCurrentWidget(m_pages[i]);
        m_railButtons->buttons().at(static_cast<int>(i))->setChecked(true);
        m_pages[i]->activated();
    }
}

void MainWindow::showMessage(const QString& text)
{
    m_message->showMessage(widgets::MessageKind::Error, text);
}

void MainWindow::startRun()
{
    if (m_launcher.isLaunching())
        return;
    if (m_document.numErrors() > 0) {
        showMessage(tr(
            "The project has %n problem(s); the Design page lists them.", nullptr, m_document.numErrors()));
        showPage(QStringLiteral("design"));
        return;
    }
    save(false);
    if (m_document.isModified() || m_document.path().isEmpty())
        return; // not saved: the message or the dialog said why
    services::EngineLocator engine;
    engine.setProgram(m_settings.data().engineProgram);
    if (engine.program().isEmpty()) {
        showMessage(
            tr("msrl-engine was not found. Looked at: %1").arg(engine.places().join(QStringLiteral(", "))));
        return;
    }
    services::LaunchRequest request;
    request.program = engine.program();
    request.project = m_document.path();
    request.runFolder = m_runs.freshRunFolder(m_document.title());
    // Runs of one project share their results, so that only what is stale is made again.
    request.options = { QStringLiteral("--artefacts"), m_document.folder() + QStringLiteral("/artefacts") };
    m_message->showMessage(widgets::MessageKind::Info, tr("Checking the project and starting the engine."));
    m_launcher.launch(request);
}

void MainWindow::save(bool as)
{
    QString path = m_document.path();
    if (as || path.isEmpty()) {
        path = QFileDialog::getSaveFileName(this, tr("Save project"), path, tr("MSRL projects (*.msrl)"));
        if (path.isEmpty())
            return;
    } else if (!m_document.isModified()) {
        return;
    }
    const base::Status saved
        = as || m_document.path().isEmpty() ? m_document.saveAs(path) : m_document.save();
    if (!saved) {
        showMessage(QString::fromStdString(saved.error().message()));
        return;
    }
    if (base::Status cleared = m_journal.clear(); !cleared)
        showMessage(QString::fromStdString(cleared.error().message()));
    m_settings.addRecentProject(m_document.path());
    statusBar()->showMessage(tr("Saved %1").arg(m_document.path()));
}

void MainWindow::open()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open project"), m_document.folder(), tr("MSRL projects (*.msrl)"));
    if (!path.isEmpty())
        openProject(path);
}

void MainWindow::showRuns()
{
    const QString current = m_session ? m_session->path() : QString();
    m_runBox->clear();
    for (const services::KnownRun& run : m_runs.runs())
        m_runBox->addItem(QFileInfo(run.path).fileName(), run.path);
    m_runBox->setCurrentIndex(m_runBox->findData(current));
    m_runBox->setPlaceholderText(m_runs.runs().empty() ? tr("no runs yet") : tr("choose a run"));
}

void MainWindow::showState()
{
    m_state->setVisible(m_session != nullptr);
    if (!m_session) {
        m_progress->setText({});
        return;
    }
    const store::RunStateKind kind = m_session->state().kind;
    const StateLook look = stateLook(kind, widgets::tokensFor(palette()));
    m_state->setState(look.icon, QString::fromLatin1(store::runStateTitle(kind)), look.role);
    const protocol::Progress& progress = m_session->progress();
    QString text;
    if (!progress.stage.empty() && progress.total > 0)
        text = tr("%1  %2 / %3")
                   .arg(QString::fromStdString(progress.stage))
                   .arg(progress.step)
                   .arg(progress.total);
    if (!text.isEmpty() && progress.etaSeconds >= 0)
        text += tr("  about %1 left in this stage").arg(widgets::spanText(progress.etaSeconds));
    m_progress->setText(text);
}

void MainWindow::updateTitle()
{
    const QString name = m_document.title() + (m_document.isModified() ? QStringLiteral(" •") : QString());
    setWindowTitle(name + QStringLiteral(" – MSRL Studio"));
    m_projectLabel->setText(name);
    m_projectLabel->setToolTip(m_document.path());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (m_document.isModified()) {
        QMessageBox question(QMessageBox::Question, tr("Unsaved changes"),
            tr("%1 has unsaved changes.").arg(m_document.title()), QMessageBox::Cancel, this);
        QAbstractButton* save = question.addButton(tr("Save and quit"), QMessageBox::AcceptRole);
        QAbstractButton* drop = question.addButton(tr("Quit without saving"), QMessageBox::DestructiveRole);
        question.exec();
        if (question.clickedButton() == save)
            this->save(false);
        if (question.clickedButton() != drop && m_document.isModified()) {
            event->ignore();
            return;
        }
    }
    if (const base::Status cleared = m_journal.clear(); !cleared)
        statusBar()->showMessage(QString::fromStdString(cleared.error().message()));
    m_settings.edit([this](services::SettingsData& changed) { changed.layouts[kLayoutName] = saveGeometry(); });
    event->accept();
}

} // namespace msrl::pages
