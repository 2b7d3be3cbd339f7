// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of a run as a grid of cards that fills the width it gets. All cards share one axis, one
// crosshair and the part of the axis that the mouse chose in one of them.
#pragma once

#include "app/models/card_arrangement.h"
#include "app/models/curve_set.h"

#include <QRegularExpression>
#include <QWidget>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class QLabel;
class QMenu;

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

    QString key() const; // what a project remembers the card by
};

// The cards that are always there.
const std::vector<CurveCardSpec>& curveCardSpecs();
// Of a metric that none of these shows.
CurveCardSpec otherCardSpec(const std::string& metric);

class CurveGrid : public QWidget
{
    Q_OBJECT

public:
    explicit CurveGrid(const models::CurveSet& curves, QWidget* parent = nullptr);

    void setAxis(models::CurveAxis axis);
    void setSmoothing(double weight);
    // Names the stages on the axis; unknown stages get no mark.
    void setStageTitles(std::map<std::string, QString> titles);
    // What happened at a step of a stage: a triangle for a checkpoint, a line with a word for all else. What
    // has no step, as a stage that was left out, has no place on the axis.
    void addEvents(const std::vector<store::EventRow>& events);
    void clearEvents();
    // Shows on all cards the part of the axis that is this stage's; asked for the part that is shown already,
    // the whole again. False: there is no such part, as the stage drew nothing.
    bool showStage(const std::string& stage);
    // Shows the cards whose title or metrics match; an invalid expression is refused (false) and changes
    // nothing.
    bool setFilter(const QString& expression);
    // Cards go by their first metric.
    void setArrangement(const models::CardArrangement& arrangement);
    const models::CardArrangement& arrangement() const { return m_arrangement; }
    // While hidden, changes are remembered and drawn when shown again. Those that are always there come
    // first, in their own order.
    const std::vector<widgets::CurveCard*>& cards() const { return m_widgets; }

Q_SIGNALS:
    void arrangementChanged(); // by a person

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

    struct Card
    {
        CurveCardSpec spec;
        bool isOther = false; // of a metric that no card of curveCardSpecs() shows
        models::CardSplit split = models::CardSplit::None;
        std::string part = {}; // of a split card: the source or the stage
        widgets::CurveCard* widget = nullptr;
        std::map<QString, Shown> shown = {}; // by name
        bool isStale = true; // it grew while nobody saw it

        std::string stage() const { return split == models::CardSplit::Stage ? part : std::string(); }
    };

    enum class Section { Pinned, Always, Others };

    // curve_grid_cards.cpp
    std::vector<Card> wantedCards() const; // without their widgets
    void addCard(std::vector<Card>& cards, const CurveCardSpec& spec, bool isOther) const;
    std::vector<std::string> sourcesOf(const CurveCardSpec& spec) const;
    std::vector<std::string> stagesOf(const CurveCardSpec& spec) const;
    QString titleOf(const Card& card) const;
    bool makeCards(); // true: there are others than before
    widgets::CurveCard* makeWidget(const CurveCardSpec& spec);
    void linkAxis(widgets::CurveCard* card);
    void showAxis(widgets::CurveCard& card) const;
    bool isShown(const std::string& metric) const;

    // curve_grid_arrange.cpp: what a person does
    void rearrange(const models::CardArrangement& arrangement);
    void togglePin(const QString& key, bool pinned);
    void moveCard(const QString& key, int by);
    void putCard(const QString& key, const QString& there); // in the place of that card
    // Of the cards that are shown in the same section; empty: none.
    QString neighbour(const QString& key, int by) const;
    void fillMenu(QMenu& menu, const QString& key);
    void fillSplitMenu(QMenu& menu, const QString& key);
    void fillOverlayMenu(QMenu& menu, const QString& key);
    void takeKeys(widgets::CurveCard* card, const QString& key);

    // curve_grid_drag.cpp
    void takeDrags(widgets::CurveCard* card, const QString& key);
    void followDrag(const QString& key, const QPoint& global);
    void endDrag(const QString& key, const QPoint& global, bool dropped);
    const Card* dropTarget(const QString& key, const QPoint& place) const; // null: it cannot go there

    void grew(const QStringList& names);
    void updateStale();
    // A series' colour is told by its line of the card and its source, not by what came first.
    void update(Card& card);
    void reload();
    static void clearCard(Card& card);
    void placeMarkers();
    void placeEvents();
    std::optional<double> place(const store::EventRow& event) const; // on the axis; none: not to be seen
    std::vector<std::size_t> order() const; // of the cards that are shown
    Section section(const Card& card) const;
    void placeCards();
    // curve_grid_lines.cpp
    std::vector<const CurveCardSpec*> specsOn(const Card& card) const;
    std::vector<std::string> drawnSources(const CurveLine& line) const;
    std::vector<Drawn> linesOf(const Card& card) const;
    QString seriesName(const CurveCardSpec& spec, const CurveLine& line, const std::string& source) const;
    QString longSeriesName(const CurveCardSpec& spec, const CurveLine& line, const std::string& source) const;

    const models::CurveSet& m_curves;
    models::CurveAxis m_axis = models::CurveAxis::Time;
    std::vector<Card> m_cards;
    std::vector<widgets::CurveCard*> m_widgets; // of the cards
    QLabel* m_otherHeading = nullptr; // above the cards of other metrics
    QWidget* m_dropMark = nullptr; // where a card that is dragged will stand
    double m_smoothing = 0;
    std::map<std::string, QString> m_titles;
    std::size_t m_numMarkers = 0;
    std::vector<store::EventRow> m_events;
    QRegularExpression m_filter;
    std::string m_shownStage; // by showStage(), until another part is chosen
    models::CardArrangement m_arrangement;
};

} // namespace msrl::pages
