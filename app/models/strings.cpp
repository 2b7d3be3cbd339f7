// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/strings.h"

#include <cmath>
#include <cstdint>
#include <iterator>

namespace msrl::models {

QString numberText(double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const double size = std::abs(value);
    if (size != 0 && size < 0.0005)
        return QString::number(value, 'e', 1);
    if (size < 10)
        return QString::number(value, 'f', 3);
    if (size < 1000)
        return QString::number(value, 'f', 1);
    return countText(std::llround(value));
}

QString hundredthsText(double value)
{
    const QString size = QString::number(std::abs(value), 'f', 2);
    return value < 0 && std::abs(value) >= 0.005 ? QStringLiteral("−") + size : size;
}

QString countText(qint64 count)
{
    QString digits = QString::number(count);
    for (qsizetype at = digits.size() - 3; at > (count < 0 ? 1 : 0); at -= 3)
        digits.insert(at, QChar(0x202F));
    return digits;
}

QString bytesText(qint64 bytes)
{
    static const char* const kUnits[] = { "B", "kB", "MB", "GB", "TB", "PB" };
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit > 0 && value < 9.95 ? 1 : 0;
    return QStringLiteral("%1 %2").arg(QString::number(value, 'f', decimals), QLatin1String(kUnits[unit]));
}

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("–");
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    const auto two = [](std::int64_t n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
    if (whole < 60)
        return QStringLiteral("%1 s").arg(whole);
    if (whole < 3600)
        return QStringLiteral("%1 min %2 s").arg(QString::number(whole / 60), two(whole % 60));
    if (whole < 86400)
        return QStringLiteral("%1 h %2 min").arg(QString::number(whole / 3600), two(whole / 60 % 60));
    return QStringLiteral("%1 d %2 h").arg(whole / 86400).arg(whole / 3600 % 24);
}

} // namespace msrl::models
