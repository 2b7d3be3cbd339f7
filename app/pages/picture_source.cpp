// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/picture_source.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QImageReader>

#include <memory>

namespace msrl::pages {

namespace {

bool isInRow(const QString& source)
{
    return source.startsWith(QLatin1String("data:"));
}

std::unique_ptr<QIODevice> openPicture(const QString& source)
{
    if (!isInRow(source))
        return std::make_unique<QFile>(source);
    auto buffer = std::make_unique<QBuffer>();
    buffer->setData(QByteArray::fromBase64(source.mid(source.indexOf(QLatin1Char(',')) + 1).toLatin1()));
    return buffer;
}

} // namespace

QImage readPicture(const QString& source, int side, QString* problem)
{
    const std::unique_ptr<QIODevice> device = openPicture(source);
    if (!device->open(QIODevice::ReadOnly)) {
        if (problem)
            *problem = isInRow(source) || QFileInfo::exists(source)
                ? device->errorString()
                : QCoreApplication::translate("Media", "file missing");
        return {};
    }
    QImageReader reader(device.get());
    reader.setAutoTransform(false);
    const QSize size = reader.size();
    if (side > 0 && size.isValid() && std::max(size.width(), size.height()) > side)
        reader.setScaledSize(size.scaled(side, side, Qt::KeepAspectRatio));
    QImage image = reader.read();
    if (image.isNull() && problem)
        *problem = QCoreApplication::translate("Media", "cannot be read: %1").arg(reader.errorString());
    return image;
}

bool needsEngine(const QString& source)
{
    static const bool readsWebp = QImageReader::supportedImageFormats().contains("webp");
    return !readsWebp
        && (source.endsWith(QLatin1String(".webp"), Qt::CaseInsensitive)
            || source.startsWith(QLatin1String("data:image/webp")));
}

QString pictureName(const QString& source)
{
    return isInRow(source) ? QCoreApplication::translate("Media", "image in the row") : source;
}

} // namespace msrl::pages
