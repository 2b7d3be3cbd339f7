// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/window_picture.h"

#include <QPixmap>
#include <QWidget>

#include <utility>

namespace msrl::pages {

WindowPicture::WindowPicture(QWidget& window, std::function<bool()> isReady, WindowPictureOptions options)
    : QObject(&window)
    , m_window(window)
    , m_isReady(std::move(isReady))
    , m_options(options)
{
    connect(&m_timer, &QTimer::timeout, this, &WindowPicture::look);
}

void WindowPicture::take(const QString& file)
{
    m_file = file;
    m_last = {};
    m_equal = 0;
    m_looks = 0;
    m_timer.start(m_options.lookMs);
}

void WindowPicture::look()
{
    QImage now = m_window.grab().toImage();
    m_equal = m_isReady() && now == m_last ? m_equal + 1 : 0;
    m_last = std::move(now);
    ++m_looks;
    if (m_equal >= m_options.equalLooks)
        finish(true);
    else if (m_looks * m_options.lookMs >= m_options.patienceMs)
        finish(false);
}

void WindowPicture::finish(bool still)
{
    m_timer.stop();
    if (m_last.save(m_file))
        Q_EMIT taken(still);
    else
        Q_EMIT failed(tr("cannot write %1").arg(m_file));
}

} // namespace msrl::pages
