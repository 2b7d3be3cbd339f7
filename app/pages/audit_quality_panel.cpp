// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_quality_panel.h"

#include "app/models/strings.h"
#include "app/pages/reliability_bars.h"
#include "widgets/feedback/labels.h"
#include "widgets/plot/risk_plot.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace msrl::pages {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kDefaultSample = 20;
constexpr double kUsualBound = 0.05;
constexpr int kTableHeight = 168; // header and the five measures that there are

QFrame* makeCard(const QString& title, const QString& help, QVBoxLayout*& layout, QWidget* parent)
{
    auto* card = new QFrame(parent);
    widgets::setVariant(card, "surface", QStringLiteral("card"));
    layout = new QVBoxLayout(card);
    layout->setContentsMargins(12, 8, 12, 12);
    layout->setSpacing(widgets::kGap);
    QLabel* head = widgets::makeLabel(title, QStringLiteral("heading"), card);
    head->setToolTip(help);
    head->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    layout->addWidget(head);
    return card;
}

QString shareText(const std::optional<double>& value)
{
    return value ? QString::number(*value, 'f', 3) : QStringLiteral("–");
}

} // namespace

AuditQualityPanel::AuditQualityPanel(QWidget* parent)
    : QWidget(parent)
{
    auto* left = new QVBoxLayout;
    left->setSpacing(12);
    left->addWidget(makeMeasures());
    left->addWidget(makeSample());
    left->addWidget(makeNotes());
    left->addStretch();
    auto* columns = new QHBoxLayout;
    columns->setSpacing(12);
    columns->addLayout(left, 5);
    columns->addWidget(makeReliability(), 4);
    columns->addWidget(makeRisk(), 5);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, 12);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(makeTop());
    layout->addLayout(columns, 1);
}

QWidget* AuditQualityPanel::makeTop()
{
    auto* top = new QWidget(this);
    m_truth = new QComboBox(top);
    m_truth->setAccessibleName(tr("Who says what is right"));
    m_truth->addItem({}, static_cast<int>(models::Truth::Auditor));
    m_truth->addItem({}, static_cast<int>(models::Truth::Gold));
    m_hint = widgets::makeLabel({}, QStringLiteral("secondary"), top);
    auto* layout = new QHBoxLayout(top);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widgets::makeLabel(tr("Machine's choices, right according to"), {}, top));
    layout->addWidget(m_truth);
    layout->addWidget(m_hint, 1);
    connect(m_truth, &QComboBox::activated, this, &AuditQualityPanel::compute);
    return top;
}

QWidget* AuditQualityPanel::makeMeasures()
{
    QVBoxLayout* layout = nullptr;
    QFrame* card = makeCard(tr("Confidence measures"),
        tr("Every measure that the run computed for the chosen paths. Smaller figures are better."), layout,
        this);
    m_table = new QTreeWidget(card);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAccessibleName(tr("Confidence measures"));
    m_table->setHeaderLabels({ tr("measure"), tr("ECE"), tr("Brier"), tr("AURC"), tr("checked") });
    m_table->headerItem()->setToolTip(1, tr("Expected calibration error over ten bins of equal width"));
    m_table->headerItem()->setToolTip(
        2, tr("Brier score: mean squared distance from right (1) or wrong (0)"));
    m_table->headerItem()->setToolTip(3, tr("Area under the risk-coverage curve: what the order is worth"));
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < m_table->columnCount(); ++column) {
        m_table->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
        m_table->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    m_table->setFixedHeight(kTableHeight);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    layout->addWidget(m_table);
    connect(m_table, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem* item) {
        if (!item)
            return;
        m_measure = item->data(0, Qt::UserRole).toString().toStdString();
        showMeasure();
    });
    return card;
}

QWidget* AuditQualityPanel::makeReliability()
{
    QVBoxLayout* layout = nullptr;
    QFrame* card = makeCard(tr("Reliability"),
        tr("Where the dots lie below the diagonal, the teacher claims more than it keeps."), layout, this);
    m_reliability = new widgets::ReliabilityPlot(card);
    layout->addWidget(m_reliability, 1);
    return card;
}

QWidget* AuditQualityPanel::makeRisk()
{
    QVBoxLayout* layout = nullptr;
    QFrame* card = makeCard(tr("Risk against coverage"),
        tr("Drag the threshold, or use the arrow keys: how much would be accepted unseen, and how wrong it "
           "is."),
        layout, this);
    m_risk = new widgets::RiskPlot(card);
    m_risk->setEmptyText(tr("Appears once it is known of some choices whether they are right: decide about "
                            "some, best about a random sample."));
    m_outcome = widgets::makeLabel({}, {}, card);
    m_outcome->setObjectName(QStringLiteral("outcome"));
    m_outcome->setWordWrap(true);
    m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_showBelow = new QPushButton(tr("Look at those below"), card);
    m_showBelow->setObjectName(QStringLiteral("showBelow"));
    m_accept = new QPushButton(tr("Accept those above …"), card);
    m_accept->setObjectName(QStringLiteral("acceptAbove"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_showBelow);
    row->addWidget(m_accept);
    row->addStretch();
    layout->addWidget(m_risk, 1);
    layout->addWidget(m_outcome);
    layout->addLayout(row);
    connect(m_risk, &widgets::RiskPlot::thresholdMoved, this, &AuditQualityPanel::showOutcome);
    connect(m_showBelow, &QPushButton::clicked, this, [this] {
        Q_EMIT rangeRequested({ measure(), -kInfinity, m_risk->threshold() });
    });
    connect(m_accept, &QPushButton::clicked, this, [this] {
        Q_EMIT acceptRequested({ measure(), m_risk->threshold(), kInfinity });
    });
    return card;
}

QWidget* AuditQualityPanel::makeSample()
{
    QVBoxLayout* layout = nullptr;
    QFrame* card = makeCard(tr("Random sample"),
        tr("The same items for everybody who draws so many; a larger sample contains the smaller one."),
        layout, this);
    m_size = new QSpinBox(card);
    m_size->setObjectName(QStringLiteral("sampleSize"));
    m_size->setRange(1, 100000);
    m_size->setValue(kDefaultSample);
    m_size->setAccessibleName(tr("Items to draw"));
    m_showSample = new QPushButton(tr("Look at them"), card);
    m_showSample->setObjectName(QStringLiteral("showSample"));
    m_sampleText = widgets::makeLabel({}, {}, card);
    m_sampleText->setObjectName(QStringLiteral("sampleText"));
    m_sampleText->setWordWrap(true);
    QLabel* rule
        = widgets::makeLabel(tr("%1 checks without an error show that less than %2\u00a0% are wrong.")
                                 .arg(judge::checksFor(kUsualBound))
                                 .arg(100 * kUsualBound),
            QStringLiteral("secondary"), card);
    rule->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(widgets::makeLabel(tr("Draw"), {}, card));
    row->addWidget(m_size);
    row->addWidget(m_showSample);
    row->addStretch();
    layout->addLayout(row);
    layout->addWidget(m_sampleText);
    layout->addWidget(rule);
    connect(m_size, &QSpinBox::valueChanged, this, [this](int size) {
        showSample();
        Q_EMIT sampleSizeChanged(size);
    });
    connect(m_showSample, &QPushButton::clicked, this, [this] { Q_EMIT sampleRequested(m_sample.rowids); });
    return card;
}

QWidget* AuditQualityPanel::makeNotes()
{
    QVBoxLayout* layout = nullptr;
    QFrame* card = makeCard(tr("Auditors and teacher"), {}, layout, this);
    m_notes = widgets::makeLabel({}, {}, card);
    m_notes->setObjectName(QStringLiteral("auditNotes"));
    m_notes->setWordWrap(true);
    layout->addWidget(m_notes);
    return card;
}

void AuditQualityPanel::setItems(const std::vector<models::QueueItem>& items, const std::string& stage,
    const models::GateThresholds& thresholds)
{
    m_thresholds = thresholds;
    const bool first = stage != m_stage;
    m_items = &items;
    m_stage = stage;
    const int byAuditor = models::numKnown(*m_items, models::Truth::Auditor);
    const int byGold = models::numKnown(*m_items, models::Truth::Gold);
    m_truth->setItemText(0, tr("the auditors' decisions (%1)").arg(models::countText(byAuditor)));
    m_truth->setItemText(1, tr("the gold labels (%1)").arg(models::countText(byGold)));
    if (first)
        m_truth->setCurrentIndex(byAuditor == 0 && byGold > 0 ? 1 : 0);
    compute();
    showSample();
}

void AuditQualityPanel::setNotes(const QStringList& notes)
{
    m_notes->setText(notes.join(QLatin1Char('\n')));
}

void AuditQualityPanel::setSampleSize(int size)
{
    const QSignalBlocker quiet(m_size);
    m_size->setValue(size);
}

int AuditQualityPanel::sampleSize() const
{
    return m_size->value();
}

models::Truth AuditQualityPanel::truth() const
{
    return static_cast<models::Truth>(m_truth->currentData().toInt());
}

const models::MeasureQuality* AuditQualityPanel::current() const
{
    const auto found = std::find_if(m_qualities.begin(), m_qualities.end(),
        [this](const models::MeasureQuality& quality) { return quality.measure == m_measure; });
    return found == m_qualities.end() ? nullptr : &*found;
}

std::string AuditQualityPanel::measure() const
{
    return current() ? m_measure : std::string();
}

models::ThresholdOutcome AuditQualityPanel::outcome() const
{
    const models::MeasureQuality* quality = current();
    return quality ? quality->at(m_risk->threshold()) : models::ThresholdOutcome {};
}

void AuditQualityPanel::compute()
{
    if (!m_items)
        return;
    m_qualities = models::measureQualities(*m_items, truth());
    const bool known = models::numKnown(*m_items, truth()) > 0;
    m_hint->setText(known || m_qualities.empty() ? QString()
            : truth() == models::Truth::Gold     ? tr("None of these items has a gold label.")
                                                 : tr("Nothing is decided yet."));
    if (!current() && !m_qualities.empty())
        m_measure = m_qualities.front().measure;
    showMeasures();
    showMeasure();
}

void AuditQualityPanel::showMeasures()
{
    const QSignalBlocker quiet(m_table);
    m_table->clear();
    for (const models::MeasureQuality& quality : m_qualities) {
        auto* row = new QTreeWidgetItem(m_table,
            { quality.title, shareText(quality.calibrationError), shareText(quality.brier),
                shareText(quality.area), models::countText(static_cast<qint64>(quality.known.size())) });
        row->setData(0, Qt::UserRole, models::toQt(quality.measure));
        row->setToolTip(0, quality.help);
        for (int column = 1; column < m_table->columnCount(); ++column)
            row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        if (quality.measure == m_measure)
            m_table->setCurrentItem(row);
    }
}

void AuditQualityPanel::showMeasure()
{
    const models::MeasureQuality* quality = current();
    m_reliability->setEmptyText(quality && !quality->known.empty()
            ? tr("%1 is no probability: only its order counts.").arg(quality->title)
            : tr("Appears once it is known of some choices whether they are right."));
    m_reliability->setBars(quality ? reliabilityBars(quality->bins) : QVector<widgets::ReliabilityBar> {});
    QVector<widgets::RiskCurvePoint> points;
    if (quality) {
        for (const judge::RiskPoint& point : quality->risk)
            points << widgets::RiskCurvePoint { point.threshold, point.coverage, point.risk,
                point.riskInterval.low, point.riskInterval.high };
    }
    m_risk->setPoints(points);
    // A threshold of another measure says nothing here: the middle to begin with.
    const bool inside = !points.isEmpty() && m_risk->threshold() <= points.front().threshold
        && m_risk->threshold() >= points.back().threshold
        && m_risk->property("measure") == models::toQt(m_measure);
    if (!points.isEmpty() && !inside)
        m_risk->setThreshold(points[points.size() / 2].threshold);
    m_risk->setProperty("measure", models::toQt(m_measure));
    showOutcome();
}

void AuditQualityPanel::showOutcome()
{
    const bool any = current() && !current()->risk.empty();
    m_outcome->setText(any ? models::outcomeText(outcome()) : QString());
    for (QWidget* part : std::initializer_list<QWidget*> { m_outcome, m_showBelow, m_accept })
        part->setVisible(any);
}

void AuditQualityPanel::showSample()
{
    if (!m_items)
        return;
    m_sample = models::drawSample(*m_items, m_stage, m_size->value(), m_thresholds);
    m_showSample->setEnabled(m_sample.size() > 0);
    m_sampleText->setText(
        m_sample.size() == 0 ? tr("The machine has chosen no path yet.") : models::sampleText(m_sample));
}

} // namespace msrl::pages
