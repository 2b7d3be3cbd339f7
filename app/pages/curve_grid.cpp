// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/curve_grid.h"

#include "app/models/strings.h"
#include "app/pages/run_curve.h"
#include "widgets/feedback/labels.h"
#include "widgets/plot/curve_card.h"
#include "widgets/theme/tokens.h"

#include <QResizeEvent>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

constexpr int kLeastCardWidth = 290;
constexpr int kCardHeight = 204;
constexpr int kHeadingHeight = 28;

} // namespace

CurveGrid::CurveGrid(const models::CurveSet& curves, QWidget* parent)
    : QWidget(parent)
    , m_curves(curves)
    , m_otherHeading(widgets::makeLabel(tr("Other"), QStringLiteral("heading"), this))
{
    m_otherHeading->setToolTip(tr("Everything else that the run logs."));
    m_otherHeading->hide();
    m_dropMark = new QWidget(this);
    m_dropMark->setObjectName(QStringLiteral("dropMark"));
    m_dropMark->setAutoFillBackground(true);
    m_dropMark->setBackgroundRole(QPalette::Highlight);
    m_dropMark->hide();
    connect(&m_curves, &models::CurveSet::curvesChanged, this, &CurveGrid::grew);
    connect(&m_curves, &models::CurveSet::cleared, this, &CurveGrid::reload);
    reload();
}

void CurveGrid::setAxis(models::CurveAxis axis)
{
    if (axis == m_axis)
        return;
    m_axis = axis;
    m_shownStage.clear();
    for (widgets::CurveCard* card : m_widgets)
        showAxis(*card);
    reload();
}

void CurveGrid::showAxis(widgets::CurveCard& card) const
{
    card.setXName(m_axis == models::CurveAxis::Time ? tr("minutes") : tr("steps"));
    card.curve()->setXClock(m_axis == models::CurveAxis::Clock);
}

void CurveGrid::setSmoothing(double weight)
{
    m_smoothing = weight;
    for (widgets::CurveCard* card : m_widgets)
        card->setSmoothing(weight);
}

void CurveGrid::setStageTitles(std::map<std::string, QString> titles)
{
    if (titles == m_titles)
        return;
    m_titles = std::move(titles);
    for (const Card& card : m_cards)
        card.widget->setTitle(titleOf(card));
    placeMarkers();
}

void CurveGrid::grew(const QStringList& names)
{
    const bool isNew = std::any_of(
        names.begin(), names.end(), [this](const QString& name) { return !isShown(name.toStdString()); });
    // A card that is split may have got another part.
    if ((isNew || !m_arrangement.splits.empty()) && makeCards()) {
        placeCards();
        placeMarkers();
    }
    for (Card& card : m_cards) {
        for (const CurveCardSpec* spec : specsOn(card)) {
            card.isStale |= std::any_of(spec->lines.begin(), spec->lines.end(),
                [&](const CurveLine& line) { return names.contains(models::toQt(line.metric)); });
        }
    }
    if (isVisible())
        updateStale();
}

void CurveGrid::updateStale()
{
    for (Card& card : m_cards) {
        if (card.isStale)
            update(card);
    }
    if (m_curves.boundaries(m_axis).size() != m_numMarkers)
        placeMarkers();
}

void CurveGrid::reload()
{
    for (Card& card : m_cards)
        clearCard(card);
    makeCards();
    for (Card& card : m_cards)
        update(card);
    placeCards();
    placeMarkers();
}

void CurveGrid::clearCard(Card& card)
{
    card.widget->curve()->removeAllSeries();
    card.shown.clear();
}

void CurveGrid::update(Card& card)
{
    card.isStale = false;
    const std::vector<Drawn> lines = linesOf(card);
    auto& shown = card.shown;
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
    widgets::CurvePlot& plot = *card.widget->curve();
    for (const Drawn& line : lines) {
        auto& [drawn, curve] = shown[line.name];
        if (!curve) {
            drawn = line;
            curve = std::make_shared<RunCurve>(m_curves, line.metric, line.source, m_axis, card.stage());
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
    for (const Card& card : m_cards) {
        card.widget->clearMarkers();
        for (const models::StageBoundary& boundary : boundaries) {
            const auto title = m_titles.find(boundary.stage);
            if (title == m_titles.end())
                continue;
            const bool wide = card.spec.span > 1;
            card.widget->addMarker(
                boundary.x / unit, wide ? title->second : QString(), widgets::MarkerKind::Stage);
        }
    }
    placeEvents();
}

bool CurveGrid::showStage(const std::string& stage)
{
    const std::vector<models::StageBoundary> all = m_curves.boundaries(m_axis);
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const models::StageBoundary& one) { return one.stage == stage; });
    if (found == all.end())
        return false;
    const double end = found + 1 == all.end() ? m_curves.extent(m_axis).second : (found + 1)->x;
    if (end <= found->x)
        return false;
    const double unit = m_axis == models::CurveAxis::Time ? kSecondsPerMinute : 1;
    const bool whole = m_shownStage == stage;
    m_shownStage = whole ? std::string() : stage;
    for (widgets::CurveCard* card : m_widgets) {
        if (whole)
            card->curve()->resetZoom();
        else
            card->curve()->showXRange(found->x / unit, end / unit);
    }
    return true;
}

void CurveGrid::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeCards();
}

void CurveGrid::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    updateStale();
}

void CurveGrid::placeCards()
{
    constexpr int kGap = widgets::kGap;
    const int columns = std::max(1, (width() + kGap) / (kLeastCardWidth + kGap));
    const double cell = (width() + kGap) / static_cast<double>(columns);
    int column = 0;
    int top = 0;
    const auto endRow = [&] {
        top += column > 0 ? kCardHeight + kGap : 0;
        column = 0;
    };
    bool inOthers = false;
    const std::vector<std::size_t> shown = order();
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i].widget->setPinned(m_arrangement.pinned.contains(m_cards[i].spec.key()));
        m_cards[i].widget->setVisible(std::find(shown.begin(), shown.end(), i) != shown.end());
    }
    for (const std::size_t i : shown) {
        const Card& card = m_cards[i];
        if (!inOthers && section(card) == Section::Others) {
            endRow();
            m_otherHeading->setGeometry(0, top, width(), kHeadingHeight);
            top += kHeadingHeight;
            inOthers = true;
        }
        const int span = std::min(card.spec.span, columns);
        if (column + span > columns)
            endRow();
        const int left = static_cast<int>(std::lround(column * cell));
        const int right = static_cast<int>(std::lround((column + span) * cell)) - kGap;
        card.widget->setGeometry(left, top, right - left, kCardHeight);
        column += span;
    }
    m_otherHeading->setVisible(inOthers);
    m_dropMark->hide(); // it stood beside a card's old place; the next move of the mouse shows it again
    endRow();
    setMinimumHeight(std::max(top - kGap, kCardHeight));
}

} // namespace msrl::pages
