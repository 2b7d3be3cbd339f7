// SPDX-License-Identifier: GPL-3.0-or-later
// The risk-coverage curve of one measure with its threshold, what accepting from there on comes to, and what
// can be done with it.
#pragma once

#include "app/models/audit_quality.h"
#include "app/pages/quality_card.h"

class QLabel;
class QPushButton;

namespace msrl::widgets {
class RiskPlot;
}

namespace msrl::pages {

class ThresholdCard : public QualityCard
{
    Q_OBJECT

public:
    explicit ThresholdCard(QWidget* parent = nullptr);

    // Null: no measure. It is the caller's, who shows the next one before it goes.
    void show(const models::MeasureQuality* measure);
    models::ThresholdOutcome outcome() const;

Q_SIGNALS:
    // Look at these items.
    void rangeRequested(const msrl::models::ConfidenceRange& range);
    // Ask about accepting all items from the threshold up.
    void acceptRequested(const msrl::models::ConfidenceRange& range);

private:
    void placeThreshold();
    void showOutcome();

    const models::MeasureQuality* m_measure = nullptr;
    std::string m_placedFor; // the measure on whose scale the threshold lies
    widgets::RiskPlot* m_risk = nullptr;
    QLabel* m_outcome = nullptr;
    QPushButton* m_showBelow = nullptr;
    QPushButton* m_accept = nullptr;
};

} // namespace msrl::pages
