// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/media_viewer.h"

#include "app/models/strings.h"
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
constexpr int kMargin = 16;
constexpr int kFrameMs = 350;
constexpr double kStep = 1.25; // of a key or a notch of the wheel
constexpr double kLeastScale = 0.05;
constexpr double kMostScale = 32;
constexpr double kMostFitted = 8; // a small picture is enlarged no further by itself
constexpr int kWheelNotch = 120;
constexpr int kMinimumNumber = 28; // a tile's side from which its number is written

QString roleText(const QString& role)
{
    if (role == QLatin1String("A") || role == QLatin1String("B"))
        return MediaViewer::tr("Response %1").arg(role);
    return MediaViewer::tr("Sample");
}

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

MediaViewer::MediaViewer(QWidget* parent)
    : QWidget(parent)
{
    m_bar = makeBar();
    m_timer.setInterval(kFrameMs);
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
        if (!medium.frames.empty())
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
    QImageReader reader(picture.file);
    reader.setAutoTransform(false); // the model is not shown a turned picture either
    const QSize before = m_image.size();
    m_image = reader.read();
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
    if (medium.video)
        parts << tr("frame %1 of %2").arg(m_frame + 1).arg(static_cast<int>(medium.frames.size()));
    parts << (m_image.isNull() ? tr("missing or unreadable: %1").arg(picture.file)
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
        painter.drawText(canvas(), Qt::AlignCenter, tr("The file is missing or cannot be read."));
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
