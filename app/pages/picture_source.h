// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of a sample from where it is: a file, or a data URI in the sample's row.
#pragma once

#include <QImage>
#include <QString>

namespace msrl::pages {

// At most `side` wide and high, where a side is given; null where it cannot be read, `problem` says why then.
// Never turned, as the model is not shown a turned picture either.
QImage readPicture(const QString& source, int side = 0, QString* problem = nullptr);
// In a format that Qt has no reader for, here: the engine has one.
bool needsEngine(const QString& source);
// For messages: the file, or "image in the row".
QString pictureName(const QString& source);

} // namespace msrl::pages
