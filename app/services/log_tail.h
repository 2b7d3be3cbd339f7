// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of a text file that another process appends to, as they come.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

namespace msrl::services {

// GUI thread. Looks at the file's length now and then and reads what is new, a bounded part at a time, so
// that no flood of lines holds the window up. Of a file that is long already, the last kMostPast bytes are
// told.
class LogTail : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 kMostPast = 1 << 20;
    static constexpr qint64 kMostAtOnce = 1 << 18;

    explicit LogTail(QObject* parent = nullptr, int lookMs = 500);

    // Begins anew with this file, which need not exist yet; an empty name: none.
    void follow(const QString& file);
    // Bytes at the file's beginning that were left out.
    qint64 leftOut() const { return m_leftOut; }

Q_SIGNALS:
    void begun(); // another file, or this one was written anew: what came before counts no more
    // Whole lines, of a progress bar that was drawn over itself the last state.
    void linesArrived(const QStringList& lines);

private:
    void look();
    void restart(qint64 size);

    QString m_file;
    QTimer m_timer;
    qint64 m_offset = 0;
    qint64 m_leftOut = 0;
    bool m_inLine = false; // the part that was left out ends within a line
    bool m_known = false; // the file was there
    QByteArray m_rest; // of a line that has no end yet
};

} // namespace msrl::services
