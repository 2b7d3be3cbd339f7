// SPDX-License-Identifier: GPL-3.0-or-later
// What the plot shows and where it lies; stage_plot_draw.cpp draws it.
#include "widgets/plot/stage_plot.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr int kMostLines = 3; // of a stage's title
constexpr double kApart = 5; // between the intervals of neighbouring series
constexpr double kReach = 9; // from the mouse to a point

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

int StagePlot::widestWord(const QString& title) const
{
    int widest = 0;
    for (const QString& word : title.split(QLatin1Char(' ')))
        widest = std::max(widest, fontMetrics().horizontalAdvance(word));
    return widest;
}

int StagePlot::titleStep() const
{
    int widest = 1;
    for (const QString& title : m_stages)
        widest = std::max(widest, widestWord(title));
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
