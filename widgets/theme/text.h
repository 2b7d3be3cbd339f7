// SPDX-License-Identifier: GPL-3.0-or-later
// Fonts and number formats: one place decides how text and figures look.
#pragma once

#include <QFont>
#include <QString>

namespace msrl::widgets {

// Inter where installed, else the system's font; 10 pt.
QFont interfaceFont();
// The system's fixed font, for code, tokens and paths.
QFont monoFont();
// `base` in semibold, and `points` larger (negative: smaller).
QFont strongFont(QFont base, double points = 0);
QFont smallFont(QFont base);

// Four significant digits, no trailing zeros, thousands as 12.3k; "–" for NaN.
QString shortNumber(double value);
// "2 h 05 min", "3 min 20 s", "12 s".
QString spanText(double seconds);
// "80 GiB", "3.2 MiB".
QString bytesText(double bytes);

} // namespace msrl::widgets
