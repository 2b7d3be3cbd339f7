// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/official_figures.h"

#include "app/models/strings.h"

#include <QObject>

#include <algorithm>
#include <array>
#include <string_view>

namespace msrl::models {

namespace {

using base::Json;

constexpr std::array<std::string_view, 4> kNotOfficial { "ours", "comparison", "benchmark", "predictions" };

bool isCountOf(const Json& value)
{
    return value.is_array() && value.size() == 2 && value[0].is_number_integer()
        && value[1].is_number_integer();
}

QString figureText(const Json& value)
{
    if (value.is_null())
        return QStringLiteral("–");
    if (isCountOf(value))
        return QObject::tr("%1 of %2")
            .arg(countText(value[0].get<qint64>()), countText(value[1].get<qint64>()));
    if (value.is_number_float())
        return QString::number(value.get<double>(), 'f', 3);
    if (value.is_number())
        return countText(value.get<qint64>());
    return value.is_string() ? toQt(value.get<std::string>()) : toQt(value.dump());
}

} // namespace

std::vector<OfficialFigure> officialFiguresOf(const Json& owner)
{
    std::vector<OfficialFigure> figures;
    if (!owner.is_object())
        return figures;
    for (const auto& [name, value] : owner.items()) {
        const bool other = name.starts_with("per_row")
            || std::find(kNotOfficial.begin(), kNotOfficial.end(), name) != kNotOfficial.end();
        if (other)
            continue;
        const QString spoken = toQt(name).replace(QLatin1Char('_'), QLatin1Char(' '));
        if (value.is_object()) {
            if (auto inside = officialFiguresOf(value); !inside.empty())
                figures.push_back({ spoken, {}, std::move(inside) });
        } else if (!value.is_array() || isCountOf(value)) {
            figures.push_back({ spoken, figureText(value), {} });
        }
    }
    return figures;
}

} // namespace msrl::models
