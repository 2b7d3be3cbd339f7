// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/evaluation_plots.h"

#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/plot/stage_plot.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

bool isTask(const std::string& measure)
{
    return measure.starts_with("by_task/");
}

QString nameOf(const models::EvaluationColumn& column)
{
    return column.benchmark.empty() ? EvaluationPlots::tr("accuracy") : models::toQt(column.benchmark);
}

std::optional<widgets::StagePoint> pointOf(const models::EvaluationCell* cell)
{
    if (!cell)
        return std::nullopt;
    return widgets::StagePoint { cell->value, cell->low, cell->high };
}

// A series for each benchmark, in the order of the columns, so that both plots give it one colour.
QVector<widgets::StageSeries> seriesOf(const models::EvaluationModel& model, qsizetype points)
{
    QVector<widgets::StageSeries> series;
    for (const models::EvaluationColumn& column : model.columns()) {
        if (column.measure == "accuracy")
            series << widgets::StageSeries { nameOf(column),
                QVector<std::optional<widgets::StagePoint>>(points) };
    }
    return series;
}

widgets::StageSeries* seriesFor(QVector<widgets::StageSeries>& series, const models::EvaluationColumn& column)
{
    const auto found = std::find_if(series.begin(), series.end(),
        [&](const widgets::StageSeries& one) { return one.name == nameOf(column); });
    return found == series.end() ? nullptr : &*found;
}

} // namespace

EvaluationPlots::EvaluationPlots(QWidget* parent)
    : QWidget(parent)
    , m_curriculum(new widgets::StagePlot(this))
    , m_tasksBox(new QWidget(this))
    , m_tasksTitle(widgets::makeLabel({}, QStringLiteral("heading"), m_tasksBox))
    , m_tasks(new widgets::StagePlot(m_tasksBox))
{
    m_curriculum->setObjectName(QStringLiteral("curriculumPlot"));
    m_curriculum->setReference(kGuessing, tr("guessing"));
    m_tasks->setObjectName(QStringLiteral("taskPlot"));
    m_tasks->setOrder(widgets::StagePlot::Order::None);
    m_tasks->setAccessibleName(tr("Accuracy by task"));
    m_tasks->setReference(kGuessing, tr("guessing"));
    m_tasksTitle->setToolTip(tr("Of the policy that is selected in the table."));
    auto* tasks = new QVBoxLayout(m_tasksBox);
    tasks->setContentsMargins(0, 0, 0, 0);
    tasks->setSpacing(widgets::kGap);
    tasks->addWidget(m_tasksTitle);
    tasks->addWidget(m_tasks, 1);
    auto* curriculum = new QVBoxLayout;
    curriculum->setSpacing(widgets::kGap);
    curriculum->addWidget(
        widgets::makeLabel(tr("Accuracy through the curriculum"), QStringLiteral("heading"), this));
    curriculum->addWidget(m_curriculum, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, widgets::kGap, 0, 0);
    layout->setSpacing(widgets::kWideGap);
    layout->addLayout(curriculum, 1);
    layout->addWidget(m_tasksBox, 1);
}

void EvaluationPlots::showCurriculum(const models::EvaluationModel& model)
{
    QStringList stages;
    for (int row = 0; row < model.rowCount(); ++row)
        stages << model.index(row, 0).data().toString();
    QVector<widgets::StageSeries> series = seriesOf(model, stages.size());
    const auto& columns = model.columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].measure != "accuracy")
            continue;
        for (int row = 0; row < model.rowCount(); ++row)
            seriesFor(series, columns[i])->points[row] = pointOf(model.cell(row, static_cast<int>(i) + 1));
    }
    m_curriculum->setSeries(stages, series);
}

void EvaluationPlots::showTasks(const models::EvaluationModel& model, int row)
{
    const auto& columns = model.columns();
    QStringList tasks;
    for (const models::EvaluationColumn& column : columns) {
        const QString task = models::measureText(column.measure);
        if (isTask(column.measure) && !tasks.contains(task))
            tasks << task;
    }
    QVector<widgets::StageSeries> series = seriesOf(model, tasks.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        widgets::StageSeries* one = isTask(columns[i].measure) ? seriesFor(series, columns[i]) : nullptr;
        if (one)
            one->points[tasks.indexOf(models::measureText(columns[i].measure))]
                = pointOf(model.cell(row, static_cast<int>(i) + 1));
    }
    m_tasksTitle->setText(tr("By task, after %1").arg(model.index(row, 0).data().toString()));
    m_tasks->setSeries(tasks, series);
    m_tasksBox->setVisible(!tasks.isEmpty());
}

} // namespace msrl::pages
