// SPDX-License-Identifier: GPL-3.0-or-later
// What is told before a run is started: what changed, what it will take, and how.
#include "app/models/counted_text.h"
#include "app/models/strings.h"
#include "app/pages/launch_review.h"
#include "app/pages/main_window.h"
#include "app/services/dataset_sizes.h"
#include "app/services/disk_watch.h"
#include "app/services/model_sizes.h"
#include "core/curriculum/run_needs.h"

#include <QDir>
#include <QFileInfo>

namespace msrl::pages {

void MainWindow::reviewRun(const models::LaunchOptions& options)
{
    LaunchPreview preview(m_document.project());
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
    preview.isCounting = !request.program.isEmpty() && !request.project.isEmpty();
    preview.options = options;
    preview.place = launchPlace();
    if (preview.isCounting)
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
    if (preview.isCounting)
        askCounts(*review, request.program);
    review->open();
}

// Data of a project without a file cannot be looked up.
void MainWindow::askCounts(LaunchReview& review, const QString& program)
{
    const std::vector<store::StageRow> last
        = m_session ? m_session->stages() : std::vector<store::StageRow> {};
    auto* sizes = new services::DatasetSizes(&review);
    connect(sizes, &services::DatasetSizes::counted, &review,
        [this, last, shown = &review](const services::DatasetCounts& counts) {
            QStringList problems;
            for (const auto& [node, why] : counts.problems)
                problems << QString::fromStdString(why);
            shown->showEstimates(models::estimateRun(m_document.project(), last, counts.known),
                problems.join(QLatin1Char('\n')));
        });
    connect(sizes, &services::DatasetSizes::failed, &review,
        [this, last, shown = &review](const QString& sentence) {
            shown->showEstimates(models::estimateRun(m_document.project(), last),
                tr("The samples are not counted: %1").arg(sentence));
        });
    sizes->ask(program, curriculum::serialiseProject(m_document.project()), m_document.folder());
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
            services::freeBytesOf(m_document.folder()));
    });
    connect(sizes, &services::ModelSizes::failed, &review, &LaunchReview::showNeedsProblem);
    sizes->ask(program, std::move(questions));
}

} // namespace msrl::pages
