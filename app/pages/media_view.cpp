// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/media_view.h"

#include "app/models/strings.h"
#include "app/pages/picture_source.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kImageSide = 176;
constexpr int kFrameSide = 72;
constexpr int kTitle = 20;
constexpr int kNumber = 16; // below a frame
constexpr int kFrameGap = 4;
constexpr int kPlayerGap = 12;

QString titleOf(bool video, std::size_t frames)
{
    const QString kind = !video ? QObject::tr("image")
        : frames == 0           ? QObject::tr("video")
                                : QObject::tr("video, %1 frames").arg(frames);
    return kind.at(0).toUpper() + kind.mid(1);
}

// Small pictures are enlarged without smoothing, so that what the model sees is what is shown.
QImage readFrame(const QString& file, int side, QString& problem)
{
    const QImage image = readPicture(file, side, &problem);
    return image.isNull() ? image : image.scaled(side, side, Qt::KeepAspectRatio, Qt::FastTransformation);
}

} // namespace

MediaItem::MediaItem(const base::Json& media, QWidget* parent)
    : QWidget(parent)
{
    const base::Json files = media.value("files", base::Json::array());
    const bool video = media.value("kind", std::string()) == "video";
    m_side = video && !files.empty() ? kFrameSide : kImageSide;
    m_waits = media.value("waiting", false);
    if (files.empty())
        m_notice = m_waits ? tr("Reading…") : models::toQt(media.value("problem", std::string()));
    readFrames(files);
    m_title = titleOf(video, m_frames.size());
    m_timer.setInterval(kFrameMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_current = (m_current + 1) % static_cast<int>(m_frames.size());
        update();
    });
    setCursor(Qt::PointingHandCursor);
    setKeys({}, {});
    setAccessibleName(m_title);
    setAccessibleDescription(m_notice);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

MediaItem::~MediaItem()
{
    m_readers.clear();
    m_readers.waitForDone();
}

void MediaItem::readFrames(const base::Json& files)
{
    m_readers.setMaxThreadCount(1);
    m_frames.resize(files.size());
    m_problems.resize(files.size());
    m_unread = static_cast<int>(files.size());
    for (std::size_t frame = 0; frame < files.size(); ++frame) {
        const QString path
            = files[frame].is_string() ? models::toQt(files[frame].get<std::string>()) : QString();
        m_names << pictureName(path);
        m_readers.start([this, frame, path, side = m_side] {
            QString problem;
            const QImage picture = readFrame(path, side, problem);
            QMetaObject::invokeMethod(
                this, [this, frame, picture, problem] { take(frame, picture, problem); },
                Qt::QueuedConnection);
        });
    }
}

void MediaItem::take(std::size_t frame, const QImage& picture, const QString& problem)
{
    --m_unread;
    m_frames[frame] = QPixmap::fromImage(picture);
    if (picture.isNull()) {
        m_problems[frame] = problem;
        QStringList missing;
        for (std::size_t i = 0; i < m_problems.size(); ++i)
            if (!m_problems[i].isEmpty())
                missing << QStringLiteral("%1 (%2)").arg(m_names[static_cast<qsizetype>(i)], m_problems[i]);
        m_notice = missing.join(QStringLiteral(", "));
        setAccessibleDescription(m_notice);
        showTip();
    }
    update();
}

void MediaItem::setKeys(const QString& view, const QString& play)
{
    m_viewKey = view;
    m_playKey = play;
    showTip();
    update();
}

void MediaItem::showTip()
{
    const QString start = m_playKey.isEmpty()
        ? tr("Click the first frame to play")
        : tr("Click the first frame or press %1 to play").arg(m_playKey);
    QString tip = isVideo() ? tr("%1; click another to enlarge it").arg(start) : tr("Click to enlarge");
    if (!m_viewKey.isEmpty())
        tip += QStringLiteral(" (%1)").arg(m_viewKey);
    if (m_frames.empty())
        tip = m_notice;
    else if (!m_notice.isEmpty())
        tip = tr("Missing or unreadable: %1").arg(m_notice);
    setToolTip(tip);
}

int MediaItem::framesPerLine(int width) const
{
    return std::max(1, (width - m_side - kPlayerGap) / (m_side + kFrameGap));
}

QSize MediaItem::sizeHint() const
{
    const int frames = static_cast<int>(m_frames.size());
    const int wide = isVideo() ? m_side + kPlayerGap + frames * (m_side + kFrameGap) : m_side;
    return { wide, heightForWidth(wide) };
}

QSize MediaItem::minimumSizeHint() const
{
    const int least = isVideo() ? 2 * m_side + kPlayerGap + kFrameGap : m_side;
    return { least, kTitle + m_side };
}

int MediaItem::heightForWidth(int width) const
{
    if (!isVideo())
        return kTitle + m_side;
    const int perLine = framesPerLine(width);
    const int lines = (static_cast<int>(m_frames.size()) + perLine - 1) / perLine;
    return kTitle + lines * (m_side + kNumber);
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
    if (!isVideo() || frame < 0)
        return { 0, kTitle, m_side, m_side };
    const int perLine = framesPerLine(width());
    return { m_side + kPlayerGap + frame % perLine * (m_side + kFrameGap),
        kTitle + frame / perLine * (m_side + kNumber), m_side, m_side };
}

void MediaItem::paintFrame(QPainter& painter, int frame, const QRect& rect) const
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const QPixmap& picture = m_frames[static_cast<std::size_t>(frame)];
    if (picture.isNull()) {
        paintNotice(
            painter, rect, m_problems[static_cast<std::size_t>(frame)], true); // empty while it is read
        return;
    }
    painter.drawPixmap(rect.topLeft(), picture);
    painter.setPen(tokens.line);
    painter.drawRect(QRect(rect.topLeft(), picture.size()).adjusted(0, 0, -1, -1));
}

// The tip has it whole where there is no room for it.
void MediaItem::paintNotice(QPainter& painter, const QRect& rect, const QString& notice, bool isBad) const
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    painter.fillRect(rect, tokens.raised);
    painter.setPen(isBad ? tokens.bad : tokens.secondary);
    painter.save();
    painter.setClipRect(rect);
    painter.drawText(rect.adjusted(4, 2, -4, -2), Qt::AlignCenter | Qt::TextWrapAnywhere, notice);
    painter.restore();
}

void MediaItem::paintPlayer(QPainter& painter) const
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const QRect player = frameRect(-1);
    paintFrame(painter, m_current, player);
    painter.setPen(QPen(tokens.accent, 1));
    painter.drawRect(player.adjusted(0, 0, -1, -1));
    const QRectF badge(player.left(), player.bottom() + 2, 14, 14);
    widgets::paintIcon(
        painter, badge, isPlaying() ? QStringLiteral("pause") : QStringLiteral("play"), tokens.accent);
    painter.setPen(tokens.secondary);
    painter.drawText(QRect(player.left() + 18, player.bottom() + 1, player.width() - 18, 15),
        Qt::AlignLeft | Qt::AlignVCenter,
        (isPlaying() ? tr("pause") : tr("play")) + QStringLiteral("  ") + m_playKey);
}

void MediaItem::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    painter.setFont(widgets::smallFont(font()));
    painter.setPen(tokens.secondary);
    painter.drawText(QRect(0, 0, width(), kTitle), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    for (int frame = 0; frame < static_cast<int>(m_frames.size()); ++frame) {
        const QRect rect = frameRect(frame);
        paintFrame(painter, frame, rect);
        if (!isVideo())
            continue;
        painter.setPen(frame == m_current ? tokens.accent : tokens.secondary);
        painter.drawText(QRect(rect.left(), rect.bottom() + 1, rect.width(), 15), Qt::AlignCenter,
            QString::number(frame + 1));
    }
    if (m_frames.empty())
        paintNotice(painter, frameRect(0), m_notice, !m_waits);
    if (isVideo())
        paintPlayer(painter);
}

void MediaItem::mouseReleaseEvent(QMouseEvent* event)
{
    if (isVideo() && frameRect(-1).contains(event->pos())) {
        togglePlay();
        return;
    }
    for (int frame = 0; frame < static_cast<int>(m_frames.size()); ++frame) {
        if (frameRect(frame).contains(event->pos()))
            Q_EMIT viewRequested(frame);
    }
}

} // namespace msrl::pages
