// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/threshold_card.h"

#include "widgets/feedback/labels.h"
#include "widgets/plot/risk_plot.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <initializer_list>
#include <limits>

namespace msrl::pages {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

} // namespace

ThresholdCard::ThresholdCard(QWidget* parent)
    : QualityCard(tr("Risk against coverage"),
        tr("Drag the threshold, or use the arrow keys: how much would be accepted unseen, and how wrong it "
           "is."),
        parent)
    , m_risk(new widgets::RiskPlot(this))
    , m_outcome(widgets::makeLabel({}, {}, this))
    , m_showBelow(new QPushButton(tr("Look at those below"), this))
    , m_accept(new QPushButton(tr("Accept those above…"), this))
{
    m_risk->setEmptyText(tr("Appears once it is known of some choices whether they are right: decide about "
                            "some, best about a random sample."));
    m_outcome->setObjectName(QStringLiteral("outcome"));
    m_outcome->setWordWrap(true);
    m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_showBelow->setObjectName(QStringLiteral("showBelow"));
    m_accept->setObjectName(QStringLiteral("acceptAbove"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_showBelow);
    row->addWidget(m_accept);
    row->addStretch();
    body().addWidget(m_risk, 1);
    body().addWidget(m_outcome);
    body().addLayout(row);
    connect(m_risk, &widgets::RiskPlot::thresholdMoved, this, &ThresholdCard::showOutcome);
    connect(m_showBelow, &QPushButton::clicked, this, [this] {
        Q_EMIT rangeRequested({ m_measure->measure, -kInfinity, m_risk->threshold() });
    });
    connect(m_accept, &QPushButton::clicked, this, [this] {
        Q_EMIT acceptRequested({ m_measure->measure, m_risk->threshold(), kInfinity });
    });
}

void ThresholdCard::show(const models::MeasureQuality* measure)
{
    m_measure = measure;
    QVector<widgets::RiskCurvePoint> points;
    if (measure) {
        for (const judge::RiskPoint& point : measure->risk)
            points << widgets::RiskCurvePoint { point.threshold, point.coverage, point.risk,
                point.riskInterval.low, point.riskInterval.high };
    }
    m_risk->setPoints(points);
    placeThreshold();
    showOutcome();
}

// A threshold of another measure says nothing here: the middle to begin with.
void ThresholdCard::placeThreshold()
{
    if (!m_measure || m_measure->risk.empty())
        return;
    const std::vector<judge::RiskPoint>& risk = m_measure->risk;
    const bool inside = m_placedFor == m_measure->measure && m_risk->threshold() <= risk.front().threshold
        && m_risk->threshold() >= risk.back().threshold;
    if (!inside)
        m_risk->setThreshold(risk[risk.size() / 2].threshold);
    m_placedFor = m_measure->measure;
}

models::ThresholdOutcome ThresholdCard::outcome() const
{
    return m_measure ? m_measure->at(m_risk->threshold()) : models::ThresholdOutcome {};
}

void ThresholdCard::showOutcome()
{
    const bool any = m_measure && !m_measure->risk.empty();
    m_outcome->setText(any ? models::outcomeText(outcome()) : QString());
    for (QWidget* part : std::initializer_list<QWidget*> { m_outcome, m_showBelow, m_accept })
        part->setVisible(any);
}

} // namespace msrl::pages
