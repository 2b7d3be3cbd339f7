// SPDX-License-Identifier: GPL-3.0-or-later
// New samples against replayed ones: a slider and a number, or a curve over the steps; and the batches that
// the engine would make of them.
#pragma once

#include "core/data/replay_ratio.h"

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSlider;

namespace msrl::pages {

class ReplayCurve;

// What the stage's fields say.
struct ReplayValues
{
    double ratio = 0; // new samples for each replayed one; 0 replays nothing
    QString schedule; // as data::ReplayRatio::parse() reads it; empty: the same ratio at every step
    int promptsPerStep = 16;
    std::int64_t numSteps = 1;
    std::int64_t mostTokensPerStep = 0; // every prompt and completion at its limit
    std::optional<std::int64_t> numNew, numReplay; // samples of the two sources, where they are known

    data::ReplayRatio toRatio() const; // of a schedule that cannot be read: the ratio
};

class ReplayEditor : public QWidget
{
    Q_OBJECT

public:
    explicit ReplayEditor(QWidget* parent = nullptr);

    void setValues(const ReplayValues& values);
    double ratio() const;

Q_SIGNALS:
    // gesture: the same for all values of one drag.
    void ratioEdited(double ratio, int gesture);
    void scheduleEdited(const QString& schedule, int gesture);
    void sweepRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void layOut();
    void connectParts();
    void edit(double ratio);
    void setScheduled(bool scheduled);
    void describe();
    std::int64_t shownStep(int row) const;
    void paintBatch(QPainter& painter, const QRect& room, const std::vector<bool>& isReplayed) const;

    ReplayValues m_values;
    QSlider* m_slider = nullptr;
    QDoubleSpinBox* m_number = nullptr;
    QCheckBox* m_scheduled = nullptr;
    ReplayCurve* m_curve = nullptr;
    QPushButton* m_sweep = nullptr;
    QLabel* m_text = nullptr;
    QWidget* m_bar = nullptr;
    int m_gesture = 1;
    bool m_updating = false;
};

} // namespace msrl::pages
