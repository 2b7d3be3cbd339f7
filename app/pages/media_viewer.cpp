// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/media_viewer.h"

#include "app/models/strings.h"
#include "app/pages/media_view.h"
#include "app/pages/picture_source.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

QString roleText(const QString& role)
{
    if (role == QLatin1String("A") || role == QLatin1String("B"))
        return MediaViewer::tr("Response %1").arg(role);
    return MediaViewer::tr("Sample");
}

} // namespace

MediaViewer::MediaViewer(QWidget* parent)
    : QWidget(parent)
{
    m_bar = makeBar();
    m_timer.setInterval(MediaItem::kFrameMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const Medium* medium = current();
        if (medium && !medium->frames.empty())
            go(m_medium, (m_frame + 1) % static_cast<int>(medium->frames.size()));
    });
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Media of the sample, enlarged"));
    parent->installEventFilter(this);
    hide();
}

QToolButton* MediaViewer::addButton(QWidget* bar, const QString& text, const QString& tip, const char* name)
{
    auto* button = new QToolButton(bar);
    widgets::setVariant(button, "kind", QStringLiteral("chip"));
    button->setObjectName(QString::fromLatin1(name));
    button->setText(text);
    button->setToolTip(tip);
    button->setFocusPolicy(Qt::NoFocus);
    bar->layout()->addWidget(button);
    return button;
}

QWidget* MediaViewer::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(kMargin, 0, kMargin, 0);
    layout->setSpacing(4);
    auto* title = new widgets::ElidedLabel(bar);
    m_title = title;
    layout->addWidget(title, 1);
    m_previous = addButton(bar, tr("Previous  ←"), tr("The frame or picture before"), "viewerPrevious");
    m_next = addButton(bar, tr("Next  →"), tr("The next frame or picture"), "viewerNext");
    m_playButton = addButton(bar, tr("Play  P"), tr("Play or pause the video"), "viewerPlay");
    m_tilesButton = addButton(bar, tr("Tiles  T"), {}, "viewerTiles");
    m_tilesButton->setCheckable(true);
    connect(addButton(bar, tr("Fit  0"), tr("The whole picture"), "viewerFit"), &QToolButton::clicked, this,
        [this] {
            m_isFitted = true;
            fit();
        });
    connect(addButton(bar, tr("−"), tr("Smaller"), "viewerOut"), &QToolButton::clicked, this,
        [this] { zoomAt(QRectF(canvas()).center(), 1 / kStep); });
    connect(addButton(bar, tr("+"), tr("Larger"), "viewerIn"), &QToolButton::clicked, this,
        [this] { zoomAt(QRectF(canvas()).center(), kStep); });
    connect(addButton(bar, tr("Close  Esc"), tr("Back to the item"), "viewerClose"), &QToolButton::clicked,
        this, &MediaViewer::close);
    connect(m_previous, &QToolButton::clicked, this, [this] { goBy(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { goBy(1); });
    connect(m_playButton, &QToolButton::clicked, this, &MediaViewer::togglePlay);
    connect(m_tilesButton, &QToolButton::clicked, this, &MediaViewer::toggleTiles);
    return bar;
}

void MediaViewer::read(const base::Json& media)
{
    m_media.clear();
    for (const base::Json& one : media) {
        Medium medium;
        medium.role = models::toQt(one.value("role", std::string()));
        medium.video = one.value("kind", std::string()) == "video";
        medium.tileSize = one.value("tile_size", 0);
        medium.thumbnail = one.value("thumbnail", false);
        const base::Json files = one.value("files", base::Json::array());
        const base::Json grids = one.value("grids", base::Json::array());
        for (std::size_t i = 0; i < files.size(); ++i) {
            Picture picture;
            picture.file = files[i].is_string() ? models::toQt(files[i].get<std::string>()) : QString();
            if (i < grids.size() && grids[i].is_array() && grids[i].size() == 2
                && grids[i][0].is_number_integer() && grids[i][1].is_number_integer()) {
                picture.columns = grids[i][0].get<int>();
                picture.rows = grids[i][1].get<int>();
            }
            medium.frames.push_back(std::move(picture));
        }
        if (medium.frames.empty()) { // media keep their places
            medium.notice = one.value("waiting", false) ? tr("It is still being read.")
                                                        : models::toQt(one.value("problem", std::string()));
            medium.frames.emplace_back();
        }
        m_media.push_back(std::move(medium));
    }
}

void MediaViewer::open(const base::Json& media, int medium, int frame)
{
    read(media);
    if (m_media.empty())
        return;
    setGeometry(parentWidget()->rect());
    show();
    raise();
    setFocus();
    m_isFitted = true;
    go(std::clamp(medium, 0, static_cast<int>(m_media.size()) - 1), frame);
}

void MediaViewer::setMedia(const base::Json& media)
{
    read(media);
    m_timer.stop();
    m_isFitted = true;
    if (m_media.empty())
        close();
    else
        go(0, 0);
}

void MediaViewer::close()
{
    m_timer.stop();
    if (!isVisibleTo(parentWidget()))
        return;
    hide();
    Q_EMIT closed();
}

const MediaViewer::Medium* MediaViewer::current() const
{
    return m_medium < static_cast<int>(m_media.size()) ? &m_media[static_cast<std::size_t>(m_medium)]
                                                       : nullptr;
}

void MediaViewer::go(int medium, int frame)
{
    m_medium = medium;
    const int frames = static_cast<int>(current()->frames.size());
    m_frame = std::clamp(frame, 0, frames - 1);
    if (frames < 2)
        m_timer.stop();
    load();
}

// Through the frames of a medium, then on to the next one, going round.
void MediaViewer::goBy(int frames)
{
    m_timer.stop();
    const int media = static_cast<int>(m_media.size());
    const int frame = m_frame + frames;
    if (frame >= 0 && frame < static_cast<int>(current()->frames.size())) {
        go(m_medium, frame);
        return;
    }
    const int next = (m_medium + (frames > 0 ? 1 : -1) + media) % media;
    m_isFitted = true;
    go(next, frames > 0 ? 0 : static_cast<int>(m_media[static_cast<std::size_t>(next)].frames.size()) - 1);
}

void MediaViewer::load()
{
    const Picture& picture = current()->frames[static_cast<std::size_t>(m_frame)];
    const QSize before = m_image.size();
    m_notice = current()->notice;
    m_image = picture.file.isEmpty() ? QImage() : readPicture(picture.file, 0, &m_notice);
    if (m_isFitted || m_image.size() != before) {
        m_isFitted = true;
        fit();
    }
    showTitle();
    update();
}

void MediaViewer::showTitle()
{
    const Medium& medium = *current();
    const Picture& picture = medium.frames[static_cast<std::size_t>(m_frame)];
    QStringList parts { roleText(medium.role) };
    if (medium.video && medium.notice.isEmpty())
        parts << tr("frame %1 of %2").arg(m_frame + 1).arg(static_cast<int>(medium.frames.size()));
    parts << (m_image.isNull() ? picture.file.isEmpty() ? tr("no picture") : pictureName(picture.file)
                               : QStringLiteral("%1 × %2").arg(m_image.width()).arg(m_image.height()));
    if (picture.columns > 0) {
        const int tiles = picture.columns * picture.rows;
        const int all = tiles + (medium.thumbnail && tiles > 1 ? 1 : 0);
        parts << tr("%1 × %2 tiles of %3 pixels").arg(picture.columns).arg(picture.rows).arg(medium.tileSize)
                + (all > tiles ? tr(" and the whole as one more") : QString());
    }
    if (!m_image.isNull())
        parts << tr("%1 %").arg(std::lround(100 * m_scale));
    static_cast<widgets::ElidedLabel*>(m_title)->setFullText(parts.join(QStringLiteral(" · ")));
    const bool moving = medium.frames.size() > 1;
    m_playButton->setVisible(moving);
    m_playButton->setText(isPlaying() ? tr("Pause  P") : tr("Play  P"));
    m_previous->setVisible(moving || m_media.size() > 1);
    m_next->setVisible(moving || m_media.size() > 1);
    m_tilesButton->setEnabled(picture.columns > 0);
    m_tilesButton->setChecked(showsTiles());
    m_tilesButton->setToolTip(picture.columns > 0 ? tr("How the model cuts the picture")
            : medium.video                        ? tr("A frame is one tile")
                                                  : tr("The run does not tell its tiles"));
}

} // namespace msrl::pages
