// SPDX-License-Identifier: GPL-3.0-or-later
// The media of one sample as the model sees them: images, and the frames of a video beside one frame that
// plays. Both take as many lines as the width asks for. Pictures are read beside the window.
#pragma once

#include "core/base/json.h"

#include <QImage>
#include <QPixmap>
#include <QThreadPool>
#include <QTimer>
#include <QWidget>

#include <vector>

namespace msrl::pages {

class MediaItem : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kFrameMs = 350; // of a video that plays

    // {"role": "context"|"A"|"B", "kind": "image"|"video", "files": [absolute paths]}; without files
    // "waiting": true, or "problem": why there are none, which then stands where the picture would be.
    explicit MediaItem(const base::Json& media, QWidget* parent = nullptr);
    ~MediaItem() override; // waits for the picture that is being read
    // Those of the page, to be told: what enlarges and what plays; empty where there is none.
    void setKeys(const QString& view, const QString& play);

    bool isVideo() const { return m_frames.size() > 1; }
    bool isPlaying() const { return m_timer.isActive(); }
    bool isReading() const { return m_unread > 0; }
    // What stands in place of a picture; empty where all are there.
    QString notice() const { return m_notice; }
    void togglePlay();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

Q_SIGNALS:
    // A click on an image, or on a frame (0-based) that does not play.
    void viewRequested(int frame);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void readFrames(const base::Json& files);
    void take(std::size_t frame, const QImage& picture, const QString& problem);
    void showTip();
    int framesPerLine(int width) const;
    QRect frameRect(int frame) const;
    void paintPlayer(QPainter& painter) const;
    void paintFrame(QPainter& painter, int frame, const QRect& rect) const;
    void paintNotice(QPainter& painter, const QRect& rect, const QString& notice, bool isBad) const;

    QThreadPool m_readers;
    QString m_title;
    QString m_viewKey;
    QString m_playKey;
    QStringList m_names; // of the pictures
    int m_unread = 0;
    std::vector<QPixmap> m_frames;
    std::vector<QString> m_problems; // of these frames; empty: there is a picture, or it is being read
    QString m_notice;
    bool m_waits = false;
    QTimer m_timer;
    int m_current = 0;
    int m_side = 0;
};

} // namespace msrl::pages
