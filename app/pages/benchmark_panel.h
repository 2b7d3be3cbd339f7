// SPDX-License-Identifier: GPL-3.0-or-later
// A judge on a published benchmark, from the file that `msrl-engine evaluate --json` wrote: accuracy by group
// with intervals, the accuracy of the majority of k judgements, what its probabilities are worth, and beside
// them the figures of the official protocol.
#pragma once

#include "app/models/benchmark_report.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QStackedLayout;
class QTreeWidget;

namespace msrl::widgets {
class ReliabilityPlot;
class StagePlot;
}

namespace msrl::pages {

class BenchmarkPanel : public QWidget
{
    Q_OBJECT

public:
    explicit BenchmarkPanel(QWidget* parent = nullptr);

    // False, and failed() says why, for a file that is no such report; what was shown stays.
    bool open(const QString& file);
    const std::optional<models::BenchmarkReport>& report() const { return m_report; }

Q_SIGNALS:
    void failed(const QString& text);
    void copied(const QString& what);

private:
    QWidget* makeContent();
    QWidget* makeGroups(QWidget* parent);
    QWidget* makeOfficial(QWidget* parent);
    QWidget* makePlots(QWidget* parent);
    void chooseFile();
    const models::BenchmarkPart& part() const; // REQUIRES: an open report
    void showPart();
    void showGroups(const models::BenchmarkPart& part);
    void showNotes(const models::BenchmarkPart& part);
    void showOfficial(const models::BenchmarkPart& part);
    void showCalibration(const models::BenchmarkPart& part);
    void showVotes(const models::BenchmarkPart& part);

    std::optional<models::BenchmarkReport> m_report;
    QStackedLayout* m_stack = nullptr; // how to make a report, or one
    QLabel* m_title = nullptr;
    QComboBox* m_part = nullptr;
    QTreeWidget* m_groups = nullptr;
    widgets::StagePlot* m_groupPlot = nullptr;
    QLabel* m_notes = nullptr;
    QWidget* m_officialBox = nullptr; // hidden where the benchmark has no protocol of its own
    QTreeWidget* m_official = nullptr;
    QWidget* m_votesBox = nullptr; // hidden where there was one judgement of each pair
    widgets::StagePlot* m_votes = nullptr;
    QWidget* m_calibrationBox = nullptr; // hidden where no probability is told
    QLabel* m_calibration = nullptr;
    widgets::ReliabilityPlot* m_reliability = nullptr;
};

} // namespace msrl::pages
