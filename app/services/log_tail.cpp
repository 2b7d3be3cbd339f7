// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/log_tail.h"

#include <QFile>
#include <QFileInfo>

#include <utility>

namespace msrl::services {

namespace {

// As a terminal leaves it on the screen: a return begins the line anew, and at its end it does nothing.
QString lastState(const QByteArray& line)
{
    qsizetype end = line.size();
    while (end > 0 && line[end - 1] == '\r')
        --end;
    const QByteArray drawn = line.first(end);
    return QString::fromUtf8(drawn.mid(drawn.lastIndexOf('\r') + 1));
}

} // namespace

LogTail::LogTail(QObject* parent, int lookMs)
    : QObject(parent)
{
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &LogTail::look);
}

void LogTail::follow(const QString& file)
{
    m_file = file;
    m_known = false;
    restart(0);
    if (file.isEmpty()) {
        m_timer.stop();
        return;
    }
    m_timer.start();
    look();
}

void LogTail::restart(qint64 size)
{
    m_rest.clear();
    m_leftOut = qMax<qint64>(0, size - kMostPast);
    m_offset = m_leftOut;
    m_inLine = m_leftOut > 0;
    Q_EMIT begun();
}

void LogTail::look()
{
    const QFileInfo info(m_file);
    if (!info.exists())
        return;
    if (info.size() < m_offset || (!m_known && info.size() > kMostPast))
        restart(info.size());
    m_known = true;
    if (info.size() == m_offset)
        return;
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly) || !file.seek(m_offset))
        return;
    const QByteArray bytes = file.read(kMostAtOnce);
    m_offset += bytes.size();
    m_rest += bytes;
    QStringList lines;
    qsizetype begin = 0;
    for (qsizetype end = 0; (end = m_rest.indexOf('\n', begin)) >= 0; begin = end + 1) {
        if (!std::exchange(m_inLine, false))
            lines << lastState(m_rest.mid(begin, end - begin));
    }
    m_rest.remove(0, begin);
    // A progress bar may go on for hours without an end of line: what it drew over is not kept.
    if (const qsizetype drawn = m_rest.lastIndexOf('\r', -2); drawn > 0)
        m_rest.remove(0, drawn);
    if (!lines.isEmpty())
        Q_EMIT linesArrived(lines);
    if (m_offset < info.size() && !bytes.isEmpty())
        QTimer::singleShot(0, this, &LogTail::look); // after the window's turn
}

} // namespace msrl::services
