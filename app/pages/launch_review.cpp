// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/launch_review.h"

#include "app/models/counted_text.h"
#include "app/models/strings.h"
#include "app/pages/launch_form.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
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
#include <initializer_list>
#include <utility>

namespace msrl::pages {

namespace {

constexpr int kReviewWidth = 940;
constexpr int kMostChanges = 8; // rows in sight
constexpr int kMostChangeWidth = 320; // of a column
constexpr int kMostEstimates = 6; // the same
constexpr int kCommandHeight = 92;
enum EstimateColumn { kStage, kSteps, kSamples, kCompletions, kTokens, kMemory, kDisk, kTime };

// As high as its rows, at most so many.
void showRows(QTreeWidget& table, int most)
{
    const int rows = std::min(most, table.topLevelItemCount());
    const int rowHeight = std::max(table.sizeHintForRow(0), widgets::kCompactRowHeight);
    table.setFixedHeight(table.header()->sizeHint().height() + 4 + rows * rowHeight);
}

} // namespace

LaunchReview::LaunchReview(const LaunchPreview& preview, QWidget* parent)
    : QDialog(parent)
    , m_stages(preview.estimates)
    , m_isCounting(preview.isCounting)
    , m_commandLine(preview.commandLine)
    , m_problem(preview.problem)
{
    setWindowTitle(tr("Review the run"));
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
        layout->addWidget(makeChanges(preview));
    }
    if (!m_stages.empty())
        layout->addWidget(makeEstimates());
    layout->addWidget(makeOptions(preview));
    layout->addWidget(makeCommand(preview));
    layout->addStretch(1);
    layout->addLayout(makeButtons());
    showOptions();
    resize(kReviewWidth, sizeHint().height());
}

QLayout* LaunchReview::makeButtons()
{
    auto* row = new QHBoxLayout;
    QLabel* problem = widgets::makeLabel(m_problem, QStringLiteral("bad"), this);
    problem->setWordWrap(true);
    row->addWidget(problem, 1);
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
    m_form = new LaunchForm(preview.options, preview.place, preview.project, box);
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
    widgets::setUpList(*table, tr("Changes since the last run"),
        { tr("stage"), tr("what"), tr("in the last run"), tr("now") });
    table->header()->setMaximumSectionSize(kMostChangeWidth);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // it would take a row's room
    for (const models::ProjectChange& change : preview.changes) {
        const auto orDash = [](const QString& text) { return text.isEmpty() ? QStringLiteral("–") : text; };
        auto* row = new QTreeWidgetItem(
            table, { change.stage, change.what, orDash(change.before), orDash(change.after) });
        for (int column = 0; column < table->columnCount(); ++column)
            row->setToolTip(column, row->text(column)); // a long value is cut
    }
    showRows(*table, kMostChanges);
    return table;
}

QWidget* LaunchReview::makeEstimates()
{
    auto* box = new QWidget(this);
    m_estimates = new QTreeWidget(box);
    m_estimates->setObjectName(QStringLiteral("reviewEstimates"));
    m_estimates->setRootIsDecorated(false);
    m_estimates->setUniformRowHeights(true);
    m_estimates->setAccessibleName(tr("What the run will take"));
    m_estimates->setHeaderLabels({ tr("stage"), tr("steps"), tr("samples"), tr("completions"),
        tr("tokens at most"), tr("memory"), tr("disk"), tr("time") });
    QTreeWidgetItem* head = m_estimates->headerItem();
    for (int column = kSteps; column < m_estimates->columnCount(); ++column)
        head->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    head->setToolTip(kSamples, tr("Read in all: in every epoch, in both orders, for every policy."));
    head->setToolTip(kMemory,
        tr("Of one process: weights, reference, gradients and optimiser, without activations and KV cache."));
    head->setToolTip(kDisk, tr("The stage's result; checkpoints go when the stage has ended."));
    head->setToolTip(kTime, tr("At the pace that the stage had when it last ran here."));
    for (const models::StageEstimate& stage : m_stages) {
        auto* row = new QTreeWidgetItem(m_estimates, { stage.title });
        for (int column = kSteps; column < m_estimates->columnCount(); ++column)
            row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    for (int column = 0; column < m_estimates->columnCount(); ++column)
        m_estimates->header()->setSectionResizeMode(
            column, column == 0 ? QHeaderView::Stretch : QHeaderView::ResizeToContents);
    m_estimates->header()->setStretchLastSection(false);
    m_heading = widgets::makeLabel({}, QStringLiteral("heading"), box);
    m_heading->setObjectName(QStringLiteral("reviewTime"));
    m_disk = widgets::makeLabel({}, QStringLiteral("secondary"), box);
    m_disk->setObjectName(QStringLiteral("reviewDisk"));
    m_counts = widgets::makeLabel({}, QStringLiteral("secondary"), box);
    m_counts->setObjectName(QStringLiteral("reviewCounts"));
    m_counts->hide();
    for (QLabel* label : { m_disk, m_counts })
        label->setWordWrap(true);
    showRows(*m_estimates, kMostEstimates);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget* part : std::initializer_list<QWidget*> { m_heading, m_estimates, m_counts, m_disk })
        layout->addWidget(part);
    fillEstimates();
    return box;
}

void LaunchReview::fillEstimates()
{
    const QString unknown = m_isCounting ? QStringLiteral("…") : QStringLiteral("–");
    double seconds = 0;
    int measured = 0;
    for (std::size_t i = 0; i < m_stages.size(); ++i) {
        const models::StageEstimate& stage = m_stages[i];
        QTreeWidgetItem* row = m_estimates->topLevelItem(static_cast<int>(i));
        // What waits for the counts stays open; what a stage has nothing of gets a dash.
        const auto count = [&](std::int64_t number) {
            return number <= 0 ? (stage.samples ? QStringLiteral("–") : unknown)
                : stage.atMost ? QStringLiteral("≤ %1").arg(models::countText(number))
                               : models::countText(number);
        };
        row->setText(kSteps, count(stage.steps.value_or(0)));
        row->setText(kSamples, count(stage.samples.value_or(0)));
        row->setText(kCompletions, count(stage.completions));
        row->setText(kTokens, count(stage.mostTokens));
        const auto needs = m_needs.find(stage.node);
        const bool isKnown = needs != m_needs.end();
        const qint64 disk = stage.textBytes + (isKnown ? needs->second.result : 0);
        row->setText(kMemory, isKnown ? models::bytesText(needs->second.memory) : QStringLiteral("–"));
        row->setText(kDisk, disk > 0 ? models::bytesText(disk) : QStringLiteral("–"));
        row->setText(kTime, stage.seconds ? models::durationText(*stage.seconds) : tr("not measured yet"));
        seconds += stage.seconds.value_or(0);
        measured += stage.seconds ? 1 : 0;
    }
    m_heading->setText(measured == 0 ? tr("What the run will take")
            : measured == static_cast<int>(m_stages.size())
            ? tr("All stages made anew: about %1").arg(models::durationText(seconds))
            : tr("The stages that were measured, made anew: about %1").arg(models::durationText(seconds)));
    showDisk();
}

void LaunchReview::showEstimates(std::vector<models::StageEstimate> estimates, const QString& problem)
{
    m_isCounting = false;
    if (!m_estimates || estimates.size() != m_stages.size())
        return;
    m_stages = std::move(estimates);
    m_counts->setText(problem);
    m_counts->setVisible(!problem.isEmpty());
    fillEstimates();
}

void LaunchReview::showNeeds(const std::map<std::string, curriculum::StageNeeds>& needs, qint64 freeBytes)
{
    m_needs = needs;
    m_free = freeBytes;
    if (m_estimates)
        fillEstimates();
}

void LaunchReview::showDisk()
{
    if (m_needs.empty())
        return;
    qint64 disk = curriculum::diskOf(m_needs);
    for (const models::StageEstimate& stage : m_stages)
        disk += stage.textBytes;
    const bool enough = disk <= m_free;
    widgets::setVariant(m_disk, "role", enough ? QStringLiteral("secondary") : QStringLiteral("bad"));
    m_disk->setText(
        (enough ? tr("Disk: %1 for all results and the checkpoints of one stage; %2 are free.")
                : tr("Disk: %1 for all results and the checkpoints of one stage, but only %2 are free."))
            .arg(models::bytesText(disk), models::bytesText(m_free)));
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
