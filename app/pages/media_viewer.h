// SPDX-License-Identifier: GPL-3.0-or-later
// A sample's media at full size over the page: zoom and drag, the model's tiles as a grid, frames one by one
// or playing. Covers its parent while open.
#pragma once

#include "core/base/json.h"

#include <QImage>
#include <QPointF>
#include <QTimer>
#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QToolButton;

namespace msrl::pages {

class MediaViewer : public QWidget
{
    Q_OBJECT

public:
    explicit MediaViewer(QWidget* parent);

    // As MediaItem takes them. Opens at a frame of a medium (both from 0) and takes the focus. Without
    // media nothing happens.
    void open(const base::Json& media, int medium = 0, int frame = 0);
    // The media of another item, while open; closes when there are none.
    void setMedia(const base::Json& media);
    void close(); // closed() follows if it was open

    int medium() const { return m_medium; }
    int frame() const { return m_frame; }
    double scale() const { return m_scale; } // screen pixels per pixel of the image
    bool showsTiles() const;
    bool isPlaying() const { return m_timer.isActive(); }

Q_SIGNALS:
    void closed();

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    static constexpr double kStep = 1.25; // of a key or a notch of the wheel
    static constexpr int kMargin = 16;
    struct Picture
    {
        QString file; // empty: there is no picture
        int columns = 0; // of the tile grid; 0: not told
        int rows = 0;
    };
    struct Medium
    {
        QString role;
        bool video = false;
        int tileSize = 0;
        bool thumbnail = false;
        QString notice; // in place of a picture
        std::vector<Picture> frames; // at least one
    };

    void read(const base::Json& media);
    QWidget* makeBar();
    QToolButton* addButton(QWidget* bar, const QString& text, const QString& tip, const char* name);
    void go(int medium, int frame);
    void goBy(int frames);
    void load();
    void fit();
    void zoomAt(const QPointF& place, double factor);
    void togglePlay();
    void toggleTiles();
    void showTitle();
    QRect canvas() const;
    void paintTiles(QPainter& painter, const QRectF& picture) const;
    const Medium* current() const;

    std::vector<Medium> m_media;
    int m_medium = 0;
    int m_frame = 0;
    QImage m_image;
    QString m_notice; // why there is no image
    bool m_isFitted = true;
    bool m_tiles = false;
    double m_scale = 1;
    QPointF m_origin; // of the image on the canvas
    QPointF m_grabbed;
    QTimer m_timer;
    QWidget* m_bar = nullptr;
    QLabel* m_title = nullptr;
    QToolButton* m_tilesButton = nullptr;
    QToolButton* m_playButton = nullptr;
    QToolButton* m_previous = nullptr;
    QToolButton* m_next = nullptr;
};

} // namespace msrl::pages
