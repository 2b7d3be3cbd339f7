// SPDX-License-Identifier: GPL-3.0-or-later
// The media of one sample as the model sees them: images, and the frames of a video side by side with one
// frame that plays.
#pragma once

#include "core/base/json.h"

#include <QPixmap>
#include <QTimer>
#include <QWidget>

#include <vector>

class QToolButton;

namespace msrl::pages {

class MediaItem : public QWidget
{
    Q_OBJECT

public:
    // {"role": "context"|"A"|"B", "kind": "image"|"video", "files": [absolute paths]}
    explicit MediaItem(const base::Json& media, QWidget* parent = nullptr);

    bool isVideo() const { return m_frames.size() > 1; }
    bool isPlaying() const { return m_timer.isActive(); }
    void togglePlay();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    QRect frameRect(int frame) const;

    QString m_title;
    std::vector<QPixmap> m_frames;
    QStringList m_missing;
    QTimer m_timer;
    int m_current = 0;
    int m_side = 0;
};

} // namespace msrl::pages
