// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/row_thumbnails.h"

#include "app/models/strings.h"
#include "app/pages/picture_source.h"

#include <QPainter>

namespace msrl::pages {

namespace {

constexpr qsizetype kMostThumbnails = 2; // of a row

// Null where none of the pictures can be read.
QImage thumbnailOf(const QStringList& sources, double ratio)
{
    const int side = qRound(RowThumbnails::kSide * ratio);
    QImage whole((QSizeF(RowThumbnails::sizeFor(sources.size())) * ratio).toSize(),
        QImage::Format_ARGB32_Premultiplied);
    whole.fill(Qt::transparent);
    QPainter painter(&whole);
    bool any = false;
    int left = 0;
    for (const QString& source : sources) {
        const QImage read = readPicture(source, side);
        if (!read.isNull()) {
            // Pictures of a few pixels show them.
            const bool isSmall = read.width() < side && read.height() < side;
            const QImage picture = read.scaled(
                side, side, Qt::KeepAspectRatio, isSmall ? Qt::FastTransformation : Qt::SmoothTransformation);
            painter.drawImage(left + (side - picture.width()) / 2, (side - picture.height()) / 2, picture);
            any = true;
        }
        left += side + qRound(RowThumbnails::kGap * ratio);
    }
    painter.end();
    whole.setDevicePixelRatio(ratio);
    return any ? whole : QImage();
}

} // namespace

RowThumbnails::RowThumbnails(QObject* parent)
    : QObject(parent)
{
    m_readers.setMaxThreadCount(1);
}

RowThumbnails::~RowThumbnails()
{
    m_readers.clear();
    m_readers.waitForDone();
}

QStringList RowThumbnails::sourcesOf(const base::Json& media)
{
    QStringList given, candidates;
    for (const base::Json& one : media) {
        const base::Json files = one.value("files", base::Json::array());
        if (files.empty() || !files[0].is_string())
            continue;
        const bool isGiven = one.value("role", std::string()) == "context";
        (isGiven ? given : candidates) << models::toQt(files[0].get<std::string>());
    }
    return (candidates.isEmpty() ? given : candidates).mid(0, kMostThumbnails);
}

QSize RowThumbnails::sizeFor(qsizetype pictures)
{
    const auto count = static_cast<int>(pictures);
    return { count * kSide + (count > 0 ? count - 1 : 0) * kGap, kSide };
}

void RowThumbnails::ask(const std::vector<QStringList>& rows, double ratio)
{
    m_readers.clear();
    const int round = ++m_round;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].isEmpty())
            continue;
        m_readers.start([this, round, ratio, row = static_cast<int>(i), sources = rows[i]] {
            const QImage picture = thumbnailOf(sources, ratio);
            QMetaObject::invokeMethod(
                this,
                [this, round, row, picture] {
                    if (round == m_round && !picture.isNull())
                        Q_EMIT ready(row, picture);
                },
                Qt::QueuedConnection);
        });
    }
}

} // namespace msrl::pages
