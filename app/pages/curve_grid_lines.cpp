// SPDX-License-Identifier: GPL-3.0-or-later
// What is drawn on a card: its own lines and those of the cards that are laid over it.
#include "app/models/strings.h"
#include "app/pages/curve_grid.h"

#include <algorithm>
#include <utility>

namespace msrl::pages {

// In an order that does not depend on what came first: new data, replayed data, evaluation sets by name. The
// whole batch is left out where its parts are known: it would cover them.
std::vector<std::string> CurveGrid::drawnSources(const CurveLine& line) const
{
    std::vector<std::string> sources = m_curves.sources(line.metric);
    if (!line.source.empty())
        std::erase_if(sources, [&](const std::string& source) { return source != line.source; });
    if (std::find(sources.begin(), sources.end(), "new") != sources.end())
        std::erase(sources, "");
    const auto rank = [](const std::string& source) {
        return source == "new" ? 0 : source == "replay" ? 1 : 2;
    };
    std::sort(sources.begin(), sources.end(), [&](const std::string& a, const std::string& b) {
        return std::pair(rank(a), a) < std::pair(rank(b), b);
    });
    return sources;
}

// The first is the card's own.
std::vector<const CurveCardSpec*> CurveGrid::specsOn(const Card& card) const
{
    std::vector<const CurveCardSpec*> specs { &card.spec };
    for (const QString& key : m_arrangement.overlaysOf(card.spec.key())) {
        const auto other = std::find_if(
            m_cards.begin(), m_cards.end(), [&](const Card& one) { return one.spec.key() == key; });
        if (other != m_cards.end())
            specs.push_back(&other->spec);
    }
    return specs;
}

QString CurveGrid::seriesName(
    const CurveCardSpec& spec, const CurveLine& line, const std::string& source) const
{
    const QString from = models::toQt(source);
    if (source.empty() || !line.source.empty())
        return line.label;
    if (spec.lines.size() == 1)
        return from;
    return source == "new" ? line.label : QStringLiteral("%1 · %2").arg(line.label, from);
}

// Among the lines of others: with the title of its own card.
QString CurveGrid::longSeriesName(
    const CurveCardSpec& spec, const CurveLine& line, const std::string& source) const
{
    const QString name
        = spec.lines.size() == 1 ? spec.title : QStringLiteral("%1: %2").arg(spec.title, line.label);
    return source.empty() || !line.source.empty() ? name
                                                  : QStringLiteral("%1 · %2").arg(name, models::toQt(source));
}

std::vector<CurveGrid::Drawn> CurveGrid::linesOf(const Card& card) const
{
    const std::vector<const CurveCardSpec*> specs = specsOn(card);
    int numLines = 0;
    for (const CurveCardSpec* spec : specs)
        numLines += static_cast<int>(spec->lines.size());
    std::vector<Drawn> lines;
    int number = 0;
    for (const CurveCardSpec* spec : specs) {
        for (const CurveLine& line : spec->lines) {
            int colour = number++;
            const std::vector<std::string> sources = drawnSources(line);
            for (const std::string& source : sources) {
                // What knows no sources stands in the part of each.
                if (card.split != models::CardSplit::Source || source == card.part || source.empty()) {
                    lines.push_back({ specs.size() == 1 ? seriesName(*spec, line, source)
                                                        : longSeriesName(*spec, line, source),
                        line.metric, source, colour });
                }
                colour += numLines;
            }
        }
    }
    return lines;
}

} // namespace msrl::pages
