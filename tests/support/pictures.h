// SPDX-License-Identifier: GPL-3.0-or-later
// What the programs that take pictures of the pages share: where the pictures go, how they are written, and
// time for a page to show what it was told.
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QPixmap>
#include <QString>

#include <cstdio>
#include <cstdlib>

namespace msrl::tests {

// Ends the program with one line.
[[noreturn]] inline void failPictures(const QString& text, int exitCode = 4)
{
    std::fprintf(stderr, "%s: %s\n",
        qPrintable(QFileInfo(QCoreApplication::applicationFilePath()).fileName()), qPrintable(text));
    std::exit(exitCode);
}

// The folder that the first argument names, else the current one. One that cannot be written to ends the
// program with exit code 2, before a picture is made.
inline QString pictureFolder()
{
    const QString asked = QCoreApplication::arguments().value(1, QStringLiteral("."));
    const QFileInfo folder(asked);
    if (!folder.isDir())
        failPictures(QStringLiteral("there is no folder '%1': make it first").arg(asked), 2);
    if (!folder.isWritable())
        failPictures(QStringLiteral("the folder '%1' cannot be written to").arg(asked), 2);
    return asked;
}

inline void savePicture(const QPixmap& picture, const QString& file)
{
    if (!picture.save(file))
        failPictures(QStringLiteral("cannot write %1").arg(file));
}

inline void settle(int milliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

} // namespace msrl::tests
