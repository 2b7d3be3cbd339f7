// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/media_view.h"

#include "app/models/strings.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QFileInfo>
#include <QImageReader>
#include <QPainter>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kImageSide = 176;
constexpr int kFrameSide = 72;
constexpr int kTitle = 20;
constexpr int kFrameMs = 350;

QString titleOf(bool video, std::size_t frames)
{
    const QString kind = video ? QObject::tr("video, %1 frames").arg(frames) : QObject::tr("image");
    return kind.at(0).toUpper() + kind.mid(1);
}

// Small pictures are enlarged without smoothing, so that what the model sees is what is shown.
QPixmap load(const QString& file, int side)
{
    QImageReader reader(file);
    const QSize size = reader.size();
    if (size.isValid() && std::max(size.width(), size.height()) > side)
        reader.setScaledSize(size.scaled(side, side, Qt::KeepAspectRatio));
    const QImage image = reader.read();
    if (image.isNull())
        return {};
    return QPixmap::fromImage(image.scaled(side, side, Qt::KeepAspectRatio, Qt::FastTransformation));
}

} // namespace

MediaItem::MediaItem(const base::Json& media, QWidget* parent)
    : QWidget(parent)
{
    const base::Json files = media.value("files", base::Json::array());
    const bool video = media.value("kind", std::string()) == "video";
    m_side = video ? kFrameSide : kImageSide;
    for (const base::Json& file : files) {
        const QString path = file.is_string() ? models::toQt(file.get<std::string>()) : QString();
        QPixmap picture = load(path, m_side);
        if (picture.isNull())
            m_missing << path;
        m_frames.push_back(std::move(picture));
    }
    m_title = titleOf(video, m_frames.size());
    m_timer.setInterval(kFrameMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_current = (m_current + 1) % static_cast<int>(m_frames.size());
        update();
    });
    if (isVideo()) {
        setCursor(Qt::PointingHandCursor);
        setToolTip(tr("Click or press P to play"));
    }
    setAccessibleName(m_title);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize MediaItem::sizeHint() const
{
    const int frames = std::max(1, static_cast<int>(m_frames.size()));
    if (!isVideo())
        return { m_side, kTitle + m_side };
    return { frames * (m_side + 4) + m_side + 8, kTitle + m_side + 16 };
}

void MediaItem::togglePlay()
{
    if (!isVideo())
        return;
    if (m_timer.isActive())
        m_timer.stop();
    else
        m_timer.start();
    update();
}

// Frame -1 is the one that plays, left of all others.
QRect MediaItem::frameRect(int frame) const
{
    const int x = !isVideo() ? 0 : frame < 0 ? 0 : m_side + 12 + frame * (m_side + 4);
    return { x, kTitle, m_side, m_side };
}

void MediaItem::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    painter.setFont(widgets::smallFont(font()));
    painter.setPen(tokens.secondary);
    painter.drawText(QRect(0, 0, width(), kTitle), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    const auto draw = [&](int frame, const QRect& rect) {
        const QPixmap& picture = m_frames[static_cast<std::size_t>(frame)];
        if (picture.isNull()) {
            painter.fillRect(rect, tokens.raised);
            painter.setPen(tokens.bad);
            painter.drawText(rect, Qt::AlignCenter | Qt::TextWordWrap, tr("file missing"));
            return;
        }
        painter.drawPixmap(rect.topLeft(), picture);
        painter.setPen(tokens.line);
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    };
    for (int frame = 0; frame < static_cast<int>(m_frames.size()); ++frame) {
        const QRect rect = frameRect(frame);
        draw(frame, rect);
        if (isVideo()) {
            painter.setPen(frame == m_current ? tokens.accent : tokens.secondary);
            painter.drawText(QRect(rect.left(), rect.bottom() + 1, rect.width(), 15), Qt::AlignCenter,
                QString::number(frame + 1));
        }
    }
    if (isVideo()) {
        const QRect player = frameRect(-1);
        draw(m_current, player);
        painter.setPen(QPen(tokens.accent, 1));
        painter.drawRect(player.adjusted(0, 0, -1, -1));
        const QRectF badge(player.left(), player.bottom() + 2, 14, 14);
        widgets::paintIcon(
            painter, badge, isPlaying() ? QStringLiteral("pause") : QStringLiteral("play"), tokens.accent);
        painter.setPen(tokens.secondary);
        painter.drawText(QRect(player.left() + 18, player.bottom() + 1, player.width() - 18, 15),
            Qt::AlignLeft | Qt::AlignVCenter, isPlaying() ? tr("pause  P") : tr("play  P"));
    }
    if (!m_missing.isEmpty())
        setToolTip(tr("Missing or unreadable: %1").arg(m_missing.join(QStringLiteral(", "))));
}

void MediaItem::mouseReleaseEvent(QMouseEvent*)
{
    togglePlay();
}

} // namespace msrl::pages
