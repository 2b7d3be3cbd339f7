// SPDX-License-Identifier: GPL-3.0-or-later
// The plot of a run group: one measure against another, or against the parameter that was varied. The same
// picture as `msrl-engine sweep --svg` draws, in the window's colours; the mouse on a point tells its
// figures.
#pragma once

#include "core/groups/study_plot.h"

#include <QSvgRenderer>
#include <QWidget>

#include <optional>

class QComboBox;
class QHelpEvent;
class QLabel;
class QPushButton;

namespace msrl::pages {

class StudyPlotView : public QWidget
{
    Q_OBJECT

public:
    explicit StudyPlotView(QWidget* parent = nullptr);

    // The axes that a person chose stay where their measures are still there; for another group they are
    // chosen anew.
    void setStudy(const groups::RunGroup& group, const groups::GroupSummary& summary);
    // What is drawn; nothing while there is nothing to draw.
    const std::optional<groups::Plot>& shownPlot() const { return m_shown; }
    // Of the point at this place of the canvas; empty where there is none.
    QString tipAt(const QPointF& place) const;

Q_SIGNALS:
    void saveRequested(const QByteArray& svg);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void listMeasures(bool keepChoice);
    void draw();
    void paint();
    groups::PlotRequest request() const;
    groups::PlotLook look() const;

    groups::RunGroup m_group;
    groups::GroupSummary m_summary;
    QComboBox* m_y = nullptr;
    QComboBox* m_x = nullptr;
    QLabel* m_problem = nullptr;
    QWidget* m_canvas = nullptr;
    QPushButton* m_save = nullptr;
    QSvgRenderer m_picture;
    std::optional<groups::Plot> m_shown;
};

} // namespace msrl::pages
