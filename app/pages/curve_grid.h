// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of a run as a grid of cards that fills the width it gets. All cards share one axis, one
// crosshair and the part of the axis that the mouse chose in one of them.
#pragma once

#include "app/models/curve_set.h"

#include <QRegularExpression>
#include <QWidget>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace msrl::widgets {
class CurveCard;
}

namespace msrl::pages {

class RunCurve;

// One metric drawn on a card; every source of it becomes a series, unless one is named.
struct CurveLine
{
    std::string metric;
    QString label;
    std::string source = {};
};

struct CurveCardSpec
{
    QString title;
    QString help;
    QString emptyText;
    std::vector<CurveLine> lines;
    std::optional<double> floor;
    std::optional<double> ceiling;
    int span = 1; // columns of the grid
};

const std::vector<CurveCardSpec>& curveCardSpecs();

class CurveGrid : public QWidget
{
    Q_OBJECT

public:
    explicit CurveGrid(const models::CurveSet& curves, QWidget* parent = nullptr);

    void setAxis(models::CurveAxis axis);
    void setSmoothing(double weight);
    // Names the stages on the axis; unknown stages get no mark.
    void setStageTitles(std::map<std::string, QString> titles);
    // What happened at a step of a stage: a triangle for a checkpoint, a line with a word for all else.
    void addEvents(const std::vector<store::EventRow>& events);
    void clearEvents();
    // Shows the cards whose title or metrics match; an invalid expression is refused (false) and changes
    // nothing.
    bool setFilter(const QString& expression);
    // Cards by their first metric, which stand before the others in this order.
    void setPinned(const QStringList& metrics);
    QStringList pinned() const { return m_pinned; }
    // While hidden, changes are remembered and drawn when shown again.
    const std::vector<widgets::CurveCard*>& cards() const { return m_cards; }

Q_SIGNALS:
    void pinnedChanged(const QStringList& metrics);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    // A line of a card as it is to be drawn.
    struct Drawn
    {
        QString name;
        std::string metric;
        std::string source;
        int colour = 0;
    };
    using Shown = std::pair<Drawn, std::shared_ptr<RunCurve>>;

    void grew(const QStringList& names);
    // A series' colour is told by its line of the card and its source, not by what came first.
    void update(std::size_t card);
    void reload();
    void clearCard(std::size_t card);
    std::vector<Drawn> linesOf(std::size_t card) const;
    void placeMarkers();
    void placeEvents();
    std::optional<double> place(const store::EventRow& event) const; // on the axis; none: not to be seen
    std::vector<std::size_t> order() const; // of the cards that are shown
    void togglePin(std::size_t card, bool pinned);
    void placeCards();
    QString seriesName(const CurveCardSpec& spec, const CurveLine& line, const std::string& source) const;

    const models::CurveSet& m_curves;
    models::CurveAxis m_axis = models::CurveAxis::Time;
    std::vector<widgets::CurveCard*> m_cards;
    std::vector<std::map<QString, Shown>> m_shown; // by name, of each card
    std::set<std::size_t> m_dirty;
    std::map<std::string, QString> m_titles;
    std::size_t m_numMarkers = 0;
    std::vector<store::EventRow> m_events;
    QRegularExpression m_filter;
    QStringList m_pinned;
};

} // namespace msrl::pages
