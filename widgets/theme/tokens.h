// SPDX-License-Identifier: GPL-3.0-or-later
// The colours and measures that every widget draws with. Widgets take them from the palette at paint time, so
// a change of theme needs no further plumbing.
#pragma once

#include <QColor>
#include <QPalette>

namespace msrl::widgets {

struct Tokens
{
    bool dark = false;
    QColor window, surface, raised, line;
    QColor text, secondary, disabled;
    QColor accent, onAccent;
    QColor good, warning, bad, waiting;
};

const Tokens& lightTokens();
const Tokens& darkTokens();
// The set that the palette was made from, told by how dark its window colour is.
const Tokens& tokensFor(const QPalette& palette);
QPalette paletteOf(const Tokens& tokens);

// Okabe-Ito order, distinguishable without colour vision; yellow and black are adapted to the ground.
// Any index is valid: colours repeat after eight, and seriesDash() then differs.
QColor seriesColour(const Tokens& tokens, int index);
Qt::PenStyle seriesDash(int index);

// Mixes `share` of `over` into `under`: surfaces are opaque, so that text contrast stays known.
QColor blend(const QColor& under, const QColor& over, double share);
// WCAG contrast ratio, 1 to 21.
double contrast(const QColor& a, const QColor& b);

inline constexpr int kGrid = 4;
inline constexpr int kGap = 8;
inline constexpr int kWideGap = 16;
inline constexpr int kRowHeight = 28;
inline constexpr int kCompactRowHeight = 24;
inline constexpr int kControlRadius = 6;
inline constexpr int kCardRadius = 8;
inline constexpr int kSmallIcon = 16;
inline constexpr int kLargeIcon = 20;

} // namespace msrl::widgets
