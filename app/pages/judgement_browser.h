// SPDX-License-Identifier: GPL-3.0-or-later
// What the judges of a run said about held-out pairs: the errors of one policy, pair by pair, what it wrote
// in both orders, and whether its confidence says what it promises.
#pragma once

#include "app/models/judgement_model.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedLayout;
class QTableView;

namespace msrl::widgets {
class EmptyState;
class ReliabilityPlot;
}

namespace msrl::services {
class EnginePictures;
class RunSession;
}

namespace msrl::pages {

class JudgementDetail;
class MediaViewer;

class JudgementBrowser : public QWidget
{
    Q_OBJECT

public:
    explicit JudgementBrowser(QWidget* parent = nullptr);

    // For media that the studio does not read itself.
    void usePictures(services::EnginePictures* pictures);
    // The evaluations that the run has by now; the chosen policy stays. `titles`: of the policies, by stage
    // of their evaluation, in plan order.
    void setEvaluations(
        services::RunSession& session, const std::vector<std::pair<std::string, QString>>& titles);
    void clear();

    const models::JudgementModel& model() const { return m_model; }

Q_SIGNALS:
    void failed(const QString& text);

private:
    QWidget* makeBar();
    QWidget* makeList();
    void addViewer();
    void read();
    void listSets();
    void listKinds();
    void filter();
    void showCalibration();
    void showPair(int row);
    std::string chosenSet() const;

    services::RunSession* m_session = nullptr;
    models::JudgementModel m_model;
    QStackedLayout* m_stack = nullptr;
    widgets::EmptyState* m_empty = nullptr;
    QComboBox* m_policy = nullptr;
    QComboBox* m_set = nullptr;
    QComboBox* m_kind = nullptr;
    QLineEdit* m_search = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_calibration = nullptr;
    widgets::ReliabilityPlot* m_reliability = nullptr;
    JudgementDetail* m_detail = nullptr;
    MediaViewer* m_viewer = nullptr;
    int m_shown = -1; // promptIndex of the pair that was looked at last
};

} // namespace msrl::pages
