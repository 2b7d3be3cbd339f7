// SPDX-License-Identifier: GPL-3.0-or-later
// The line icons in resources/icons, tinted by the palette when painted: one icon serves both themes and the
// disabled state.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QRectF>
#include <QString>

class QPainter;

namespace msrl::widgets {

// Makes the resources known to Qt. icon() does it by itself; style sheets need it before they are set.
void registerIconResources();
// The icon of that file name; an unknown name gives a plain circle, so that a new node type still has a mark.
QIcon icon(const QString& name);
// The same in a fixed role colour (good, bad …), chosen by the caller at paint time.
void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& colour);
QPixmap iconPixmap(const QString& name, int size, const QColor& colour, double pixelRatio);

} // namespace msrl::widgets
