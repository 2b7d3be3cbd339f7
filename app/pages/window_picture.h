// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of a window once it shows what it was told to show: for --screenshot.
#pragma once

#include <QImage>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>

class QWidget;

namespace msrl::pages {

struct WindowPictureOptions
{
    int lookMs = 150; // between looks at the window
    int equalLooks = 3; // in a row, before it counts as still
    int patienceMs = 20'000; // then the picture is taken of what there is
};

// Looks at the window until `isReady` and what it shows does not change any more: rows that are read, media
// that are decoded and figures that are counted come in beside the window. Lives in the GUI thread.
class WindowPicture : public QObject
{
    Q_OBJECT

public:
    WindowPicture(QWidget& window, std::function<bool()> isReady, WindowPictureOptions options = {});

    void take(const QString& file);

Q_SIGNALS:
    // `still` false: the window went on changing until the patience ended.
    void taken(bool still);
    void failed(const QString& sentence);

private:
    void look();
    void finish(bool still);

    QWidget& m_window;
    std::function<bool()> m_isReady;
    WindowPictureOptions m_options;
    QString m_file;
    QTimer m_timer;
    QImage m_last;
    int m_equal = 0;
    qint64 m_looks = 0;
};

} // namespace msrl::pages
