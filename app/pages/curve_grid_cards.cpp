// SPDX-License-Identifier: GPL-3.0-or-later
// Which cards there are: those that are always there, and one for every other metric that a run logs, so that
// no curve is out of sight; of a split card its parts.
#include "app/models/strings.h"
#include "app/pages/curve_grid.h"
#include "widgets/plot/curve_card.h"

#include <algorithm>
#include <set>
#include <utility>

namespace msrl::pages {

bool CurveGrid::isShown(const std::string& metric) const
{
    return std::any_of(m_cards.begin(), m_cards.end(), [&](const Card& card) {
        return std::any_of(card.spec.lines.begin(), card.spec.lines.end(),
            [&](const CurveLine& line) { return line.metric == metric; });
    });
}

std::vector<CurveGrid::Card> CurveGrid::wantedCards() const
{
    std::vector<Card> wanted;
    std::set<std::string> drawn;
    for (const CurveCardSpec& spec : curveCardSpecs()) {
        addCard(wanted, spec, false);
        for (const CurveLine& line : spec.lines)
            drawn.insert(line.metric);
    }
    for (const QString& name : m_curves.names()) {
        const std::string metric = name.toStdString();
        if (!drawn.contains(metric))
            addCard(wanted, otherCardSpec(metric), true);
    }
    return wanted;
}

// One, or its parts where it is split and has more than one.
void CurveGrid::addCard(std::vector<Card>& cards, const CurveCardSpec& spec, bool isOther) const
{
    const models::CardSplit split = m_arrangement.splitOf(spec.key());
    std::vector<std::string> parts;
    if (split == models::CardSplit::Source)
        parts = sourcesOf(spec);
    else if (split == models::CardSplit::Stage)
        parts = stagesOf(spec);
    if (parts.size() < 2) {
        cards.push_back({ spec, isOther });
        return;
    }
    for (const std::string& part : parts) {
        cards.push_back({ spec, isOther, split, part });
        cards.back().spec.span = 1;
    }
}

std::vector<std::string> CurveGrid::sourcesOf(const CurveCardSpec& spec) const
{
    std::vector<std::string> sources;
    for (const CurveLine& line : spec.lines) {
        for (const std::string& source : drawnSources(line)) {
            if (!source.empty() && std::find(sources.begin(), sources.end(), source) == sources.end())
                sources.push_back(source);
        }
    }
    return sources;
}

// In the order in which they ran.
std::vector<std::string> CurveGrid::stagesOf(const CurveCardSpec& spec) const
{
    std::set<std::string> known;
    for (const CurveLine& line : spec.lines) {
        for (const std::string& source : drawnSources(line)) {
            for (const models::CurveSegment& segment : m_curves.segments(line.metric, source))
                known.insert(segment.stage);
        }
    }
    std::vector<std::string> stages;
    for (const models::StageBoundary& boundary : m_curves.boundaries(m_axis)) {
        if (known.contains(boundary.stage))
            stages.push_back(boundary.stage);
    }
    return stages;
}

QString CurveGrid::titleOf(const Card& card) const
{
    if (card.split == models::CardSplit::None)
        return card.spec.title;
    const auto title = m_titles.find(card.stage());
    return QStringLiteral("%1 · %2").arg(
        card.spec.title, title == m_titles.end() ? models::toQt(card.part) : title->second);
}

// Cards that stay keep their widget with all that it shows.
bool CurveGrid::makeCards()
{
    std::vector<Card> before = std::exchange(m_cards, {});
    bool isNew = false;
    for (Card& wanted : wantedCards()) {
        const auto same = std::find_if(before.begin(), before.end(), [&](const Card& card) {
            return card.spec.key() == wanted.spec.key() && card.split == wanted.split
                && card.part == wanted.part;
        });
        if (same != before.end()) {
            m_cards.push_back(std::move(*same));
            before.erase(same);
            continue;
        }
        wanted.widget = makeWidget(wanted.spec);
        m_cards.push_back(std::move(wanted));
        isNew = true;
    }
    for (Card& gone : before) {
        clearCard(gone);
        gone.widget->hide();
        gone.widget->deleteLater(); // it may be its own menu that asked for this
    }
    m_widgets.clear();
    for (const Card& card : m_cards) {
        card.widget->setTitle(titleOf(card));
        m_widgets.push_back(card.widget);
    }
    return isNew || !before.empty();
}

widgets::CurveCard* CurveGrid::makeWidget(const CurveCardSpec& spec)
{
    auto* card = new widgets::CurveCard(spec.title, this);
    card->setHelp(spec.help);
    card->setEmptyText(spec.emptyText);
    card->setYFloor(spec.floor, spec.ceiling);
    card->setSmoothing(m_smoothing);
    showAxis(*card);
    const QString key = spec.key();
    connect(card, &widgets::CurveCard::pinToggled, this, [this, key](bool on) { togglePin(key, on); });
    connect(card, &widgets::CurveCard::menuOpening, this, [this, key](QMenu* menu) { fillMenu(*menu, key); });
    takeKeys(card, key);
    takeDrags(card, key);
    linkAxis(card);
    return card;
}

// One crosshair and one part of the axis for all.
void CurveGrid::linkAxis(widgets::CurveCard* card)
{
    connect(card->curve(), &widgets::CurvePlot::crosshairMoved, this, [this](double x) {
        for (widgets::CurveCard* other : m_widgets)
            other->curve()->showCrosshair(x);
    });
    connect(card->curve(), &widgets::CurvePlot::xRangeChosen, this, [this, card](double from, double to) {
        m_shownStage.clear();
        for (widgets::CurveCard* other : m_widgets)
            if (other != card)
                other->curve()->showXRange(from, to);
    });
    connect(card->curve(), &widgets::CurvePlot::zoomLeft, this, [this] {
        m_shownStage.clear();
        for (widgets::CurveCard* other : m_widgets)
            other->curve()->resetZoom();
    });
    connect(card->curve(), &widgets::CurvePlot::crosshairLeft, this, [this] {
        for (widgets::CurveCard* other : m_widgets)
            other->curve()->hideCrosshair();
    });
}

} // namespace msrl::pages
