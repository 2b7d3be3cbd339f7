// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/connection_drag.h"

#include "widgets/graph/edge_item.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QFontMetricsF>
#include <QGraphicsScene>
#include <QGraphicsView>
#include <QGuiApplication>
#include <QPainter>
#include <QWidget>

namespace msrl::widgets {

namespace {

constexpr double kNoteWidth = 320;
constexpr double kNotePad = 8;

} // namespace

ConnectionDrag::ConnectionDrag(const PortId& start, const QPointF& anchor, int portType)
    : m_start(start)
    , m_anchor(anchor)
    , m_cursor(anchor)
    , m_portType(portType)
{
    setZValue(2);
    setAcceptedMouseButtons(Qt::NoButton);
}

EdgeId ConnectionDrag::edgeTo(const PortId& end) const
{
    const PortId& from = m_start.output ? m_start : end;
    const PortId& to = m_start.output ? end : m_start;
    return { from.node, from.port, to.node, to.port };
}

void ConnectionDrag::moveTo(const QPointF& scenePoint, bool accepted, const QString& refusal)
{
    prepareGeometryChange();
    m_cursor = scenePoint;
    m_accepted = accepted;
    m_refusal = refusal;
    update();
}

QRectF ConnectionDrag::boundingRect() const
{
    QRectF area = QRectF(m_anchor, m_cursor).normalized().adjusted(-170, -20, 170, 20);
    if (!m_refusal.isEmpty())
        area |= noteBox().adjusted(-2, -2, 2, 2);
    return area;
}

void ConnectionDrag::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const Tokens& tokens = tokensFor(QGuiApplication::palette());
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor colour = !m_refusal.isEmpty() ? tokens.bad
        : m_accepted                           ? tokens.good
                                               : portColour(tokens, m_portType);
    painter->setPen(QPen(colour, 2, m_refusal.isEmpty() ? Qt::SolidLine : Qt::DashLine));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(m_start.output ? edgeCurve(m_anchor, m_cursor) : edgeCurve(m_cursor, m_anchor));
    if (m_refusal.isEmpty())
        return;
    const QRectF box = noteBox();
    painter->setPen(QPen(tokens.bad, 1));
    painter->setBrush(blend(tokens.surface, tokens.bad, 0.08));
    painter->drawRoundedRect(box, kControlRadius, kControlRadius);
    paintIcon(*painter, QRectF(box.left() + kNotePad, box.top() + kNotePad, 16, 16), QStringLiteral("error"),
        tokens.bad);
    painter->setPen(tokens.text);
    painter->setFont(interfaceFont());
    painter->drawText(
        box.adjusted(kNotePad + 22, kNotePad, -kNotePad, -kNotePad), Qt::TextWordWrap, m_refusal);
}

QRectF ConnectionDrag::noteBox() const
{
    const QFontMetricsF metrics(interfaceFont());
    const QRectF text = metrics.boundingRect(QRectF(0, 0, kNoteWidth, 400), Qt::TextWordWrap, m_refusal);
    QRectF box(m_cursor.x() + 14, m_cursor.y() + 14, text.width() + 22 + 2 * kNotePad + 2,
        text.height() + 2 * kNotePad);
    // On the other side of the cursor where it would leave the window.
    const QList<QGraphicsView*> views = scene() ? scene()->views() : QList<QGraphicsView*>();
    if (!views.isEmpty()) {
        const QRectF sight = views.front()->mapToScene(views.front()->viewport()->rect()).boundingRect();
        if (box.right() > sight.right())
            box.moveRight(m_cursor.x() - 14);
        if (box.bottom() > sight.bottom())
            box.moveBottom(m_cursor.y() - 14);
    }
    return box;
}

} // namespace msrl::widgets
