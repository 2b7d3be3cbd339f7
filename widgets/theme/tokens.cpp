// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/tokens.h"

#include <QGuiApplication>

#include <array>
#include <cmath>

namespace msrl::widgets {

namespace {

double luminance(const QColor& colour)
{
    const auto channel = [](double value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(colour.redF()) + 0.7152 * channel(colour.greenF())
        + 0.0722 * channel(colour.blueF());
}

constexpr int kNumSeriesColours = 8;

} // namespace

const Tokens& lightTokens()
{
    static const Tokens tokens { false, QColor(0xF6F7F9), QColor(0xFFFFFF), QColor(0xEEF0F3),
        QColor(0xDCE0E6), QColor(0x1B1F24), QColor(0x5B6572), QColor(0x9AA3AE), QColor(0x2F6FEB),
        QColor(0xFFFFFF), QColor(0x1F8A4C), QColor(0xB7791F), QColor(0xC5372C), QColor(0x7A4FC9) };
    return tokens;
}

const Tokens& darkTokens()
{
    static const Tokens tokens { true, QColor(0x16181C), QColor(0x1D2026), QColor(0x262A31), QColor(0x343A43),
        QColor(0xE7EAEE), QColor(0xA2ABB8), QColor(0x646D79), QColor(0x6EA0FF), QColor(0x0F1420),
        QColor(0x4CC38A), QColor(0xE0A94A), QColor(0xF0766B), QColor(0xB392F0) };
    return tokens;
}

const Tokens& tokensFor(const QPalette& palette)
{
    QColor window = palette.color(QPalette::Active, QPalette::Window);
    // A style sheet's `background: transparent` puts transparent black here, which would pass for the dark
    // theme.
    if (window.alpha() == 0)
        window = QGuiApplication::palette().color(QPalette::Active, QPalette::Window);
    return window.lightness() < 128 ? darkTokens() : lightTokens();
}

QPalette paletteOf(const Tokens& t)
{
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const QColor& colour, const QColor& disabled) {
        palette.setColor(QPalette::Active, role, colour);
        palette.setColor(QPalette::Inactive, role, colour);
        palette.setColor(QPalette::Disabled, role, disabled);
    };
    set(QPalette::Window, t.window, t.window);
    set(QPalette::WindowText, t.text, t.disabled);
    set(QPalette::Base, t.surface, t.window);
    set(QPalette::AlternateBase, t.raised, t.raised);
    set(QPalette::Text, t.text, t.disabled);
    set(QPalette::PlaceholderText, t.secondary, t.disabled);
    set(QPalette::Button, t.raised, t.raised);
    set(QPalette::ButtonText, t.text, t.disabled);
    set(QPalette::BrightText, t.bad, t.disabled);
    set(QPalette::ToolTipBase, t.raised, t.raised);
    set(QPalette::ToolTipText, t.text, t.disabled);
    set(QPalette::Highlight, t.accent, t.line);
    set(QPalette::HighlightedText, t.onAccent, t.disabled);
    set(QPalette::Link, t.accent, t.disabled);
    set(QPalette::LinkVisited, t.waiting, t.disabled);
    set(QPalette::Light, t.surface, t.surface);
    set(QPalette::Midlight, t.raised, t.raised);
    set(QPalette::Mid, t.line, t.line);
    set(QPalette::Dark, t.line, t.line);
    set(QPalette::Shadow, t.line, t.line);
    return palette;
}

QColor seriesColour(const Tokens& tokens, int index)
{
    // Blue and vermillion first: the strongest pair. Yellow is darkened on white, black turns to text.
    static const std::array<QColor, kNumSeriesColours> light { QColor(0x0072B2), QColor(0xD55E00),
        QColor(0x009E73), QColor(0xB8679A), QColor(0xC98500), QColor(0x3A9BD6), QColor(0x8A7F00),
        QColor(0x1B1F24) };
    static const std::array<QColor, kNumSeriesColours> dark { QColor(0x4DA3DB), QColor(0xF0803C),
        QColor(0x2CC49A), QColor(0xDE96C2), QColor(0xE69F00), QColor(0x8CCBF2), QColor(0xF0E442),
        QColor(0xE7EAEE) };
    const auto slot
        = static_cast<std::size_t>(((index % kNumSeriesColours) + kNumSeriesColours) % kNumSeriesColours);
    return tokens.dark ? dark.at(slot) : light.at(slot);
}

Qt::PenStyle seriesDash(int index)
{
    switch ((index / kNumSeriesColours) % 4) {
    case 1:
        return Qt::DashLine;
    case 2:
        return Qt::DotLine;
    case 3:
        return Qt::DashDotLine;
    default:
        return Qt::SolidLine;
    }
}

QColor blend(const QColor& under, const QColor& over, double share)
{
    const auto mix = [share](double a, double b) { return a + (b - a) * share; };
    return QColor::fromRgbF(static_cast<float>(mix(under.redF(), over.redF())),
        static_cast<float>(mix(under.greenF(), over.greenF())),
        static_cast<float>(mix(under.blueF(), over.blueF())));
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace msrl::widgets
