// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_quality_panel.h"

#include "app/models/strings.h"
#include "app/pages/measure_card.h"
#include "app/pages/quality_card.h"
#include "app/pages/reliability_bars.h"
#include "app/pages/sample_card.h"
#include "app/pages/threshold_card.h"
#include "widgets/feedback/labels.h"
#include "widgets/plot/reliability_plot.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

AuditQualityPanel::AuditQualityPanel(QWidget* parent)
    : QWidget(parent)
    , m_measures(new MeasureCard(this))
    , m_sample(new SampleCard(this))
    , m_threshold(new ThresholdCard(this))
{
    auto* left = new QVBoxLayout;
    left->setSpacing(12);
    left->addWidget(m_measures);
    left->addWidget(m_sample);
    left->addWidget(makeNotes());
    left->addStretch();
    auto* columns = new QHBoxLayout;
    columns->setSpacing(12);
    columns->addLayout(left, 5);
    columns->addWidget(makeReliability(), 4);
    columns->addWidget(m_threshold, 5);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, 12);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(makeTop());
    layout->addLayout(columns, 1);
    connect(m_measures, &MeasureCard::picked, this, [this](const std::string& measure) {
        m_measure = measure;
        showMeasure();
    });
    connect(m_sample, &SampleCard::requested, this, &AuditQualityPanel::sampleRequested);
    connect(m_sample, &SampleCard::sizeChanged, this, &AuditQualityPanel::sampleSizeChanged);
    connect(m_threshold, &ThresholdCard::rangeRequested, this, &AuditQualityPanel::rangeRequested);
    connect(m_threshold, &ThresholdCard::acceptRequested, this, &AuditQualityPanel::acceptRequested);
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

QWidget* AuditQualityPanel::makeReliability()
{
    auto* card = new QualityCard(tr("Reliability"),
        tr("Where the dots lie below the diagonal, the teacher claims more than it keeps."), this);
    m_reliability = new widgets::ReliabilityPlot(card);
    card->body().addWidget(m_reliability, 1);
    return card;
}

QWidget* AuditQualityPanel::makeNotes()
{
    auto* card = new QualityCard(tr("Auditors and teacher"), {}, this);
    m_notes = widgets::makeLabel({}, {}, card);
    m_notes->setObjectName(QStringLiteral("auditNotes"));
    m_notes->setWordWrap(true);
    card->body().addWidget(m_notes);
    return card;
}

void AuditQualityPanel::setItems(const std::vector<models::QueueItem>& items, const std::string& stage,
    const models::GateThresholds& thresholds)
{
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
    m_sample->setItems(items, stage, thresholds);
}

void AuditQualityPanel::setNotes(const QStringList& notes)
{
    m_notes->setText(notes.join(QLatin1Char('\n')));
}

void AuditQualityPanel::setSampleSize(int size)
{
    m_sample->setSize(size);
}

int AuditQualityPanel::sampleSize() const
{
    return m_sample->size();
}

const models::AuditSample& AuditQualityPanel::sample() const
{
    return m_sample->sample();
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
    return m_threshold->outcome();
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
    m_measures->show(m_qualities, m_measure);
    showMeasure();
}

void AuditQualityPanel::showMeasure()
{
    const models::MeasureQuality* quality = current();
    m_reliability->setEmptyText(quality && !quality->known.empty()
            ? tr("%1 is no probability: only its order counts.").arg(quality->title)
            : tr("Appears once it is known of some choices whether they are right."));
    m_reliability->setBars(quality ? reliabilityBars(quality->bins) : QVector<widgets::ReliabilityBar> {});
    m_threshold->show(quality);
}

} // namespace msrl::pages
