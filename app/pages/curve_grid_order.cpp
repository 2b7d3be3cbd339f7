// SPDX-License-Identifier: GPL-3.0-or-later
// Which cards are shown and in which order, and what happened along their axis.
#include "app/models/strings.h"
#include "app/pages/curve_grid.h"
#include "app/pages/run_curve.h"
#include "widgets/plot/curve_card.h"

#include <algorithm>

namespace msrl::pages {

namespace {

bool matches(const CurveCardSpec& spec, const QRegularExpression& filter)
{
    return filter.match(spec.title).hasMatch()
        || std::any_of(spec.lines.begin(), spec.lines.end(),
            [&](const CurveLine& line) { return filter.match(models::toQt(line.metric)).hasMatch(); });
}

} // namespace

bool CurveGrid::setFilter(const QString& expression)
{
    const QRegularExpression filter(expression, QRegularExpression::CaseInsensitiveOption);
    if (!filter.isValid())
        return false;
    m_filter = filter;
    placeCards();
    return true;
}

CurveGrid::Section CurveGrid::section(const Card& card) const
{
    if (m_arrangement.pinned.contains(card.spec.key()))
        return Section::Pinned;
    return card.isOther ? Section::Others : Section::Always;
}

std::vector<std::size_t> CurveGrid::order() const
{
    std::vector<std::size_t> cards;
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        if (matches(m_cards[i].spec, m_filter))
            cards.push_back(i);
    }
    const auto rankOf = [this](std::size_t i) {
        const Card& card = m_cards[i];
        const QString key = card.spec.key();
        const Section part = section(card);
        return std::pair(
            part, part == Section::Pinned ? m_arrangement.pinned.indexOf(key) : m_arrangement.rank(key));
    };
    std::stable_sort(
        cards.begin(), cards.end(), [&](std::size_t a, std::size_t b) { return rankOf(a) < rankOf(b); });
    return cards;
}

void CurveGrid::addEvents(const std::vector<store::EventRow>& events)
{
    const std::size_t known = m_events.size();
    for (const store::EventRow& event : events) {
        if (event.step >= 0
            && (event.kind == "checkpoint" || event.kind == "parameter" || event.kind == "replay"
                || event.kind == "resume"))
            m_events.push_back(event);
    }
    if (m_events.size() != known)
        placeMarkers();
}

void CurveGrid::clearEvents()
{
    m_events.clear();
    placeMarkers();
}

// At the newest point of its stage up to its step, whichever curve has one.
std::optional<double> CurveGrid::place(const store::EventRow& event) const
{
    for (const char* metric : { "loss", "reward" }) {
        for (const std::string& source : m_curves.sources(metric)) {
            for (const models::CurveSegment& segment : m_curves.segments(metric, source)) {
                if (segment.stage != event.stage || segment.curve->size() == 0)
                    continue;
                const double unit = m_axis == models::CurveAxis::Time ? kSecondsPerMinute : 1;
                const std::size_t upTo = segment.curve->numUpTo(event.step);
                return m_curves.x(segment, upTo > 0 ? upTo - 1 : 0, m_axis) / unit;
            }
        }
    }
    return std::nullopt;
}

void CurveGrid::placeEvents()
{
    for (const store::EventRow& event : m_events) {
        const std::optional<double> x = place(event);
        if (!x)
            continue;
        const bool checkpoint = event.kind == "checkpoint";
        for (const Card& card : m_cards) {
            const bool word = !checkpoint && card.spec.span > 1;
            card.widget->addMarker(*x, word ? models::toQt(event.text) : QString(),
                checkpoint ? widgets::MarkerKind::Checkpoint : widgets::MarkerKind::Note);
        }
    }
}

} // namespace msrl::pages
