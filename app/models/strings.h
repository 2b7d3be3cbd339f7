// SPDX-License-Identifier: GPL-3.0-or-later
// The one place where the studio's texts cross from core's UTF-8 to Qt, and how numbers are shown.
#pragma once

#include <QString>

#include <string>

namespace msrl::models {

inline QString toQt(const std::string& text)
{
    return QString::fromStdString(text);
}

// 0.83512 -> "0.835", 12345.6 -> "12 346", 1.5e-5 -> "1.5e-05"; "–" for a value that is not finite.
QString numberText(double value);

// Two decimals; what rounds to nothing has no sign.
QString hundredthsText(double value);

// 1234 -> "1 234"
QString countText(qint64 count);

// Bytes as people write them: 812 kB, 3.4 GB (powers of ten).
QString bytesText(qint64 bytes);

// 42 s, 3 min 20 s, 2 h 05 min, 3 d 4 h; "–" below zero.
QString durationText(double seconds);

} // namespace msrl::models
