// SPDX-License-Identifier: GPL-3.0-or-later
// The media of one sample in a row or below each other; of two that are compared it says which response each
// is.
#pragma once

#include "core/base/json.h"

#include <QBoxLayout>
#include <QWidget>

#include <vector>

namespace msrl::pages {

class MediaItem;

class MediaStrip : public QWidget
{
    Q_OBJECT

public:
    explicit MediaStrip(QBoxLayout::Direction direction, QWidget* parent = nullptr);

    // As judgedMedia() gives them.
    void setMedia(const base::Json& media);
    const base::Json& media() const { return m_media; }
    bool hasVideo() const;
    void togglePlay();

Q_SIGNALS:
    void viewRequested(int medium, int frame); // both from 0

private:
    base::Json m_media = base::Json::array();
    std::vector<MediaItem*> m_items;
    QBoxLayout* m_layout = nullptr;
};

} // namespace msrl::pages
