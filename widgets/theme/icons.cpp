// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/icons.h"

#include "widgets/theme/tokens.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <algorithm>
#include <cmath>
#include <memory>

// The resources are in a static library: the linker would drop them without this call. It must stand outside
// of any namespace.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace msrl::widgets {

namespace {

QByteArray tintedSource(const QString& name, const QColor& colour)
{
    registerIconResources();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        file.setFileName(QStringLiteral(":/icons/state-ready.svg"));
        if (!file.open(QIODevice::ReadOnly))
            return {};
    }
    return file.readAll().replace("#000", colour.name().toUtf8());
}

class TintedIconEngine : public QIconEngine
{
public:
    explicit TintedIconEngine(QString name)
        : m_name(std::move(name))
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        const double ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        painter->drawPixmap(rect, scaled(rect.size(), ratio, mode, state));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaled(size, 1.0, mode, state);
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        // `size` is in device pixels already.
        QPixmap pixmap = scaled(size, 1.0, mode, state);
        pixmap.setDevicePixelRatio(scale);
        return pixmap;
    }

    QIconEngine* clone() const override { return std::make_unique<TintedIconEngine>(m_name).release(); }

private:
    QPixmap scaled(const QSize& size, double ratio, QIcon::Mode mode, QIcon::State state) const
    {
        const Tokens& tokens = tokensFor(QGuiApplication::palette());
        QColor colour = tokens.secondary;
        if (mode == QIcon::Disabled)
            colour = tokens.disabled;
        else if (mode == QIcon::Selected)
            colour = tokens.text;
        else if (state == QIcon::On)
            colour = tokens.accent;
        else if (mode == QIcon::Active)
            colour = tokens.text;
        return iconPixmap(m_name, std::min(size.width(), size.height()), colour, ratio);
    }

    QString m_name;
};

} // namespace

void registerIconResources()
{
    static const bool registered = [] {
        registerIcons();
        return true;
    }();
    Q_UNUSED(registered)
}

QIcon icon(const QString& name)
{
    return QIcon(std::make_unique<TintedIconEngine>(name).release());
}

QPixmap iconPixmap(const QString& name, int size, const QColor& colour, double pixelRatio)
{
    const QString key
        = QStringLiteral("msrl/%1/%2/%3/%4").arg(name).arg(size).arg(colour.name()).arg(pixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(QSize(size, size) * pixelRatio);
    pixmap.setDevicePixelRatio(pixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QSvgRenderer(tintedSource(name, colour)).render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& colour)
{
    // Drawn once for every zoom: reading the vectors anew takes as long as the rest of a node.
    const double scale = std::abs(painter.deviceTransform().m11());
    const int pixels = std::max(1, static_cast<int>(std::ceil(rect.width() * scale)));
    const QPixmap pixmap = iconPixmap(name, pixels, colour, 1);
    const bool smooth = painter.testRenderHint(QPainter::SmoothPixmapTransform);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawPixmap(rect, pixmap, pixmap.rect());
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth);
}

} // namespace msrl::widgets
