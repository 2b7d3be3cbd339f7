// SPDX-License-Identifier: GPL-3.0-or-later
// A card that is dragged by its title. The plot has drags of its own.
#include "widgets/plot/curve_card.h"

#include <QApplication>
#include <QHideEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>

namespace msrl::widgets {

void CurveCard::setMovable(bool movable)
{
    m_movable = movable;
    if (movable)
        m_title->setCursor(Qt::OpenHandCursor);
    else
        m_title->unsetCursor();
}

void CurveCard::mousePressEvent(QMouseEvent* event)
{
    const QPoint place = event->position().toPoint();
    if (!m_movable || event->button() != Qt::LeftButton || place.y() > m_title->geometry().bottom()) {
        QFrame::mousePressEvent(event);
        return;
    }
    m_pressed = place;
}

void CurveCard::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_pressed) {
        QFrame::mouseMoveEvent(event);
        return;
    }
    const int moved = (event->position().toPoint() - *m_pressed).manhattanLength();
    if (!m_dragging && moved >= QApplication::startDragDistance()) {
        m_dragging = true;
        m_title->setCursor(Qt::ClosedHandCursor);
        grabKeyboard(); // for Escape
    }
    if (m_dragging)
        Q_EMIT dragMoved(event->globalPosition().toPoint());
}

void CurveCard::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_pressed || event->button() != Qt::LeftButton) {
        QFrame::mouseReleaseEvent(event);
        return;
    }
    endDrag(event->globalPosition().toPoint(), true);
}

void CurveCard::keyPressEvent(QKeyEvent* event)
{
    if (m_dragging && event->key() == Qt::Key_Escape)
        endDrag(QCursor::pos(), false);
    else
        QFrame::keyPressEvent(event);
}

// Neither mouse nor keys reach it any more.
void CurveCard::hideEvent(QHideEvent* event)
{
    endDrag(QCursor::pos(), false);
    QFrame::hideEvent(event);
}

void CurveCard::endDrag(const QPoint& place, bool dropped)
{
    const bool dragged = m_dragging;
    m_pressed.reset();
    m_dragging = false;
    if (!dragged)
        return;
    releaseKeyboard();
    m_title->setCursor(Qt::OpenHandCursor);
    Q_EMIT dragEnded(place, dropped);
}

} // namespace msrl::widgets
