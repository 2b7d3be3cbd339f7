// SPDX-License-Identifier: GPL-3.0-or-later
// How a group's completions are shown: all in columns or two side by side, with their tokens plain or
// coloured by log-probability or entropy.
#pragma once

#include "app/models/completion_path.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace msrl::pages {

class SampleModes : public QWidget
{
    Q_OBJECT

public:
    explicit SampleModes(QWidget* parent = nullptr);

    // `possible`: the group has two completions.
    void setSideBySide(bool on, bool possible);
    // What colours the tokens; `known`: whether this group kept it.
    void setHeat(models::TokenHeat heat, bool known);

Q_SIGNALS:
    // What was clicked; the buttons follow when they are told.
    void sideBySideRequested(bool on);
    void heatRequested(models::TokenHeat heat); // None: no colours any more

private:
    QToolButton* addButton(const QString& text, const QString& tip, const char* name);

    QToolButton* m_columns = nullptr;
    QToolButton* m_sides = nullptr;
    QLabel* m_legend = nullptr;
    QToolButton* m_logprob = nullptr;
    QToolButton* m_entropy = nullptr;
};

} // namespace msrl::pages
