// SPDX-License-Identifier: GPL-3.0-or-later
// The Quality view of the Audit page: what each confidence measure is worth, where a threshold would lie, and
// what a random sample says about the set.
#pragma once

#include "app/models/audit_quality.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace msrl::widgets {
class ReliabilityPlot;
}

namespace msrl::pages {

class MeasureCard;
class SampleCard;
class ThresholdCard;

class AuditQualityPanel : public QWidget
{
    Q_OBJECT

public:
    explicit AuditQualityPanel(QWidget* parent = nullptr);

    // The items are the caller's, who outlives the panel; call again when they changed. `stage` names the
    // random order of the sample.
    void setItems(const std::vector<models::QueueItem>& items, const std::string& stage,
        const models::GateThresholds& thresholds);
    // What several auditors and the teacher's habit come to, a line each.
    void setNotes(const QStringList& notes);
    void setSampleSize(int size);
    int sampleSize() const;

    models::Truth truth() const;
    // The measure and threshold that are chosen; an empty measure when there is none.
    std::string measure() const;
    models::ThresholdOutcome outcome() const;
    const models::AuditSample& sample() const;

Q_SIGNALS:
    // Look at these items.
    void rangeRequested(const msrl::models::ConfidenceRange& range);
    // Ask about accepting all items from this threshold up.
    void acceptRequested(const msrl::models::ConfidenceRange& range);
    void sampleRequested(const std::vector<std::int64_t>& rowids);
    void sampleSizeChanged(int size);

private:
    QWidget* makeTop();
    QWidget* makeReliability();
    QWidget* makeNotes();
    void compute();
    void showMeasure();
    const models::MeasureQuality* current() const;

    const std::vector<models::QueueItem>* m_items = nullptr; // the queue's
    std::string m_stage;
    std::vector<models::MeasureQuality> m_qualities;
    std::string m_measure;

    QComboBox* m_truth = nullptr;
    QLabel* m_hint = nullptr;
    MeasureCard* m_measures = nullptr;
    SampleCard* m_sample = nullptr;
    widgets::ReliabilityPlot* m_reliability = nullptr;
    ThresholdCard* m_threshold = nullptr;
    QLabel* m_notes = nullptr;
};

} // namespace msrl::pages
