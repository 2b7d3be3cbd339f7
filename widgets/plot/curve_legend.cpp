// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_legend.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace msrl::widgets {

namespace {

constexpr int kHeight = 20;
constexpr int kSwatch = 12;

} // namespace

CurveLegend::CurveLegend(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setFont(smallFont(font()));
}

void CurveLegend::setEntries(const QVector<LegendEntry>& entries)
{
    m_entries = entries;
    updateGeometry();
    update();
}

QSize CurveLegend::sizeHint() const
{
    return { 100, m_entries.isEmpty() ? 0 : kHeight };
}

QSize CurveLegend::minimumSizeHint() const
{
    return { 0, sizeHint().height() };
}

void CurveLegend::paintEvent(QPaintEvent*)
{
    const Tokens& tokens = tokensFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QVector<QRect> places = boxes();
    for (qsizetype i = 0; i < places.size(); ++i) {
        const LegendEntry& entry = m_entries[i];
        const QRect box = places[i];
        if (box.left() >= width())
            break;
        const QColor colour = entry.visible ? seriesColour(tokens, entry.colour) : tokens.disabled;
        painter.setPen(QPen(colour, 2, entry.visible ? seriesDash(entry.colour) : Qt::DotLine));
        painter.drawLine(box.left(), box.center().y(), box.left() + kSwatch, box.center().y());
        painter.setPen(entry.visible ? tokens.secondary : tokens.disabled);
        const QRect words = box.adjusted(kSwatch + 5, 0, 0, 0);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft, entry.name);
        if (!entry.value.isEmpty() && entry.visible) {
            painter.setPen(tokens.text);
            painter.drawText(words.adjusted(painter.fontMetrics().horizontalAdvance(entry.name) + 5, 0, 0, 0),
                Qt::AlignVCenter | Qt::AlignLeft, entry.value);
        }
    }
}

void CurveLegend::mousePressEvent(QMouseEvent* event)
{
    const int index = entryAt(event->pos());
    if (index >= 0)
        Q_EMIT toggled(m_entries[index].name, !m_entries[index].visible);
}

void CurveLegend::mouseMoveEvent(QMouseEvent* event)
{
    setCursor(entryAt(event->pos()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool CurveLegend::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = entryAt(help->pos());
        if (index >= 0)
            QToolTip::showText(help->globalPos(),
                m_entries[index].visible ? tr("Click to hide %1").arg(m_entries[index].name)
                                         : tr("Click to show %1").arg(m_entries[index].name),
                this);
        return true;
    }
    return QWidget::event(event);
}

QVector<QRect> CurveLegend::boxes() const
{
    QVector<QRect> places;
    int left = 0;
    for (const LegendEntry& entry : m_entries) {
        int wide = kSwatch + 5 + fontMetrics().horizontalAdvance(entry.name);
        if (!entry.value.isEmpty())
            wide += 5 + fontMetrics().horizontalAdvance(entry.value);
        places << QRect(left, 0, wide, kHeight);
        left += wide + kWideGap;
    }
    return places;
}

int CurveLegend::entryAt(const QPoint& position) const
{
    const QVector<QRect> places = boxes();
    for (qsizetype i = 0; i < places.size(); ++i)
        if (places[i].contains(position))
            return static_cast<int>(i);
    return -1;
}

} // namespace msrl::widgets
