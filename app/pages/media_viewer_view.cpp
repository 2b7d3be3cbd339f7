// SPDX-License-Identifier: GPL-3.0-or-later
// How the viewer shows a picture and what mouse and keys do to it.
#include "app/models/strings.h"
#include "app/pages/media_viewer.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QImageReader>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

constexpr int kBar = 44;
constexpr double kLeastScale = 0.05;
constexpr double kMostScale = 32;
constexpr double kMostFitted = 8; // a small picture is enlarged no further by itself
constexpr int kWheelNotch = 120;
constexpr int kMinimumNumber = 28; // a tile's side from which its number is written

// Keys that are the viewer's own; the page would take some of them for itself.
bool isOwnKey(const QKeyEvent& event)
{
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
        return false;
    switch (event.key()) {
    case Qt::Key_Escape:
    case Qt::Key_V:
    case Qt::Key_T:
    case Qt::Key_P:
    case Qt::Key_Space:
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus:
    case Qt::Key_0:
    case Qt::Key_1:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        return true;
    default:
        return false;
    }
}

} // namespace

bool MediaViewer::showsTiles() const
{
    const Medium* medium = current();
    return m_tiles && medium && medium->frames[static_cast<std::size_t>(m_frame)].columns > 0;
}

QRect MediaViewer::canvas() const
{
    return rect().adjusted(kMargin, kBar, -kMargin, -kMargin);
}

void MediaViewer::fit()
{
    if (m_image.isNull())
        return;
    const QRectF room = canvas();
    m_scale = std::min({ room.width() / m_image.width(), room.height() / m_image.height(), kMostFitted });
    m_scale = std::max(m_scale, kLeastScale);
    m_origin = room.center() - QPointF(m_image.width(), m_image.height()) * m_scale / 2;
    showTitle();
    update();
}

// What lies under `place` stays there.
void MediaViewer::zoomAt(const QPointF& place, double factor)
{
    if (m_image.isNull())
        return;
    const double scale = std::clamp(m_scale * factor, kLeastScale, kMostScale);
    m_origin = place - (place - m_origin) * (scale / m_scale);
    m_scale = scale;
    m_isFitted = false;
    showTitle();
    update();
}

void MediaViewer::togglePlay()
{
    if (current()->frames.size() < 2)
        return;
    if (m_timer.isActive())
        m_timer.stop();
    else
        m_timer.start();
    showTitle();
}

void MediaViewer::toggleTiles()
{
    m_tiles = !m_tiles;
    showTitle();
    update();
}

bool MediaViewer::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && isOwnKey(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

bool MediaViewer::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisibleTo(parentWidget()))
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

void MediaViewer::resizeEvent(QResizeEvent*)
{
    m_bar->setGeometry(0, 0, width(), kBar);
    if (m_isFitted && current())
        fit();
}

void MediaViewer::keyPressEvent(QKeyEvent* event)
{
    const QPointF centre = QRectF(canvas()).center();
    if (!current() || !isOwnKey(*event)) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Escape:
    case Qt::Key_V:
        close();
        return;
    case Qt::Key_T:
        toggleTiles();
        return;
    case Qt::Key_P:
    case Qt::Key_Space:
        togglePlay();
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomAt(centre, kStep);
        return;
    case Qt::Key_Minus:
        zoomAt(centre, 1 / kStep);
        return;
    case Qt::Key_0:
        m_isFitted = true;
        fit();
        return;
    case Qt::Key_1:
        zoomAt(centre, 1 / m_scale);
        return;
    case Qt::Key_Left:
    case Qt::Key_Up:
        goBy(-1);
        return;
    default:
        goBy(1);
        return;
    }
}

void MediaViewer::wheelEvent(QWheelEvent* event)
{
    zoomAt(event->position(), std::pow(kStep, static_cast<double>(event->angleDelta().y()) / kWheelNotch));
    event->accept();
}

void MediaViewer::mousePressEvent(QMouseEvent* event)
{
    m_grabbed = event->position() - m_origin;
}

void MediaViewer::mouseMoveEvent(QMouseEvent* event)
{
    if (!(event->buttons() & Qt::LeftButton))
        return;
    m_origin = event->position() - m_grabbed;
    m_isFitted = false;
    update();
}

void MediaViewer::paintTiles(QPainter& painter, const QRectF& picture) const
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const Picture& told = current()->frames[static_cast<std::size_t>(m_frame)];
    const double wide = picture.width() / told.columns;
    const double high = picture.height() / told.rows;
    painter.setFont(widgets::smallFont(font()));
    for (int row = 0; row < told.rows; ++row) {
        for (int column = 0; column < told.columns; ++column) {
            const QRectF tile(picture.left() + column * wide, picture.top() + row * high, wide, high);
            painter.setPen(QPen(tokens.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(tile);
            if (std::min(wide, high) < kMinimumNumber)
                continue;
            const QRectF number(tile.left() + 1, tile.top() + 1, 24, 18);
            painter.fillRect(number, tokens.accent);
            painter.setPen(tokens.onAccent);
            painter.drawText(number, Qt::AlignCenter, QString::number(row * told.columns + column + 1));
        }
    }
}

void MediaViewer::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    painter.fillRect(rect(), tokens.window);
    painter.setPen(tokens.line);
    painter.drawLine(0, kBar, width(), kBar);
    if (!current())
        return;
    painter.setClipRect(QRect(0, kBar + 1, width(), height() - kBar - 1));
    if (m_image.isNull()) {
        painter.setPen(tokens.bad);
        painter.drawText(canvas(), Qt::AlignCenter | Qt::TextWordWrap, m_notice);
        return;
    }
    const QRectF picture(m_origin, QSizeF(m_image.size()) * m_scale);
    // Enlarged pixels stay pixels, so that what the model sees is what is shown.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_scale < 1);
    painter.drawImage(picture, m_image);
    if (showsTiles())
        paintTiles(painter, picture);
}

} // namespace msrl::pages
