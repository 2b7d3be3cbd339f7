// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/text.h"

#include <QFontDatabase>
#include <QStringList>

#include <array>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kPointSize = 10;

QString significant(double value, int digits)
{
    QString text = QString::number(value, 'g', digits);
    if (text.contains(QLatin1Char('e')))
        text = QString::number(value, 'e', 1);
    return text;
}

} // namespace

QFont interfaceFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (QFontDatabase::families().contains(QStringLiteral("Inter")))
        font = QFont(QStringLiteral("Inter"));
    font.setPointSizeF(kPointSize);
    return font;
}

QFont monoFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(kPointSize - 0.5);
    return font;
}

QFont strongFont(QFont base, double points)
{
    base.setWeight(QFont::DemiBold);
    base.setPointSizeF(base.pointSizeF() + points);
    return base;
}

QFont smallFont(QFont base)
{
    base.setPointSizeF(base.pointSizeF() - 1);
    return base;
}

QString shortNumber(double value)
{
    if (std::isnan(value))
        return QStringLiteral("–");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    const double size = std::abs(value);
    QString text;
    if (size >= 1e6)
        text = significant(value / 1e6, 4) + QLatin1Char('M');
    else if (size >= 1e4)
        text = significant(value / 1e3, 4) + QLatin1Char('k');
    else
        text = significant(value, 4);
    return text.replace(QLatin1Char('-'), QStringLiteral("−"));
}

QString spanText(double seconds)
{
    const auto whole = static_cast<qint64>(std::max(0.0, std::round(seconds)));
    if (whole >= 3600)
        return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0'));
    if (whole >= 60)
        return QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    return QStringLiteral("%1 s").arg(whole);
}

QString bytesText(double bytes)
{
    static const std::array<const char*, 5> units { "B", "KiB", "MiB", "GiB", "TiB" };
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return QStringLiteral("%1 %2")
        .arg(bytes, 0, 'f', bytes < 10 && unit > 0 ? 1 : 0)
        .arg(QLatin1String(units.at(unit)));
}

} // namespace msrl::widgets
