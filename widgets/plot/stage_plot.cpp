// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/stage_plot.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPolygonF>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kLeft = 40;
constexpr double kTop = 12;
constexpr double kAboveTitles = 5;
constexpr int kMostLines = 3; // of a stage's title
constexpr double kBesideName = 10;
constexpr double kMark = 14; // before a name
constexpr int kTicks = 4;
constexpr double kPoint = 4; // half of a point's size
constexpr double kApart = 5; // between the intervals of neighbouring series
constexpr double kReach = 9; // from the mouse to a point
constexpr double kLineHeight = 15;
constexpr int kShapes = 4;

// Told apart without colour.
void paintPoint(QPainter& painter, const QPointF& at, int shape)
{
    switch (shape % kShapes) {
    case 0:
        painter.drawEllipse(at, kPoint, kPoint);
        break;
    case 1:
        painter.drawRect(QRectF(at.x() - kPoint, at.y() - kPoint, 2 * kPoint, 2 * kPoint));
        break;
    case 2:
        painter.drawPolygon(QPolygonF { QPointF(at.x(), at.y() - kPoint - 1),
            QPointF(at.x() + kPoint + 1, at.y() + kPoint), QPointF(at.x() - kPoint - 1, at.y() + kPoint) });
        break;
    default:
        painter.drawPolygon(
            QPolygonF { QPointF(at.x(), at.y() - kPoint - 1), QPointF(at.x() + kPoint + 1, at.y()),
                QPointF(at.x(), at.y() + kPoint + 1), QPointF(at.x() - kPoint - 1, at.y()) });
    }
}

// Of a title that is broken between words.
int widestWord(const QFontMetrics& metrics, const QString& title)
{
    int widest = 0;
    for (const QString& word : title.split(QLatin1Char(' ')))
        widest = std::max(widest, metrics.horizontalAdvance(word));
    return widest;
}

QString number(double value)
{
    return QString::number(value, 'f', 3);
}

} // namespace

StagePlot::StagePlot(QWidget* parent)
    : QWidget(parent)
{
    setFont(smallFont(font()));
    setAccessibleName(tr("Accuracy through the curriculum"));
}

void StagePlot::setSeries(const QStringList& stages, const QVector<StageSeries>& series)
{
    m_stages = stages;
    m_series = series;
    describe();
    update();
}

void StagePlot::setOrder(Order order)
{
    m_order = order;
    update();
}

void StagePlot::setReference(double value, const QString& name)
{
    m_reference = value;
    m_referenceName = name;
    update();
}

void StagePlot::describe()
{
    QStringList told;
    for (const StageSeries& one : m_series) {
        QStringList values;
        for (qsizetype stage = 0; stage < m_stages.size(); ++stage)
            if (one.points[stage])
                values << QStringLiteral("%1 %2").arg(m_stages[stage], number(one.points[stage]->value));
        told << QStringLiteral("%1: %2").arg(one.name, values.join(QStringLiteral(", ")));
    }
    setAccessibleDescription(told.join(QStringLiteral("; ")));
}

double StagePlot::nameWidth() const
{
    double widest = 0;
    for (const StageSeries& one : m_series)
        widest = std::max<double>(widest, fontMetrics().horizontalAdvance(one.name));
    return widest + kMark;
}

int StagePlot::titleStep() const
{
    int widest = 1;
    for (const QString& title : m_stages)
        widest = std::max(widest, widestWord(fontMetrics(), title));
    // Titles of one short word, such as numbers, may stand for their neighbours; names may not.
    const bool isScale = std::none_of(
        m_stages.begin(), m_stages.end(), [](const QString& title) { return title.size() > 3; });
    return isScale ? std::max(1, static_cast<int>(std::ceil((widest + 6) / stageWidth()))) : 1;
}

double StagePlot::wordsHeight() const
{
    const int lineHeight = fontMetrics().height();
    const QRect room(0, 0, static_cast<int>(stageWidth()) - 4, kMostLines * lineHeight);
    int highest = lineHeight;
    if (titleStep() == 1)
        for (const QString& title : m_stages)
            highest = std::max(highest,
                fontMetrics().boundingRect(room, Qt::AlignHCenter | Qt::TextWordWrap, title).height());
    return std::min(highest, room.height());
}

QRectF StagePlot::diagram() const
{
    const double right = kBesideName + nameWidth() + 6;
    return { kLeft, kTop, width() - kLeft - right, height() - kTop - kAboveTitles - wordsHeight() - 2 };
}

double StagePlot::y(double value) const
{
    const QRectF area = diagram();
    return area.bottom() - std::clamp(value, 0.0, 1.0) * area.height();
}

double StagePlot::stageWidth() const
{
    const double width = this->width() - kLeft - kBesideName - nameWidth() - 6;
    return std::max(1.0, width / std::max<double>(1, static_cast<double>(m_stages.size())));
}

QPointF StagePlot::place(qsizetype series, qsizetype stage) const
{
    const double middle = static_cast<double>(m_series.size() - 1) / 2;
    const double x = diagram().left() + (static_cast<double>(stage) + 0.5) * stageWidth()
        + (static_cast<double>(series) - middle) * kApart;
    const auto& point = m_series[series].points[stage];
    return { x, y(point ? point->value : 0) };
}

void StagePlot::paintAxes(QPainter& painter) const
{
    const Tokens& tokens = tokensFor(palette());
    const QRectF area = diagram();
    for (int tick = 0; tick <= kTicks; ++tick) {
        const double share = static_cast<double>(tick) / kTicks;
        painter.setPen(QPen(blend(tokens.surface, tokens.line, 0.6), 1));
        painter.drawLine(QPointF(area.left(), y(share)), QPointF(area.right(), y(share)));
        painter.setPen(tokens.secondary);
        painter.drawText(QRectF(0, y(share) - 9, kLeft - 6, 18), Qt::AlignRight | Qt::AlignVCenter,
            QString::number(share, 'g', 3));
    }
    const int step = titleStep();
    const double reach = stageWidth() * (step - 1) / 2; // into neighbours whose titles are left out
    for (qsizetype stage = 0; stage < m_stages.size(); stage += step) {
        const QRectF words(area.left() + static_cast<double>(stage) * stageWidth() + 2 - reach,
            area.bottom() + kAboveTitles, stageWidth() - 4 + 2 * reach, wordsHeight());
        // A word that is wider than its place would stand on its neighbours; its points tell it in full.
        const bool fits = widestWord(fontMetrics(), m_stages[stage]) <= words.width();
        painter.drawText(words, Qt::AlignHCenter | Qt::AlignTop | (fits ? Qt::TextWordWrap : 0),
            fits
                ? m_stages[stage]
                : fontMetrics().elidedText(m_stages[stage], Qt::ElideRight, static_cast<int>(words.width())));
    }
    if (m_reference < 0)
        return;
    painter.setPen(QPen(tokens.secondary, 1, Qt::DashLine));
    painter.drawLine(QPointF(area.left(), y(m_reference)), QPointF(area.right(), y(m_reference)));
}

// Over bars and lines, on a ground of its own.
void StagePlot::paintReferenceName(QPainter& painter) const
{
    if (m_reference < 0)
        return;
    const Tokens& tokens = tokensFor(palette());
    const QRectF area = diagram();
    const double wide = fontMetrics().horizontalAdvance(m_referenceName) + 8.0;
    const QRectF box(area.right() - wide, y(m_reference) - 18, wide, 16);
    QColor ground = tokens.surface;
    ground.setAlphaF(0.85F);
    painter.fillRect(box, ground);
    painter.setPen(tokens.secondary);
    painter.drawText(box, Qt::AlignCenter, m_referenceName);
}

void StagePlot::paintSeries(QPainter& painter, qsizetype index) const
{
    const Tokens& tokens = tokensFor(palette());
    const QColor colour = seriesColour(tokens, static_cast<int>(index));
    const QVector<std::optional<StagePoint>>& points = m_series[index].points;
    std::optional<QPointF> before;
    for (qsizetype stage = 0; stage < points.size(); ++stage) {
        if (!points[stage])
            continue;
        const QPointF here = place(index, stage);
        painter.setPen(QPen(colour, 1.5));
        if (before && m_order == Order::Following)
            painter.drawLine(*before, here);
        before = here;
    }
    for (qsizetype stage = 0; stage < points.size(); ++stage) {
        if (!points[stage])
            continue;
        const QPointF here = place(index, stage);
        painter.setPen(QPen(colour, 1.2));
        painter.drawLine(QPointF(here.x(), y(points[stage]->low)), QPointF(here.x(), y(points[stage]->high)));
        painter.setPen(QPen(tokens.surface, 1));
        painter.setBrush(colour);
        paintPoint(painter, here, static_cast<int>(index));
    }
}

// At the height of the last point, moved apart where two would stand on each other; without an order from the
// top down.
void StagePlot::paintNames(QPainter& painter) const
{
    const Tokens& tokens = tokensFor(palette());
    QVector<std::pair<double, qsizetype>> names;
    for (qsizetype index = 0; index < m_series.size(); ++index) {
        const auto& points = m_series[index].points;
        const auto last = std::find_if(
            points.crbegin(), points.crend(), [](const auto& point) { return point.has_value(); });
        if (last == points.crend())
            continue;
        const double top = kTop + (static_cast<double>(names.size()) + 0.5) * kLineHeight;
        names.append({ m_order == Order::Following ? y((*last)->value) : top, index });
    }
    std::sort(names.begin(), names.end());
    for (qsizetype i = 1; i < names.size(); ++i)
        names[i].first = std::max(names[i].first, names[i - 1].first + kLineHeight);
    const double lowest = diagram().bottom();
    for (qsizetype i = names.size(); i-- > 0;) {
        const double limit = i + 1 == names.size() ? lowest : names[i + 1].first - kLineHeight;
        names[i].first = std::min(names[i].first, limit);
    }
    for (const auto& [height, index] : names) {
        const double left = diagram().right() + kBesideName;
        painter.setPen(QPen(tokens.surface, 1));
        painter.setBrush(seriesColour(tokens, static_cast<int>(index)));
        paintPoint(painter, { left + kPoint, height }, static_cast<int>(index));
        painter.setPen(tokens.text);
        painter.drawText(QRectF(left + kMark, height - kLineHeight / 2, nameWidth(), kLineHeight),
            Qt::AlignLeft | Qt::AlignVCenter, m_series[index].name);
    }
}

void StagePlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintAxes(painter);
    for (qsizetype index = 0; index < m_series.size(); ++index)
        paintSeries(painter, index);
    paintReferenceName(painter);
    paintNames(painter);
}

QString StagePlot::tipAt(const QPointF& at) const
{
    for (qsizetype index = 0; index < m_series.size(); ++index) {
        for (qsizetype stage = 0; stage < m_stages.size(); ++stage) {
            const auto& point = m_series[index].points[stage];
            const QPointF off = place(index, stage) - at;
            if (!point || std::hypot(off.x(), off.y()) > kReach)
                continue;
            QString tip = tr("%1, %2: %3").arg(m_stages[stage], m_series[index].name, number(point->value));
            if (point->low < point->high)
                tip += tr("\n95 % interval %1 to %2").arg(number(point->low), number(point->high));
            return tip;
        }
    }
    return {};
}

bool StagePlot::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString tip = tipAt(help->pos());
    if (tip.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), tip, this);
    return true;
}

} // namespace msrl::widgets
