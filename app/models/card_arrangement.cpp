// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/card_arrangement.h"

#include "app/models/strings.h"

#include <utility>

namespace msrl::models {

namespace {

base::Json keysToJson(const QStringList& keys)
{
    base::Json json = base::Json::array();
    for (const QString& key : keys)
        json.push_back(key.toStdString());
    return json;
}

QStringList keysIn(const base::Json& json)
{
    QStringList keys;
    if (!json.is_array())
        return keys;
    for (const base::Json& key : json) {
        if (key.is_string() && !keys.contains(toQt(key.get<std::string>())))
            keys << toQt(key.get<std::string>());
    }
    return keys;
}

// The member of an object; null where there is none.
base::Json memberOf(const base::Json& json, const char* name)
{
    return json.is_object() && json.contains(name) ? json.at(name) : base::Json();
}

} // namespace

qsizetype CardArrangement::rank(const QString& key) const
{
    const qsizetype place = order.indexOf(key);
    return place < 0 ? order.size() : place;
}

void CardArrangement::move(const QString& key, const QString& neighbour, const QStringList& all)
{
    QStringList& list = pinned.contains(key) ? pinned : order;
    if (&list == &order) {
        const QStringList before = std::exchange(order, all);
        for (const QString& absent : before) {
            if (!order.contains(absent))
                order << absent;
        }
    }
    const qsizetype from = list.indexOf(key);
    const qsizetype to = list.indexOf(neighbour);
    if (from >= 0 && to >= 0)
        list.move(from, to);
}

base::Json cardArrangementToJson(const CardArrangement& arrangement)
{
    return { { "pinned", keysToJson(arrangement.pinned) }, { "order", keysToJson(arrangement.order) } };
}

CardArrangement cardArrangementFromJson(const base::Json& json)
{
    CardArrangement arrangement;
    arrangement.pinned = keysIn(memberOf(json, "pinned"));
    arrangement.order = keysIn(memberOf(json, "order"));
    return arrangement;
}

} // namespace msrl::models
