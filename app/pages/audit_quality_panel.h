// SPDX-License-Identifier: GPL-3.0-or-later
// The Quality view of the Audit page: what each confidence measure is worth, where a threshold would lie, and
// what a random sample says about the set.
#pragma once

#include "app/models/audit_quality.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTreeWidget;

namespace msrl::widgets {
class ReliabilityPlot;
class RiskPlot;
}

namespace msrl::pages {

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
    const models::AuditSample& sample() const { return m_sample; }

Q_SIGNALS:
    // Look at these items.
    void rangeRequested(const msrl::models::ConfidenceRange& range);
    // Ask about accepting all items from this threshold up.
    void acceptRequested(const msrl::models::ConfidenceRange& range);
    void sampleRequested(const std::vector<std::int64_t>& rowids);
    void sampleSizeChanged(int size);

private:
    QWidget* makeTop();
    QWidget* makeMeasures();
    QWidget* makeReliability();
    QWidget* makeRisk();
    QWidget* makeSample();
    QWidget* makeNotes();
    void compute();
    void showMeasures();
    void showMeasure();
    void showOutcome();
    void showSample();
    const models::MeasureQuality* current() const;

    models::GateThresholds m_thresholds;
    const std::vector<models::QueueItem>* m_items = nullptr; // the queue's
    std::string m_stage;
    std::vector<models::MeasureQuality> m_qualities;
    models::AuditSample m_sample;
    std::string m_measure;

    QComboBox* m_truth = nullptr;
    QLabel* m_hint = nullptr;
    QTreeWidget* m_table = nullptr;
    widgets::ReliabilityPlot* m_reliability = nullptr;
    widgets::RiskPlot* m_risk = nullptr;
    QLabel* m_outcome = nullptr;
    QPushButton* m_showBelow = nullptr;
    QPushButton* m_accept = nullptr;
    QSpinBox* m_size = nullptr;
    QLabel* m_sampleText = nullptr;
    QPushButton* m_showSample = nullptr;
    QLabel* m_notes = nullptr;
};

} // namespace msrl::pages
