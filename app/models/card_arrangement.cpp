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

const char* splitName(CardSplit split)
{
    return split == CardSplit::Source ? "source" : split == CardSplit::Stage ? "stage" : "none";
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

CardSplit CardArrangement::splitOf(const QString& key) const
{
    const auto found = splits.find(key);
    return found == splits.end() ? CardSplit::None : found->second;
}

void CardArrangement::setSplit(const QString& key, CardSplit split)
{
    if (split == CardSplit::None)
        splits.erase(key);
    else
        splits[key] = split;
}

QStringList CardArrangement::overlaysOf(const QString& key) const
{
    const auto found = overlays.find(key);
    return found == overlays.end() ? QStringList() : found->second;
}

void CardArrangement::setOverlaid(const QString& key, const QString& other, bool on)
{
    QStringList keys = overlaysOf(key);
    keys.removeAll(other);
    if (on)
        keys << other;
    if (keys.isEmpty())
        overlays.erase(key);
    else
        overlays[key] = keys;
}

base::Json cardArrangementToJson(const CardArrangement& arrangement)
{
    base::Json splits = base::Json::object();
    for (const auto& [key, split] : arrangement.splits)
        splits[key.toStdString()] = splitName(split);
    base::Json overlays = base::Json::object();
    for (const auto& [key, others] : arrangement.overlays)
        overlays[key.toStdString()] = keysToJson(others);
    return { { "pinned", keysToJson(arrangement.pinned) }, { "order", keysToJson(arrangement.order) },
        { "split", splits }, { "over", overlays } };
}

CardArrangement cardArrangementFromJson(const base::Json& json)
{
    CardArrangement arrangement;
    arrangement.pinned = keysIn(memberOf(json, "pinned"));
    arrangement.order = keysIn(memberOf(json, "order"));
    const base::Json splits = memberOf(json, "split");
    for (const auto& [key, name] : splits.items()) {
        for (const CardSplit split : { CardSplit::Source, CardSplit::Stage }) {
            if (name == splitName(split))
                arrangement.setSplit(toQt(key), split);
        }
    }
    const base::Json overlays = memberOf(json, "over");
    for (const auto& [key, others] : overlays.items()) {
        for (const QString& other : keysIn(others))
            arrangement.setOverlaid(toQt(key), other, other != toQt(key));
    }
    return arrangement;
}

} // namespace msrl::models
