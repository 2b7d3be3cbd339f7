// SPDX-License-Identifier: GPL-3.0-or-later
// The evaluations of a run as two plots side by side: accuracy through the curriculum, and of one policy the
// accuracy by task.
#pragma once

#include "app/models/evaluation_model.h"

#include <QWidget>

class QLabel;

namespace msrl::widgets {
class StagePlot;
}

namespace msrl::pages {

inline constexpr double kGuessing = 0.5; // accuracy between two answers

class EvaluationPlots : public QWidget
{
    Q_OBJECT

public:
    explicit EvaluationPlots(QWidget* parent = nullptr);

    void showCurriculum(const models::EvaluationModel& model);
    // REQUIRES: the model has the row
    void showTasks(const models::EvaluationModel& model, int row);

private:
    widgets::StagePlot* m_curriculum = nullptr;
    QWidget* m_tasksBox = nullptr; // hidden where no tasks are told apart
    QLabel* m_tasksTitle = nullptr;
    widgets::StagePlot* m_tasks = nullptr;
};

} // namespace msrl::pages
