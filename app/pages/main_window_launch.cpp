// SPDX-License-Identifier: GPL-3.0-or-later
// Launches of the open project on this machine: how it was run last, the review before a run, and what the
// engine is asked for.
#include "app/models/counted_text.h"
#include "app/pages/launch_review.h"
#include "app/pages/main_window.h"
#include "app/services/model_sizes.h"
#include "core/curriculum/run_needs.h"
#include "widgets/feedback/message_bar.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>

namespace msrl::pages {

namespace {

constexpr const char* kLaunchKey = "launch"; // among Settings::pages, by project file

} // namespace

// How this project was run last.
models::LaunchOptions MainWindow::keptLaunch() const
{
    const base::Json& pages = m_settings.data().pages;
    const base::Json kept = pages.value(kLaunchKey, base::Json::object());
    return models::launchFromJson(
        kept.is_object() ? kept.value(m_document.path().toStdString(), base::Json::object()) : base::Json());
}

void MainWindow::keepLaunch(const models::LaunchOptions& options)
{
    m_settings.edit([&](services::SettingsData& changed) {
        base::Json& kept = changed.pages[kLaunchKey];
        if (!kept.is_object())
            kept = base::Json::object();
        kept[m_document.path().toStdString()] = models::launchToJson(options);
    });
}

// False: an option cannot be used (any more), and the review shows it beside its field.
bool MainWindow::mayLaunch(const models::LaunchOptions& options)
{
    if (models::launchFaults(options, launchPlace(), m_document.project()).isEmpty())
        return true;
    reviewRun(options);
    return false;
}

models::LaunchPlace MainWindow::launchPlace() const
{
    return models::thisMachine(m_runs.runsFolder());
}

void MainWindow::startRun(const models::LaunchOptions& options)
{
    if (isReadyToLaunch() && mayLaunch(options))
        launch(launchRequest(options));
}

services::LaunchRequest MainWindow::launchRequest(const models::LaunchOptions& options) const
{
    services::LaunchRequest request;
    request.program = engineProgram();
    request.project = m_document.path();
    request.runFolder = models::namedRunFolder(options, launchPlace());
    if (request.runFolder.isEmpty())
        request.runFolder = m_runs.freshRunFolder(m_document.title(), options.runsFolder);
    // Runs of one project share their results, so that only what is stale is made again.
    request.options = { QStringLiteral("--artefacts"), m_document.folder() + QStringLiteral("/artefacts") };
    request.options << models::launchWords(options);
    return request;
}

void MainWindow::reviewRun(const models::LaunchOptions& options)
{
    LaunchPreview preview;
    if (m_session) {
        const auto trained = curriculum::loadProject(m_session->folder().projectFile());
        if (!trained) {
            showMessage(QString::fromStdString(trained.error().message()));
        } else {
            preview.lastRun = QFileInfo(m_session->path()).fileName();
            preview.changes = models::projectChanges(*trained, m_document.project());
        }
    }
    preview.estimates = models::estimateRun(
        m_document.project(), m_session ? m_session->stages() : std::vector<store::StageRow> {});
    if (const int errors = m_document.numErrors(); errors > 0)
        preview.problem = models::countedText(
            errors, tr("The project has one problem."), tr("The project has %1 problems."));
    const services::LaunchRequest request = launchRequest();
    preview.options = options;
    preview.place = launchPlace();
    preview.project = &m_document.project();
    if (!request.program.isEmpty() && !request.project.isEmpty())
        preview.commandLine = [this](const models::LaunchOptions& chosen) {
            return services::commandLine(launchRequest(chosen));
        };
    preview.noCommand = request.program.isEmpty()
        ? tr("msrl-engine was not found; Run asks where it is.")
        : tr("The project has no file yet; Run asks where to save it.");
    auto* review = new LaunchReview(preview, this);
    review->setAttribute(Qt::WA_DeleteOnClose);
    connect(review, &QDialog::accepted, this, [this, review] {
        const models::LaunchOptions chosen = review->options();
        startRun(chosen);
        keepLaunch(chosen); // a project without a file has one by now
    });
    connect(review, &LaunchReview::queueRequested, this, [this, review] {
        const models::LaunchOptions chosen = review->options();
        queueRun(chosen);
        keepLaunch(chosen);
    });
    if (!request.program.isEmpty())
        askNeeds(*review, request.program);
    review->open();
}

void MainWindow::askNeeds(LaunchReview& review, const QString& program)
{
    const QDir folder(m_document.folder());
    std::vector<services::ModelSizes::Question> questions;
    for (const curriculum::Node& node : m_document.project().nodes)
        if (node.type == "model")
            questions.push_back({ node.id,
                folder.absoluteFilePath(QString::fromStdString(node.params.value("path", std::string()))) });
    auto* sizes = new services::ModelSizes(&review);
    connect(sizes, &services::ModelSizes::changed, &review, [this, sizes, shown = &review] {
        shown->showNeeds(curriculum::runNeeds(m_document.project(), sizes->known()),
            QStorageInfo(m_document.folder()).bytesAvailable());
    });
    connect(sizes, &services::ModelSizes::failed, &review, &LaunchReview::showNeedsProblem);
    sizes->ask(program, std::move(questions));
}

} // namespace msrl::pages
