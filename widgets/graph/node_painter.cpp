// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/node_painter.h"

#include "widgets/theme/icons.h"
#include "widgets/theme/text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kPad = 12;
constexpr double kTop = 10;
constexpr double kTitleHeight = 20;
constexpr double kHeadlineHeight = 18;
constexpr double kPortsTop = kTop + kTitleHeight + kHeadlineHeight + 6;
constexpr double kPortHeight = 20;
constexpr double kFootHeight = 26;
constexpr double kPortRadius = 5;
constexpr double kStrip = 4;
constexpr double kFarStrip = 12; // wide enough to be seen
constexpr double kFarIcon = 64;

QPainterPath polygon(const QPointF& centre, double radius, int corners, double turn)
{
    QPainterPath path;
    for (int i = 0; i < corners; ++i) {
        const double angle = turn + i * 2 * M_PI / corners;
        const QPointF point = centre + QPointF(std::cos(angle), std::sin(angle)) * radius;
        i == 0 ? path.moveTo(point) : path.lineTo(point);
    }
    path.closeSubpath();
    return path;
}

QString elided(QPainter& painter, const QString& text, double width)
{
    return QFontMetricsF(painter.font(), painter.device()).elidedText(text, Qt::ElideRight, width);
}

// As many of the parts, which stand between dots, as have room; a single one is shortened.
QString fittingParts(QPainter& painter, const QString& text, double width)
{
    const QString dot = QStringLiteral(" · ");
    const QFontMetricsF metrics(painter.font(), painter.device());
    QStringList parts = text.split(dot);
    while (parts.size() > 1 && metrics.horizontalAdvance(parts.join(dot)) > width)
        parts.removeLast();
    return elided(painter, parts.join(dot), width);
}

void paintHead(
    QPainter& painter, const GraphNode& node, const Tokens& tokens, const QFont& font, const QRectF& body)
{
    const bool quiet = node.state == NodeState::Bypassed;
    paintIcon(
        painter, QRectF(kPad, kTop + 1, 18, 18), node.iconName, quiet ? tokens.disabled : tokens.secondary);
    painter.setFont(strongFont(font));
    painter.setPen(quiet ? tokens.secondary : tokens.text);
    const QRectF title(kPad + 26, kTop, body.width() - 2 * kPad - 26, kTitleHeight);
    painter.drawText(title, Qt::AlignVCenter | Qt::AlignLeft, elided(painter, node.title, title.width()));
    painter.setFont(smallFont(font));
    painter.setPen(tokens.secondary);
    const QRectF line(kPad, kTop + kTitleHeight + 2, body.width() - 2 * kPad, kHeadlineHeight);
    painter.drawText(
        line, Qt::AlignVCenter | Qt::AlignLeft, fittingParts(painter, node.headline, line.width()));
}

void paintPortRow(QPainter& painter, const GraphNode& node, const Tokens& tokens, bool output)
{
    const QVector<GraphPort>& ports = output ? node.outputs : node.inputs;
    const double half = kNodeWidth / 2;
    for (qsizetype i = 0; i < ports.size(); ++i) {
        const GraphPort& port = ports[i];
        const QPointF centre = portPosition(node, static_cast<int>(i), output);
        const QColor colour = portColour(tokens, port.type);
        painter.setPen(QPen(colour, 1.5));
        // Filled once connected; an optional input that is free is drawn thin.
        painter.setBrush(port.connected || output ? colour : tokens.surface);
        painter.drawPath(portShape(port.type, centre, kPortRadius));
        painter.setPen(port.connected || port.required || output ? tokens.text : tokens.secondary);
        const QRectF words = output ? QRectF(half, centre.y() - kPortHeight / 2, half - kPad, kPortHeight)
                                    : QRectF(kPad, centre.y() - kPortHeight / 2, half, kPortHeight);
        painter.drawText(words, Qt::AlignVCenter | (output ? Qt::AlignRight : Qt::AlignLeft), port.label);
    }
}

void paintFoot(QPainter& painter, const GraphNode& node, const Tokens& tokens, const QRectF& body)
{
    const QColor colour = nodeStateColour(tokens, node.state);
    const double top = body.bottom() - kFootHeight;
    painter.setPen(QPen(tokens.line, 1));
    painter.drawLine(QPointF(kStrip, top), QPointF(body.right() - 1, top));
    const QRectF iconBox(kPad, top + 6, 14, 14);
    paintIcon(painter, iconBox, nodeStateIcon(node.state), colour);
    painter.setPen(colour);
    QRectF words(iconBox.right() + 6, top, body.width() - iconBox.right() - 6 - kPad, kFootHeight);
    QString right = node.state == NodeState::Running ? node.progressText : QString();
    if (node.numProblems > 0) {
        const QRectF mark(body.right() - kPad - 14, top + 6, 14, 14);
        paintIcon(painter, mark, QStringLiteral("warning"), tokens.bad);
        words.setRight(mark.left() - 4);
    } else if (node.frozen) {
        const QRectF mark(body.right() - kPad - 14, top + 6, 14, 14);
        paintIcon(painter, mark, QStringLiteral("state-frozen"), tokens.accent);
        words.setRight(mark.left() - 4);
    }
    painter.drawText(
        words, Qt::AlignVCenter | Qt::AlignLeft, elided(painter, nodeStateWord(node.state), words.width()));
    painter.setPen(tokens.secondary);
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignRight, right);
    if (node.state == NodeState::Running && node.progress >= 0) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.accent);
        painter.drawRect(QRectF(0, body.bottom() - 3, body.width() * std::min(node.progress, 1.0), 3));
    }
}

} // namespace

QRectF nodeBody(const GraphNode& node)
{
    const auto rows = static_cast<double>(std::max(node.inputs.size(), node.outputs.size()));
    return { 0, 0, kNodeWidth, kPortsTop + rows * kPortHeight + 6 + kFootHeight };
}

QPointF portPosition(const GraphNode& node, int index, bool output)
{
    Q_UNUSED(node)
    return { output ? kNodeWidth : 0, kPortsTop + (index + 0.5) * kPortHeight };
}

QPainterPath portShape(int type, const QPointF& centre, double radius)
{
    switch (type) {
    case 1:
        return polygon(centre, radius * 1.25, 4, M_PI / 4); // square
    case 2:
        return polygon(centre, radius * 1.3, 3, -M_PI / 2); // triangle
    case 3:
        return polygon(centre, radius * 1.3, 4, 0); // diamond
    case 4:
        return polygon(centre, radius * 1.15, 6, 0); // hexagon
    case 5:
        return polygon(centre, radius * 1.3, 3, M_PI / 2); // triangle, point down
    case 6:
        return polygon(centre, radius * 1.2, 5, -M_PI / 2); // pentagon
    default:
        break;
    }
    QPainterPath circle;
    circle.addEllipse(centre, radius, radius);
    return circle;
}

void paintNodeFar(QPainter& painter, const GraphNode& node, const Tokens& tokens, NodeLook look)
{
    const QRectF body = nodeBody(node);
    const bool bypassed = node.state == NodeState::Bypassed;
    const QColor outline = look.selected ? tokens.accent : look.hovered ? tokens.secondary : tokens.line;
    painter.fillRect(body, bypassed ? tokens.window : tokens.surface);
    painter.fillRect(QRectF(0, 0, kFarStrip, body.height()), nodeStateColour(tokens, node.state));
    const QColor ink = bypassed ? tokens.disabled : node.numProblems > 0 ? tokens.bad : tokens.secondary;
    const QPointF half(kFarIcon / 2, kFarIcon / 2);
    paintIcon(painter, QRectF(body.center() - half, body.center() + half), node.iconName, ink);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(outline, look.selected ? 6 : 2, bypassed ? Qt::DashLine : Qt::SolidLine));
    painter.drawRect(body);
}

void paintNode(
    QPainter& painter, const GraphNode& node, const Tokens& tokens, const QFont& font, NodeLook look)
{
    const QRectF body = nodeBody(node);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool bypassed = node.state == NodeState::Bypassed;
    const QColor outline = look.selected ? tokens.accent : look.hovered ? tokens.secondary : tokens.line;
    QPainterPath shape;
    shape.addRoundedRect(body, kCardRadius, kCardRadius);
    painter.fillPath(shape, bypassed ? tokens.window : tokens.surface);
    painter.save();
    painter.setClipPath(shape, Qt::IntersectClip);
    painter.fillRect(QRectF(0, 0, kStrip, body.height()), nodeStateColour(tokens, node.state));
    paintHead(painter, node, tokens, font, body);
    paintFoot(painter, node, tokens, body);
    painter.restore();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(outline, look.selected ? 2 : 1, bypassed ? Qt::DashLine : Qt::SolidLine));
    painter.drawPath(shape);
    painter.setFont(smallFont(font));
    paintPortRow(painter, node, tokens, false);
    paintPortRow(painter, node, tokens, true);
}

} // namespace msrl::widgets
