// SPDX-License-Identifier: GPL-3.0-or-later
// The media of one sample in a row or below each other; of two that are compared it says which response each
// is.
#pragma once

#include "app/services/engine_pictures.h"
#include "core/base/json.h"

#include <QBoxLayout>
#include <QPointer>
#include <QWidget>

#include <vector>

namespace msrl::pages {

class MediaItem;

class MediaStrip : public QWidget
{
    Q_OBJECT

public:
    explicit MediaStrip(QBoxLayout::Direction direction, QWidget* parent = nullptr);

    // For media that the studio does not read itself; it need not outlive the strip.
    void usePictures(services::EnginePictures* pictures);
    // What enlarges and what plays, to be told; by default the keys of the pages that show a strip.
    void setKeys(const QString& view, const QString& play);
    // As judgedMedia() gives them. The same again changes nothing: a video plays on.
    void setMedia(const base::Json& media);
    const base::Json& given() const { return m_given; }
    // The same as they are shown now, for MediaViewer.
    const base::Json& media() const { return m_media; }
    bool hasVideo() const;
    void togglePlay();

Q_SIGNALS:
    void viewRequested(int medium, int frame); // both from 0
    void changed(); // other pictures are shown

private:
    void refresh();

    QPointer<services::EnginePictures> m_pictures;
    QString m_viewKey = QStringLiteral("V");
    QString m_playKey = QStringLiteral("P");
    base::Json m_given = base::Json::array();
    base::Json m_media = base::Json::array();
    std::vector<MediaItem*> m_items;
    QBoxLayout* m_layout = nullptr;
};

} // namespace msrl::pages
