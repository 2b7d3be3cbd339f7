// SPDX-License-Identifier: GPL-3.0-or-later
// New samples against replayed ones: a slider, a number, and the batches that the engine would make of them.
#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace msrl::pages {

class ReplayEditor : public QWidget
{
    Q_OBJECT

public:
    explicit ReplayEditor(QWidget* parent = nullptr);

    // ratio: new samples for each replayed one; 0 replays nothing.
    void setValues(double ratio, int promptsPerStep);
    double ratio() const;

Q_SIGNALS:
    // gesture: the same for all values of one drag of the slider.
    void ratioEdited(double ratio, int gesture);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void edit(double ratio);
    void describe();

    QSlider* m_slider = nullptr;
    QDoubleSpinBox* m_number = nullptr;
    QLabel* m_text = nullptr;
    QWidget* m_bar = nullptr;
    int m_prompts = 16;
    int m_gesture = 1;
    bool m_updating = false;
};

} // namespace msrl::pages
