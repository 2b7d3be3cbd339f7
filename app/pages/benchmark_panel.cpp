// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/benchmark_panel.h"

#include "app/models/strings.h"
#include "app/pages/evaluation_plots.h"
#include "app/pages/reliability_bars.h"
#include "app/pages/table_copy.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/plot/stage_plot.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

QString number(const std::optional<double>& value)
{
    return value ? QString::number(*value, 'f', 3) : QStringLiteral("–");
}

QString intervalText(const models::GroupShare& share)
{
    return share.accuracy ? QStringLiteral("%1–%2").arg(
               QString::number(share.interval.low, 'f', 3), QString::number(share.interval.high, 'f', 3))
                          : QString();
}

QString comparedText(const models::JudgesCompared& compared)
{
    const auto signedText = [](double value) {
        return QStringLiteral("%1%2").arg(
            value < 0 ? QStringLiteral("−") : QStringLiteral("+"), QString::number(std::abs(value), 'f', 3));
    };
    return QObject::tr("against the other judge, which reaches %1: difference %2 (95 % interval %3 to %4), "
                       "better on %5 pairs, worse on %6, exact p %7")
        .arg(QString::number(compared.second, 'f', 3), signedText(compared.difference),
            signedText(compared.interval.low), signedText(compared.interval.high),
            models::countText(compared.firstBetter), models::countText(compared.secondBetter),
            QString::number(compared.pValue, 'g', 2));
}

QString spoken(const std::string& name)
{
    return models::toQt(name).replace(QLatin1Char('_'), QLatin1Char(' '));
}

} // namespace

BenchmarkPanel::BenchmarkPanel(QWidget* parent)
    : QWidget(parent)
{
    auto* empty = new widgets::EmptyState(QStringLiteral("gauge"), tr("No benchmark report open"),
        tr("How a judge does on a published benchmark or on a file of your own: accuracy by group with "
           "intervals, the votes of k, the calibration. A report is what \"msrl-engine evaluate --benchmark "
           "… --json\" prints."),
        this);
    empty->setAction(tr("Open report…"));
    connect(empty, &widgets::EmptyState::actionTriggered, this, &BenchmarkPanel::chooseFile);
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(empty);
    m_stack->addWidget(makeContent());
}

QWidget* BenchmarkPanel::makeContent()
{
    auto* content = new QWidget(this);
    m_title = widgets::makeLabel({}, QStringLiteral("title"), content);
    m_part = new QComboBox(content);
    m_part->setObjectName(QStringLiteral("benchmarkPart"));
    m_part->setAccessibleName(tr("Part of the benchmark"));
    m_part->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* other = new QPushButton(widgets::icon(QStringLiteral("folder")), tr("Open report…"), content);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addWidget(m_part);
    head->addStretch(1);
    addCopyButtons(*head, content, QStringLiteral("copyBenchmark"), [this](TableForm form) {
        QGuiApplication::clipboard()->setText(tableText(models::tableOf(part()), form));
        Q_EMIT copied(copiedText(form));
    });
    head->addWidget(other);
    auto* columns = new QSplitter(Qt::Horizontal, content);
    columns->setHandleWidth(1);
    columns->setChildrenCollapsible(false);
    columns->addWidget(makeGroups(columns));
    columns->addWidget(makePlots(columns));
    columns->setStretchFactor(1, 1);
    columns->setSizes({ 520, 760 });
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    layout->addLayout(head);
    layout->addWidget(columns, 1);
    connect(m_part, &QComboBox::activated, this, &BenchmarkPanel::showPart);
    connect(other, &QPushButton::clicked, this, &BenchmarkPanel::chooseFile);
    return content;
}

QWidget* BenchmarkPanel::makeGroups(QWidget* parent)
{
    auto* box = new QWidget(parent);
    m_groups = new QTreeWidget(box);
    m_groups->setObjectName(QStringLiteral("benchmarkGroups"));
    m_groups->setRootIsDecorated(false);
    m_groups->setHeaderLabels({ tr("group"), tr("pairs"), tr("accuracy"), tr("95 % interval") });
    for (int column = 1; column < m_groups->columnCount(); ++column)
        m_groups->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_groups->header()->setStretchLastSection(false);
    m_groups->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_groups->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_groups->setAccessibleName(tr("Accuracy by group"));
    m_groupPlot = new widgets::StagePlot(box);
    m_groupPlot->setObjectName(QStringLiteral("benchmarkGroupPlot"));
    m_groupPlot->setOrder(widgets::StagePlot::Order::None);
    m_groupPlot->setAccessibleName(m_groups->accessibleName());
    m_groupPlot->setReference(kGuessing, tr("guessing"));
    m_notes = widgets::makeLabel({}, QStringLiteral("secondary"), box);
    m_notes->setWordWrap(true);
    auto* rows = new QVBoxLayout(box);
    rows->setContentsMargins(0, 0, widgets::kGap, 0);
    rows->addWidget(m_groups, 1);
    rows->addWidget(m_notes);
    rows->addWidget(makeOfficial(box), 1);
    rows->addWidget(m_groupPlot, 1);
    return box;
}

QWidget* BenchmarkPanel::makePlots(QWidget* parent)
{
    auto* plots = new QWidget(parent);
    const auto addBox = [plots](const QString& title, QVBoxLayout*& inner) {
        auto* box = new QWidget(plots);
        inner = new QVBoxLayout(box);
        inner->setContentsMargins(0, 0, 0, 0);
        inner->setSpacing(widgets::kGap);
        inner->addWidget(widgets::makeLabel(title, QStringLiteral("heading"), box));
        return box;
    };
    QVBoxLayout* votes = nullptr;
    QVBoxLayout* calibration = nullptr;
    m_votesBox = addBox(tr("Accuracy of the majority of k judgements"), votes);
    m_votes = new widgets::StagePlot(m_votesBox);
    m_votes->setObjectName(QStringLiteral("benchmarkVotes"));
    m_votes->setAccessibleName(tr("Accuracy of the majority of k judgements"));
    m_votes->setReference(kGuessing, tr("guessing"));
    votes->addWidget(m_votes, 1);
    m_calibrationBox = addBox(tr("Calibration"), calibration);
    m_calibration = widgets::makeLabel({}, QStringLiteral("secondary"), m_calibrationBox);
    m_calibration->setWordWrap(true);
    m_reliability = new widgets::ReliabilityPlot(m_calibrationBox);
    calibration->addWidget(m_calibration);
    calibration->addWidget(m_reliability, 1);
    auto* layout = new QVBoxLayout(plots);
    layout->setContentsMargins(widgets::kGap, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_votesBox, 1);
    layout->addWidget(m_calibrationBox, 1);
    return plots;
}

void BenchmarkPanel::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open benchmark report"), {}, tr("Reports (*.json);;All files (*)"));
    if (!file.isEmpty())
        open(file);
}

bool BenchmarkPanel::open(const QString& file)
{
    auto report = models::readBenchmarkReport(file.toStdString());
    if (!report) {
        Q_EMIT failed(models::toQt(report.error().message()));
        return false;
    }
    m_report = *std::move(report);
    m_title->setText(QStringLiteral("%1 · %2").arg(spoken(m_report->benchmark), QFileInfo(file).fileName()));
    m_title->setToolTip(file);
    m_part->clear();
    for (const models::BenchmarkPart& part : m_report->parts)
        m_part->addItem(spoken(part.name));
    m_part->setVisible(m_report->parts.size() > 1);
    m_stack->setCurrentIndex(1);
    showPart();
    return true;
}

const models::BenchmarkPart& BenchmarkPanel::part() const
{
    return m_report->parts[static_cast<std::size_t>(std::max(0, m_part->currentIndex()))];
}

void BenchmarkPanel::showPart()
{
    showGroups(part());
    showNotes(part());
    showOfficial(part());
    showVotes(part());
    showCalibration(part());
}

void BenchmarkPanel::showGroups(const models::BenchmarkPart& part)
{
    m_groups->clear();
    m_groups->setVisible(part.hasOurs);
    if (!part.hasOurs) {
        m_groupPlot->hide();
        return;
    }
    const auto add = [this](const QStringList& cells) {
        auto* row = new QTreeWidgetItem(m_groups, cells);
        for (int column = 1; column < m_groups->columnCount(); ++column)
            row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    };
    const auto addShare = [&add](const QString& name, const models::GroupShare& share) {
        add({ name, models::countText(share.pairs), number(share.accuracy), intervalText(share) });
    };
    QStringList names;
    widgets::StageSeries points { tr("accuracy"), {} };
    for (const models::GroupShare& group : part.groups) {
        addShare(spoken(group.group), group);
        names << spoken(group.group);
        points.points << (group.accuracy ? std::optional(widgets::StagePoint {
                              *group.accuracy, group.interval.low, group.interval.high })
                                         : std::nullopt);
    }
    addShare(part.rightInBoth ? tr("all pairs, over both orders") : tr("all pairs"), part.all);
    add({ tr("mean over groups"), QString(), number(part.macro), QString() });
    if (part.rightInBoth)
        addShare(tr("right in both orders"), *part.rightInBoth);
    // As high as its rows, as long as the plot has room below.
    m_groups->setMaximumHeight(m_groups->header()->sizeHint().height()
        + m_groups->topLevelItemCount() * m_groups->sizeHintForRow(0) + 2 * widgets::kGap);
    m_groupPlot->setSeries(names, { points });
    m_groupPlot->setVisible(names.size() > 1);
}

void BenchmarkPanel::showNotes(const models::BenchmarkPart& part)
{
    if (!part.hasOurs) {
        m_notes->setText(
            tr("What was judged is of the official protocol's own form: it has no figures of ours."));
        return;
    }
    QStringList notes { tr("%1 judgements, %2 could not be read and count as wrong")
                            .arg(models::countText(part.judgements), models::countText(part.unread)) };
    if (part.tiesLeftOut > 0)
        notes << tr("%1 pairs that people call a tie are left out").arg(models::countText(part.tiesLeftOut));
    if (part.tied > 0)
        notes << tr("%1 pairs have as many answers for the one as for the other")
                     .arg(models::countText(part.tied));
    if (part.firstShown)
        notes << tr("what was shown first is named in %1 of the answers").arg(number(part.firstShown));
    if (part.consistent)
        notes << tr("both orders have one answer in %1 of the pairs").arg(number(part.consistent));
    if (part.comparison)
        notes << comparedText(*part.comparison);
    m_notes->setText(notes.join(QStringLiteral(" · ")));
}

void BenchmarkPanel::showCalibration(const models::BenchmarkPart& part)
{
    m_reliability->setBars(reliabilityBars(part.bins));
    m_calibration->setText(part.calibrationError
            ? tr("How often an answer is right, against the probability that the judge gave it. Expected "
                 "calibration error %1.")
                  .arg(number(part.calibrationError))
            : QString());
    m_calibrationBox->setVisible(!part.bins.empty());
}

void BenchmarkPanel::showVotes(const models::BenchmarkPart& part)
{
    QStringList sizes;
    widgets::StageSeries first { tr("first k"), {} };
    widgets::StageSeries expected { tr("expected"), {} };
    for (const models::VotePoint& point : part.voting) {
        sizes << QString::number(point.k);
        first.points << widgets::StagePoint { point.accuracy, point.interval.low, point.interval.high };
        expected.points << widgets::StagePoint { point.expected, point.expected, point.expected };
    }
    m_votes->setSeries(sizes, { first, expected });
    m_votesBox->setVisible(sizes.size() > 1);
}

} // namespace msrl::pages
