// SPDX-License-Identifier: GPL-3.0-or-later
// The vertical lines of a plot and their words, which stand above the curves and never run into each other.
#pragma once

#include "widgets/plot/curve_types.h"

#include <QFont>
#include <QStringList>

#include <vector>

class QCPItemStraightLine;
class QCPItemText;
class QCustomPlot;

namespace msrl::widgets {

struct Tokens;

// Lives as long as the plot whose items it makes.
class CurveMarkers
{
public:
    explicit CurveMarkers(QCustomPlot& plot)
        : m_plot(plot)
    {
    }

    void add(const CurveMarker& marker);
    void clear();
    void applyColours(const Tokens& tokens, const QFont& font);
    // Shortens each word to the room before the next line; one without room for three letters goes. For the
    // moment between the plot's layout and its painting.
    void place();
    bool hasWords() const;
    QStringList shownWords() const; // as they stand there now, from left to right

private:
    struct Item
    {
        CurveMarker value;
        QCPItemStraightLine* line = nullptr;
        QCPItemText* label = nullptr;
    };

    QCustomPlot& m_plot;
    std::vector<Item> m_items; // by x
};

} // namespace msrl::widgets
