// SPDX-License-Identifier: GPL-3.0-or-later
// How the paths are shown: stacked or two side by side, with or without the heat of their tokens.
#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace msrl::pages {

class PathModes : public QWidget
{
    Q_OBJECT

public:
    explicit PathModes(QWidget* parent = nullptr);

    void setSideBySide(bool on);
    void setHeat(bool on);
    // The keys that the buttons name, as they are now.
    void showKeys();

Q_SIGNALS:
    // What was clicked; the buttons follow when they are told.
    void sideBySideRequested(bool on);
    void heatRequested();

private:
    QToolButton* addButton(const char* name);

    QToolButton* m_stack = nullptr;
    QToolButton* m_sides = nullptr;
    QToolButton* m_heat = nullptr;
    QLabel* m_legend = nullptr;
};

} // namespace msrl::pages
