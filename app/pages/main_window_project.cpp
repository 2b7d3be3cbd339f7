// SPDX-License-Identifier: GPL-3.0-or-later
// The open project: its file, its journal, and the runs that are started from it.
#include "app/models/counted_text.h"
#include "app/models/strings.h"
#include "app/pages/main_window.h"
#include "app/pages/recovery_bar.h"
#include "app/pages/search_popup.h"
#include "app/pages/template_dialog.h"
#include "app/services/demo_maker.h"
#include "app/services/engine_locator.h"
#include "core/curriculum/templates.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/theme/icons.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>

namespace msrl::pages {

using widgets::MessageKind;

namespace {

constexpr int kStudyPatienceMs = 600'000; // every member is checked before the first begins
const QString kSuffix = QStringLiteral(".msrl");

// A project or a run's folder among what is dragged from a file manager; empty: neither.
QString openable(const QMimeData* data)
{
    for (const QUrl& url : data->urls()) {
        const QString path = url.toLocalFile();
        if (path.endsWith(kSuffix, Qt::CaseInsensitive)
            || (!path.isEmpty() && store::RunFolder(path.toStdString()).isRunFolder()))
            return path;
    }
    return {};
}

} // namespace

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

void MainWindow::open()
{
    if (!mayLeaveProject(tr("open another project")))
        return;
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open project"), m_document.folder(), tr("MSRL projects (*.msrl)"));
    if (!path.isEmpty())
        openProject(path);
}

void MainWindow::chooseTemplate()
{
    auto* dialog = new TemplateDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &TemplateDialog::chosen, this, [this](const QString& key) {
        if (mayLeaveProject(tr("begin another project")))
            beginFrom(key);
    });
    dialog->open();
}

void MainWindow::beginFrom(const QString& key)
{
    const auto project = curriculum::templateProject(key.toStdString());
    if (!project) {
        beginDemo();
        return;
    }
    m_document.reset(*project);
    m_journal.setProject({});
    updateTitle();
    showPage(QStringLiteral("design"));
    reportEvent(tr("New project; save it to say where its data and results lie."));
}

void MainWindow::beginDemo()
{
    const QString known = services::DemoMaker::projectFile();
    if (QFileInfo::exists(known)) {
        openProject(known);
        return;
    }
    auto* maker = new services::DemoMaker(this);
    connect(maker, &services::DemoMaker::finished, this, [this, maker](const QString& file) {
        maker->deleteLater();
        reportEvent(tr("Made the demo project %1").arg(file));
        if (!m_document.isModified())
            openProject(file);
    });
    connect(maker, &services::DemoMaker::failed, this, [this, maker](const QString& sentence) {
        maker->deleteLater();
        showMessage(sentence);
    });
    reportEvent(tr("Writing the demo project…"));
    maker->start();
}

void MainWindow::showRecent()
{
    std::vector<SearchItem> items;
    for (const QString& path : m_settings.data().recentProjects) {
        const bool exists = QFileInfo::exists(path);
        const QString text = QStringLiteral("%1   %2").arg(
            QFileInfo(path).fileName(), QDir::toNativeSeparators(QFileInfo(path).absolutePath()));
        items.push_back({ exists ? text : tr("%1   (not there any more)").arg(text),
            widgets::icon(QStringLiteral("file")), exists, [this, path] {
                if (mayLeaveProject(tr("open another project")))
                    openProject(path);
            } });
    }
    showSearch(
        items.empty() ? tr("No project was open yet") : tr("Open a recent project"), std::move(items), this);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!openable(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QString path = openable(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    if (!path.endsWith(kSuffix, Qt::CaseInsensitive))
        openRun(path);
    else if (mayLeaveProject(tr("open another project")))
        openProject(path);
}

void MainWindow::openRunFolder()
{
    const QString folder
        = QFileDialog::getExistingDirectory(this, tr("Open run folder"), m_runs.runsFolder());
    if (!folder.isEmpty())
        openRun(folder);
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
    base::Status cleared = m_journal.clear();
    for (const services::JournalEntry& entry : m_restored)
        if (base::Status gone = services::Journal::discard(entry); !gone)
            cleared = gone;
    m_restored.clear();
    if (!cleared)
        showMessage(QString::fromStdString(cleared.error().message()));
    m_settings.addRecentProject(m_document.path());
    reportEvent(tr("Saved %1").arg(m_document.path()));
}

bool MainWindow::mayLeaveProject(const QString& verb)
{
    if (!m_document.isModified())
        return true;
    QMessageBox question(QMessageBox::Question, tr("Unsaved changes"),
        tr("%1 has unsaved changes.").arg(m_document.title()), QMessageBox::Cancel, this);
    QAbstractButton* keep = question.addButton(tr("Save and %1").arg(verb), QMessageBox::AcceptRole);
    QAbstractButton* drop
        = question.addButton(tr("Drop the changes and %1").arg(verb), QMessageBox::DestructiveRole);
    question.exec();
    if (question.clickedButton() == keep)
        save(false);
    return question.clickedButton() == drop || !m_document.isModified();
}

bool MainWindow::isReadyToLaunch()
{
    if (m_launcher.isLaunching())
        return false;
    m_document.recheck(); // what was refused may be mended on the disk
    if (const int errors = m_document.numErrors(); errors > 0) {
        showMessage(models::countedText(errors,
            tr("The project has one problem; the list below the graph says where."),
            tr("The project has %1 problems; the list below the graph says where.")));
        showPage(QStringLiteral("design"));
        return false;
    }
    save(false);
    return !m_document.isModified()
        && !m_document.path().isEmpty(); // else the message or the dialog said why
}

void MainWindow::launch(const services::LaunchRequest& request)
{
    if (request.program.isEmpty()) {
        notice(MessageKind::Error,
            tr("msrl-engine was not found. Looked at: %1")
                .arg(services::EngineLocator().places().join(QStringLiteral(", "))),
            tr("Choose msrl-engine…"), [this, request] { chooseEngine(request); });
        return;
    }
    notice(MessageKind::Info, tr("Checking the project and starting the engine."));
    if (request.sweep)
        m_launcher.launch(request, kStudyPatienceMs);
    else
        m_launcher.launch(request);
}

void MainWindow::chooseEngine(services::LaunchRequest request)
{
    const QString program = QFileDialog::getOpenFileName(this, tr("Choose msrl-engine"));
    if (program.isEmpty())
        return;
    m_settings.edit([program](services::SettingsData& changed) { changed.engineProgram = program; });
    request.program = program;
    launch(request);
}

// The journal holds what the file does not, to the last command: it is written before the next event, except
// under a held mouse button, where a slider makes many a second.
void MainWindow::journalChange()
{
    if (m_document.isModified()) {
        m_journal.record(QByteArray::fromStdString(m_document.text()));
        if (QGuiApplication::mouseButtons() == Qt::NoButton)
            if (const base::Status written = m_journal.flush(); !written)
                showMessage(QString::fromStdString(written.error().message()));
        return;
    }
    if (const base::Status cleared = m_journal.clear(); !cleared)
        showMessage(QString::fromStdString(cleared.error().message()));
}

void MainWindow::offerRecovery()
{
    m_recovery->offer(m_journal.leftovers());
}

void MainWindow::restore(const services::JournalEntry& entry)
{
    if (!mayLeaveProject(tr("restore"))) {
        offerRecovery();
        return;
    }
    const std::string place = entry.journalFile.toStdString();
    const auto project = curriculum::parseProject(entry.content.toStdString(), place);
    if (!project) {
        showMessage(QString::fromStdString(project.error().message()));
        return;
    }
    m_document.restore(*project, entry.projectPath);
    m_journal.setProject(entry.projectPath);
    m_restored.push_back(entry);
    journalChange();
    showPage(QStringLiteral("design"));
    reportEvent(tr("Restored unsaved changes; save the project to keep them."));
}

} // namespace msrl::pages
