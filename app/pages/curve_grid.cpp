// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/curve_grid.h"

#include "app/models/strings.h"
#include "app/pages/run_curve.h"
#include "widgets/plot/curve_card.h"
#include "widgets/theme/tokens.h"

#include <QResizeEvent>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

constexpr int kLeastCardWidth = 290;
constexpr int kCardHeight = 204;

// What is drawn of a metric, in an order that does not depend on what came first: new data, replayed data,
// evaluation sets by name. The whole batch is left out where its parts are known: it would cover them.
std::vector<std::string> drawnSources(const models::CurveSet& curves, const CurveLine& line)
{
    std::vector<std::string> sources = curves.sources(line.metric);
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

} // namespace

CurveGrid::CurveGrid(const models::CurveSet& curves, QWidget* parent)
    : QWidget(parent)
    , m_curves(curves)
{
    for (const CurveCardSpec& spec : curveCardSpecs()) {
        auto* card = new widgets::CurveCard(spec.title, this);
        card->setHelp(spec.help);
        card->setEmptyText(spec.emptyText);
        card->setYFloor(spec.floor, spec.ceiling);
        card->setXName(tr("minutes"));
        m_cards.push_back(card);
    }
    m_shown.resize(m_cards.size());
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        connect(m_cards[i], &widgets::CurveCard::pinToggled, this, [this, i](bool on) { togglePin(i, on); });
    for (widgets::CurveCard* card : m_cards) {
        connect(card->curve(), &widgets::CurvePlot::crosshairMoved, this, [this](double x) {
            for (widgets::CurveCard* other : m_cards)
                other->curve()->showCrosshair(x);
        });
        connect(card->curve(), &widgets::CurvePlot::xRangeChosen, this, [this, card](double from, double to) {
            for (widgets::CurveCard* other : m_cards)
                if (other != card)
                    other->curve()->showXRange(from, to);
        });
        connect(card->curve(), &widgets::CurvePlot::zoomLeft, this, [this] {
            for (widgets::CurveCard* other : m_cards)
                other->curve()->resetZoom();
        });
        connect(card->curve(), &widgets::CurvePlot::crosshairLeft, this, [this] {
            for (widgets::CurveCard* other : m_cards)
                other->curve()->hideCrosshair();
        });
    }
    connect(&m_curves, &models::CurveSet::curvesChanged, this, &CurveGrid::grew);
    connect(&m_curves, &models::CurveSet::cleared, this, &CurveGrid::reload);
    reload();
}

void CurveGrid::setAxis(models::CurveAxis axis)
{
    if (axis == m_axis)
        return;
    m_axis = axis;
    for (widgets::CurveCard* card : m_cards)
        card->setXName(axis == models::CurveAxis::Time ? tr("minutes") : tr("steps"));
    reload();
}

void CurveGrid::setSmoothing(double weight)
{
    for (widgets::CurveCard* card : m_cards)
        card->setSmoothing(weight);
}

void CurveGrid::setStageTitles(std::map<std::string, QString> titles)
{
    if (titles == m_titles)
        return;
    m_titles = std::move(titles);
    placeMarkers();
}

void CurveGrid::grew(const QStringList& names)
{
    const auto& specs = curveCardSpecs();
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const bool concerned = std::any_of(specs[i].lines.begin(), specs[i].lines.end(),
            [&](const CurveLine& line) { return names.contains(models::toQt(line.metric)); });
        if (concerned)
            m_dirty.insert(i);
    }
    if (!isVisible())
        return;
    for (const std::size_t card : std::exchange(m_dirty, {}))
        update(card);
    if (m_curves.boundaries(m_axis).size() != m_numMarkers)
        placeMarkers();
}

void CurveGrid::reload()
{
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        clearCard(i);
        update(i);
    }
    m_dirty.clear();
    placeMarkers();
}

void CurveGrid::clearCard(std::size_t card)
{
    m_cards[card]->curve()->removeAllSeries();
    m_shown[card].clear();
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

std::vector<CurveGrid::Drawn> CurveGrid::linesOf(std::size_t card) const
{
    const CurveCardSpec& spec = curveCardSpecs()[card];
    const int numLines = static_cast<int>(spec.lines.size());
    std::vector<Drawn> lines;
    for (int line = 0; line < numLines; ++line) {
        const CurveLine& shown = spec.lines[static_cast<std::size_t>(line)];
        int rank = 0;
        for (const std::string& source : drawnSources(m_curves, shown))
            lines.push_back(
                { seriesName(spec, shown, source), shown.metric, source, line + numLines * rank++ });
    }
    return lines;
}

void CurveGrid::update(std::size_t card)
{
    const std::vector<Drawn> lines = linesOf(card);
    auto& shown = m_shown[card];
    // The whole was drawn before its parts came.
    const bool stale = std::any_of(shown.begin(), shown.end(), [&](const auto& one) {
        return std::none_of(lines.begin(), lines.end(), [&](const Drawn& line) {
            const Drawn& drawn = one.second.first;
            return line.name == drawn.name && line.metric == drawn.metric && line.source == drawn.source;
        });
    });
    if (stale) {
        clearCard(card);
        placeMarkers();
    }
    widgets::CurvePlot& plot = *m_cards[card]->curve();
    for (const Drawn& line : lines) {
        auto& [drawn, curve] = shown[line.name];
        if (!curve) {
            drawn = line;
            curve = std::make_shared<RunCurve>(m_curves, line.metric, line.source, m_axis);
            plot.setSource(line.name, curve);
        }
        curve->findStages();
        plot.sourceChanged(line.name);
        plot.setSeries(line.name, line.colour);
    }
}

void CurveGrid::placeMarkers()
{
    const double unit = m_axis == models::CurveAxis::Time ? kSecondsPerMinute : 1;
    const auto boundaries = m_curves.boundaries(m_axis);
    m_numMarkers = boundaries.size();
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->clearMarkers();
        for (const models::StageBoundary& boundary : boundaries) {
            const auto title = m_titles.find(boundary.stage);
            if (title == m_titles.end())
                continue;
            const bool wide = curveCardSpecs()[i].span > 1;
            m_cards[i]->addMarker(
                boundary.x / unit, wide ? title->second : QString(), widgets::MarkerKind::Stage);
        }
    }
    placeEvents();
}

void CurveGrid::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeCards();
}

void CurveGrid::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    for (const std::size_t card : std::exchange(m_dirty, {}))
        update(card);
    if (m_curves.boundaries(m_axis).size() != m_numMarkers)
        placeMarkers();
}

void CurveGrid::placeCards()
{
    constexpr int kGap = widgets::kGap;
    const int columns = std::max(1, (width() + kGap) / (kLeastCardWidth + kGap));
    const double cell = (width() + kGap) / static_cast<double>(columns);
    int column = 0;
    int row = 0;
    for (const std::size_t i : order()) {
        const int span = std::min(curveCardSpecs()[i].span, columns);
        if (column + span > columns) {
            column = 0;
            ++row;
        }
        const int left = static_cast<int>(std::lround(column * cell));
        const int right = static_cast<int>(std::lround((column + span) * cell)) - kGap;
        m_cards[i]->setGeometry(left, row * (kCardHeight + kGap), right - left, kCardHeight);
        column += span;
    }
    setMinimumHeight((row + 1) * (kCardHeight + kGap) - kGap);
}

} // namespace msrl::pages
