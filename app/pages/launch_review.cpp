// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/launch_review.h"

#include "app/models/counted_text.h"
#include "app/models/strings.h"
#include "app/pages/launch_form.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kReviewWidth = 860;
constexpr int kReviewHeight = 840;
constexpr int kChangesHeight = 240;
constexpr int kMostEstimates = 6; // rows in sight
constexpr int kCommandHeight = 92;
constexpr int kNodeRole = Qt::UserRole + 1;
enum EstimateColumn { kStage, kSteps, kCompletions, kTokens, kMemory, kDisk, kTime };

} // namespace

LaunchReview::LaunchReview(const LaunchPreview& preview, QWidget* parent)
    : QDialog(parent)
    , m_commandLine(preview.commandLine)
    , m_problem(preview.problem)
{
    setWindowTitle(tr("Review the run"));
    resize(kReviewWidth, preview.changes.empty() ? kReviewHeight - kChangesHeight : kReviewHeight);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    const int count = static_cast<int>(preview.changes.size());
    const QString head = preview.lastRun.isEmpty() ? tr("No run of this project to compare with")
        : count == 0                               ? tr("Nothing has changed since %1").arg(preview.lastRun)
                     : models::countedText(count, tr("one change since %1"), tr("%1 changes since %2"))
                           .arg(preview.lastRun);
    layout->addWidget(widgets::makeLabel(head, QStringLiteral("title"), this));
    if (count > 0) {
        QLabel* note = widgets::makeLabel(
            tr("What these changes concern and what depends on it is made anew; all else is reused."),
            QStringLiteral("secondary"), this);
        note->setWordWrap(true);
        layout->addWidget(note);
        layout->addWidget(makeChanges(preview), 1);
    }
    if (!preview.estimates.empty())
        layout->addWidget(makeEstimates(preview));
    layout->addWidget(makeOptions(preview));
    layout->addWidget(makeCommand(preview));
    layout->addLayout(makeButtons());
    showOptions();
}

QLayout* LaunchReview::makeButtons()
{
    auto* row = new QHBoxLayout;
    row->addWidget(widgets::makeLabel(m_problem, QStringLiteral("bad"), this), 1);
    auto* cancel = new QPushButton(tr("Close"), this);
    m_queue = new QPushButton(tr("Queue"), this);
    m_queue->setObjectName(QStringLiteral("reviewQueue"));
    m_queue->setToolTip(tr("Run it when no other run uses its device."));
    m_run = new QPushButton(tr("Run"), this);
    m_run->setObjectName(QStringLiteral("reviewRun"));
    widgets::setVariant(m_run, "kind", QStringLiteral("primary"));
    m_run->setDefault(true);
    for (QPushButton* button : { cancel, m_queue, m_run })
        row->addWidget(button);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_queue, &QPushButton::clicked, this, [this] {
        reject();
        Q_EMIT queueRequested();
    });
    connect(m_run, &QPushButton::clicked, this, &QDialog::accept);
    return row;
}

QWidget* LaunchReview::makeOptions(const LaunchPreview& preview)
{
    auto* box = new QWidget(this);
    m_form = new LaunchForm(preview.options, preview.place, *preview.project, box);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widgets::makeLabel(tr("How to run it"), QStringLiteral("heading"), box));
    layout->addWidget(m_form);
    connect(m_form, &LaunchForm::changed, this, &LaunchReview::showOptions);
    return box;
}

const models::LaunchOptions& LaunchReview::options() const
{
    return m_form->options();
}

// The command line is that of the options; with a fault in them there is none, and nothing can be started.
void LaunchReview::showOptions()
{
    const bool good = m_form->isGood();
    if (m_commandLine)
        m_command->setPlainText(
            good ? m_commandLine(options()) : tr("One of the options above cannot be used."));
    m_copy->setEnabled(m_commandLine && good);
    for (QPushButton* button : { m_queue, m_run })
        button->setEnabled(m_problem.isEmpty() && good);
}

QWidget* LaunchReview::makeChanges(const LaunchPreview& preview)
{
    auto* table = new QTreeWidget(this);
    table->setObjectName(QStringLiteral("reviewChanges"));
    table->setRootIsDecorated(false);
    table->setUniformRowHeights(true);
    table->setAccessibleName(tr("Changes since the last run"));
    table->setHeaderLabels({ tr("stage"), tr("what"), tr("in the last run"), tr("now") });
    table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->header()->setStretchLastSection(true);
    for (const models::ProjectChange& change : preview.changes) {
        const auto orDash = [](const QString& text) { return text.isEmpty() ? QStringLiteral("–") : text; };
        new QTreeWidgetItem(
            table, { change.stage, change.what, orDash(change.before), orDash(change.after) });
    }
    return table;
}

QWidget* LaunchReview::makeEstimates(const LaunchPreview& preview)
{
    auto* box = new QWidget(this);
    auto* table = new QTreeWidget(box);
    table->setObjectName(QStringLiteral("reviewEstimates"));
    table->setRootIsDecorated(false);
    table->setUniformRowHeights(true);
    table->setAccessibleName(tr("What the run will take"));
    table->setHeaderLabels({ tr("stage"), tr("steps"), tr("completions"), tr("tokens at most"), tr("memory"),
        tr("disk"), tr("time, as last measured") });
    table->headerItem()->setToolTip(kMemory,
        tr("Of one process: weights, reference, gradients and optimiser, without activations and KV cache."));
    table->headerItem()->setToolTip(
        kDisk, tr("The stage's result; checkpoints go when the stage has ended."));
    const QString unknown = QStringLiteral("–");
    const auto count = [&](std::int64_t number) { return number > 0 ? models::countText(number) : unknown; };
    double seconds = 0;
    for (const models::StageEstimate& stage : preview.estimates) {
        auto* row = new QTreeWidgetItem(table,
            { stage.title, count(stage.steps.value_or(0)), count(stage.completions), count(stage.mostTokens),
                unknown, unknown, stage.seconds ? models::durationText(*stage.seconds) : unknown });
        row->setData(kStage, kNodeRole, QString::fromStdString(stage.node));
        for (int column = kSteps; column < table->columnCount(); ++column)
            row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        seconds += stage.seconds.value_or(0);
    }
    for (int column = 0; column < table->columnCount(); ++column)
        table->header()->setSectionResizeMode(
            column, column == 0 ? QHeaderView::Stretch : QHeaderView::ResizeToContents);
    table->header()->setStretchLastSection(false);
    m_disk = widgets::makeLabel({}, QStringLiteral("secondary"), box);
    m_disk->setObjectName(QStringLiteral("reviewDisk"));
    m_disk->setWordWrap(true);
    const int rows = std::min(kMostEstimates, static_cast<int>(preview.estimates.size()));
    const int rowHeight = std::max(table->sizeHintForRow(0), widgets::kCompactRowHeight);
    table->setFixedHeight(table->header()->sizeHint().height() + 4 + rows * rowHeight);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widgets::makeLabel(seconds > 0
            ? tr("All stages made anew: about %1").arg(models::durationText(seconds))
            : tr("What the run will take"),
        QStringLiteral("heading"), box));
    layout->addWidget(table);
    layout->addWidget(m_disk);
    m_estimates = table;
    return box;
}

void LaunchReview::showNeeds(const std::map<std::string, curriculum::StageNeeds>& needs, qint64 freeBytes)
{
    if (!m_estimates)
        return;
    for (int i = 0; i < m_estimates->topLevelItemCount(); ++i) {
        QTreeWidgetItem* row = m_estimates->topLevelItem(i);
        const auto found = needs.find(row->data(kStage, kNodeRole).toString().toStdString());
        if (found == needs.end())
            continue;
        row->setText(kMemory, models::bytesText(found->second.memory));
        if (found->second.result > 0)
            row->setText(kDisk, models::bytesText(found->second.result));
    }
    const qint64 disk = curriculum::diskOf(needs);
    const bool enough = disk <= freeBytes;
    widgets::setVariant(m_disk, "role", enough ? QStringLiteral("secondary") : QStringLiteral("bad"));
    m_disk->setText(
        (enough ? tr("Disk: %1 for all results and the checkpoints of one stage; %2 are free.")
                : tr("Disk: %1 for all results and the checkpoints of one stage, but only %2 are free."))
            .arg(models::bytesText(disk), models::bytesText(freeBytes)));
}

void LaunchReview::showNeedsProblem(const QString& sentence)
{
    if (m_disk)
        m_disk->setText(tr("Memory and disk are not known: %1").arg(sentence));
}

QWidget* LaunchReview::makeCommand(const LaunchPreview& preview)
{
    auto* box = new QWidget(this);
    auto* head = new QHBoxLayout;
    m_copy = new QPushButton(widgets::icon(QStringLiteral("copy")), tr("Copy"), box);
    m_copy->setObjectName(QStringLiteral("reviewCopy"));
    head->addWidget(widgets::makeLabel(tr("Command line"), QStringLiteral("heading"), box), 1);
    head->addWidget(m_copy);
    m_command = new QPlainTextEdit(preview.noCommand, box);
    m_command->setObjectName(QStringLiteral("reviewCommand"));
    m_command->setReadOnly(true);
    m_command->setFixedHeight(kCommandHeight);
    m_command->setFont(widgets::smallFont(widgets::monoFont()));
    m_command->setAccessibleName(tr("Command line"));
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(head);
    layout->addWidget(m_command);
    connect(m_copy, &QPushButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(m_command->toPlainText()); });
    return box;
}

} // namespace msrl::pages
