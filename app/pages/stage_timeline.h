// SPDX-License-Identifier: GPL-3.0-or-later
// The stages of a run from left to right: a bar per stage, as wide as the time it took or is expected to
// take, a gate as a diamond; state as icon and word below.
#pragma once

#include <QWidget>

#include <vector>

namespace msrl::models {
class StageListModel;
}

namespace msrl::pages {

class StageTimeline : public QWidget
{
    Q_OBJECT

public:
    explicit StageTimeline(models::StageListModel& model, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void stageClicked(const QString& stage); // or chosen by key: arrows, then Enter

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Place
    {
        int row = 0;
        QRectF rect; // the stage's whole column
    };
    std::vector<Place> places() const;
    const Place* placeAt(const std::vector<Place>& places, const QPointF& position) const;
    void paintStage(QPainter& painter, const Place& place) const;
    void describe();
    void click(const Place& place);
    bool isCurrent(const Place& place) const;

    models::StageListModel& m_model;
    QString m_current; // the stage that the keys are at
};

} // namespace msrl::pages
