// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_legend.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace msrl::widgets {

namespace {

constexpr int kHeight = 18;
constexpr int kMaxRows = 3;
constexpr int kRowsWithValues = 2;
constexpr int kSwatch = 12;

} // namespace

CurveLegend::CurveLegend(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
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
    return { 100, heightForWidth(width()) };
}

int CurveLegend::heightForWidth(int width) const
{
    return m_entries.isEmpty() ? 0 : std::max(1, places(width).rows) * kHeight;
}

bool CurveLegend::fitsOneRow(int width) const
{
    return flow(width, true).rows == 1;
}

QStringList CurveLegend::shownTexts(int width) const
{
    const Places shown = places(width);
    QStringList texts;
    for (qsizetype i = 0; i < shown.boxes.size(); ++i)
        texts << (shown.withValues && !m_entries[i].value.isEmpty()
                ? QStringLiteral("%1 %2").arg(m_entries[i].name, m_entries[i].value)
                : m_entries[i].name);
    if (!shown.rest.isEmpty())
        texts << shown.rest;
    return texts;
}

QSize CurveLegend::minimumSizeHint() const
{
    return { 0, m_entries.isEmpty() ? 0 : kHeight };
}

void CurveLegend::paintEvent(QPaintEvent*)
{
    const Tokens& tokens = tokensFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Places shown = places(width());
    for (qsizetype i = 0; i < shown.boxes.size(); ++i) {
        const LegendEntry& entry = m_entries[i];
        const QRect box = shown.boxes[i];
        const QColor colour = entry.visible ? seriesColour(tokens, entry.colour) : tokens.disabled;
        painter.setPen(QPen(colour, 2, entry.visible ? seriesDash(entry.colour) : Qt::DotLine));
        painter.drawLine(box.left(), box.center().y(), box.left() + kSwatch, box.center().y());
        painter.setPen(entry.visible ? tokens.secondary : tokens.disabled);
        const QRect words = box.adjusted(kSwatch + 5, 0, 0, 0);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
            fontMetrics().elidedText(entry.name, Qt::ElideRight, words.width()));
        if (shown.withValues && !entry.value.isEmpty() && entry.visible) {
            painter.setPen(tokens.text);
            painter.drawText(words.adjusted(painter.fontMetrics().horizontalAdvance(entry.name) + 5, 0, 0, 0),
                Qt::AlignVCenter | Qt::AlignLeft, entry.value);
        }
    }
    painter.setPen(tokens.secondary);
    painter.drawText(shown.restBox, Qt::AlignVCenter | Qt::AlignLeft, shown.rest);
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
        else if (const Places shown = places(width()); shown.restBox.contains(help->pos())) {
            QStringList names;
            for (qsizetype i = shown.boxes.size(); i < m_entries.size(); ++i)
                names << m_entries[i].name;
            QToolTip::showText(help->globalPos(), names.join(QLatin1Char('\n')), this);
        }
        return true;
    }
    return QWidget::event(event);
}

CurveLegend::Places CurveLegend::flow(int width, bool withValues) const
{
    Places placed;
    placed.withValues = withValues;
    int left = 0;
    int row = 0;
    const int restWidth = fontMetrics().horizontalAdvance(QStringLiteral("+00"));
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const LegendEntry& entry = m_entries[i];
        int wide = kSwatch + 5 + fontMetrics().horizontalAdvance(entry.name) + 1; // fractions are cut off
        if (withValues && !entry.value.isEmpty())
            wide += 5 + fontMetrics().horizontalAdvance(entry.value);
        wide = std::min(wide, std::max(width, 1)); // a name wider than the card is shortened
        const bool lastRow = row + 1 == kMaxRows;
        const bool isLast = i + 1 == m_entries.size();
        const int kept = lastRow && !isLast && !withValues ? restWidth + kWideGap : 0;
        if (left > 0 && left + wide + kept > width) {
            if (lastRow && !withValues) {
                placed.rest = QStringLiteral("+%1").arg(m_entries.size() - i);
                placed.restBox = QRect(left, row * kHeight, restWidth, kHeight);
                break;
            }
            left = 0;
            ++row;
        }
        placed.boxes << QRect(left, row * kHeight, wide, kHeight);
        left += wide + kWideGap;
    }
    placed.rows = row + 1;
    return placed;
}

CurveLegend::Places CurveLegend::places(int width) const
{
    const Places full = flow(width, true);
    return full.rows <= kRowsWithValues ? full : flow(width, false);
}

int CurveLegend::entryAt(const QPoint& position) const
{
    const QVector<QRect> boxes = places(width()).boxes;
    for (qsizetype i = 0; i < boxes.size(); ++i)
        if (boxes[i].contains(position))
            return static_cast<int>(i);
    return -1;
}

} // namespace msrl::widgets
