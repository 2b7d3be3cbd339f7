// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/media_strip.h"

#include "app/models/strings.h"
#include "app/pages/judged_media.h"
#include "app/pages/media_view.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/tokens.h"

#include <QLabel>

#include <algorithm>
#include <utility>

namespace msrl::pages {

namespace {

// Which of the two that are compared it is.
QWidget* withRole(MediaItem* item, const QString& role)
{
    auto* box = new QWidget(item->parentWidget());
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(
        widgets::makeLabel(MediaStrip::tr("Response %1").arg(role), QStringLiteral("heading"), box));
    layout->addWidget(item);
    return box;
}

} // namespace

MediaStrip::MediaStrip(QBoxLayout::Direction direction, QWidget* parent)
    : QWidget(parent)
    , m_layout(new QBoxLayout(direction, this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(widgets::kWideGap);
}

void MediaStrip::usePictures(services::EnginePictures* pictures)
{
    m_pictures = pictures;
    if (pictures)
        connect(pictures, &services::EnginePictures::changed, this, &MediaStrip::refresh);
    refresh();
}

void MediaStrip::setKeys(const QString& view, const QString& play)
{
    m_viewKey = view;
    m_playKey = play;
}

void MediaStrip::setMedia(const base::Json& media)
{
    m_given = media;
    refresh();
}

void MediaStrip::refresh()
{
    base::Json shown = withPictures(m_given, m_pictures);
    if (shown == m_media)
        return;
    m_media = std::move(shown);
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_items.clear();
    for (std::size_t i = 0; i < m_media.size(); ++i) {
        auto* item = new MediaItem(m_media[i], this);
        item->setKeys(m_viewKey, m_playKey);
        connect(item, &MediaItem::viewRequested, this,
            [this, i](int frame) { Q_EMIT viewRequested(static_cast<int>(i), frame); });
        m_items.push_back(item);
        const QString role = models::toQt(m_media[i].value("role", std::string()));
        m_layout->addWidget(role == QLatin1String("context") ? item : withRole(item, role));
    }
    if (m_layout->direction() == QBoxLayout::TopToBottom)
        m_layout->addStretch(1);
    Q_EMIT changed();
}

bool MediaStrip::hasVideo() const
{
    return std::any_of(m_items.begin(), m_items.end(), [](const MediaItem* item) { return item->isVideo(); });
}

void MediaStrip::togglePlay()
{
    for (MediaItem* item : m_items)
        item->togglePlay();
}

} // namespace msrl::pages
