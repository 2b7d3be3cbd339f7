// SPDX-License-Identifier: GPL-3.0-or-later
// The selection of a WrappedText by mouse and key.
#include "widgets/feedback/wrapped_text.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QTextBoundaryFinder>

#include <algorithm>

namespace msrl::widgets {

void WrappedText::setSelectable(bool selectable)
{
    m_selectable = selectable;
    setFocusPolicy(selectable ? Qt::ClickFocus : Qt::NoFocus);
    if (selectable)
        setCursor(Qt::IBeamCursor);
    else
        unsetCursor();
}

QString WrappedText::selectedText() const
{
    return m_text.mid(std::min(m_anchor, m_place), std::abs(m_place - m_anchor));
}

qsizetype WrappedText::placeAt(QPoint point) const
{
    const std::vector<Line> lines = linesAt(contentsRect().width());
    const int row = (point.y() - contentsRect().top()) / std::max(1, fontMetrics().lineSpacing());
    const Line& line
        = lines[static_cast<std::size_t>(std::clamp(row, 0, static_cast<int>(lines.size()) - 1))];
    if (line.length == 0)
        return line.begin;
    QTextLayout layout;
    shape(layout, line);
    return line.begin + layout.lineAt(0).xToCursor(point.x() - contentsRect().left());
}

void WrappedText::select(qsizetype anchor, qsizetype place)
{
    m_anchor = anchor;
    m_place = place;
    update();
}

void WrappedText::copy() const
{
    if (m_anchor != m_place)
        QGuiApplication::clipboard()->setText(selectedText());
}

void WrappedText::mousePressEvent(QMouseEvent* event)
{
    if (!m_selectable || event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    const qsizetype place = placeAt(event->position().toPoint());
    select(event->modifiers() & Qt::ShiftModifier ? m_anchor : place, place);
}

void WrappedText::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_selectable || !(event->buttons() & Qt::LeftButton))
        return QWidget::mouseMoveEvent(event);
    select(m_anchor, placeAt(event->position().toPoint()));
}

void WrappedText::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_selectable)
        return QWidget::mouseReleaseEvent(event);
    QClipboard* clipboard = QGuiApplication::clipboard();
    if (m_anchor != m_place && clipboard->supportsSelection())
        clipboard->setText(selectedText(), QClipboard::Selection);
}

void WrappedText::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (!m_selectable)
        return QWidget::mouseDoubleClickEvent(event);
    QTextBoundaryFinder words(QTextBoundaryFinder::Word, m_text);
    words.setPosition(placeAt(event->position().toPoint()));
    if (!words.isAtBoundary())
        words.toPreviousBoundary();
    const qsizetype begin = std::max<qsizetype>(words.position(), 0);
    const qsizetype end = words.toNextBoundary();
    select(begin, end < 0 ? m_text.size() : end);
}

void WrappedText::keyPressEvent(QKeyEvent* event)
{
    if (m_selectable && event->matches(QKeySequence::Copy))
        copy();
    else if (m_selectable && event->matches(QKeySequence::SelectAll))
        select(0, m_text.size());
    else
        QWidget::keyPressEvent(event);
}

// Its own menu and another window leave the selection alone.
void WrappedText::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
        select(m_place, m_place);
}

void WrappedText::contextMenuEvent(QContextMenuEvent* event)
{
    if (!m_selectable)
        return QWidget::contextMenuEvent(event);
    QMenu menu(this);
    QAction* copyAction = menu.addAction(tr("&Copy"), this, &WrappedText::copy);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setEnabled(m_anchor != m_place);
    QAction* all = menu.addAction(tr("Select &All"), this, [this] { select(0, m_text.size()); });
    all->setShortcut(QKeySequence::SelectAll);
    menu.exec(event->globalPos());
}

} // namespace msrl::widgets
