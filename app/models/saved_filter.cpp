// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/saved_filter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace msrl::models {

namespace {

// In the order of their enumerations.
constexpr const char* kOrders[]
    = { "disagreement", "low-confidence", "telling", "longest", "random", "as-written" };
constexpr const char* kStatuses[] = { "undecided", "accepted", "rejected", "overridden", "flagged" };
constexpr const char* kMachine[] = { "chosen", "tie", "no-path" };
constexpr const char* kMargins[] = { "tie", "narrow", "clear", "unanimous" };
constexpr const char* kBands[] = { "low", "middling", "high", "highest", "none" };
constexpr const char* kFormats[] = { "all", "some", "none" };
constexpr const char* kGold[] = { "agrees", "differs", "no-label", "no-gold" };
constexpr const char* kReviews[] = { "nobody", "mine", "others", "alike", "differ", "earlier" };
constexpr const char* kCaptions[] = { "unjudged", "fine", "wrong" };

template <class Value>
void write(
    base::Json& json, const char* key, const std::set<Value>& values, std::span<const char* const> names)
{
    if (values.empty())
        return;
    json[key] = base::Json::array();
    for (const Value value : values)
        json[key].push_back(names[static_cast<std::size_t>(value)]);
}

void write(base::Json& json, const char* key, const std::set<std::string>& values)
{
    if (!values.empty())
        json[key] = values;
}

template <class Value> bool readName(const base::Json& json, std::span<const char* const> names, Value& value)
{
    const std::string name = json.is_string() ? json.get<std::string>() : std::string();
    const auto found = std::find_if(names.begin(), names.end(), [&](const char* one) { return name == one; });
    if (found == names.end())
        return false;
    value = static_cast<Value>(found - names.begin());
    return true;
}

template <class Value>
void read(
    base::ObjectReader& in, const char* key, std::set<Value>& values, std::span<const char* const> names)
{
    for (const base::Json& one : in.array(key)) {
        Value value {};
        if (readName(one, names, value))
            values.insert(value);
        else
            in.fault(key, "has a value that is not known");
    }
}

void read(base::ObjectReader& in, const char* key, std::set<std::string>& values)
{
    for (const base::Json& one : in.array(key)) {
        if (one.is_string())
            values.insert(one.get<std::string>());
        else
            in.fault(key, "has a value that is no text");
    }
}

} // namespace

SavedFilter savedFilter(
    const QString& name, const QString& search, const QueueFilter& filter, QueueOrder order)
{
    SavedFilter saved { name, search.trimmed(), order, filter };
    saved.filter.matches.reset();
    saved.filter.sample.reset();
    return saved;
}

base::Json savedFilterToJson(const SavedFilter& saved)
{
    const QueueFilter& filter = saved.filter;
    base::Json json = { { "name", saved.name.toStdString() },
        { "order", kOrders[static_cast<std::size_t>(saved.order)] } };
    if (!saved.search.isEmpty())
        json["search"] = saved.search.toStdString();
    write(json, "decision", filter.statuses, kStatuses);
    write(json, "task", filter.tasks);
    write(json, "source", filter.sources);
    write(json, "teacher", filter.teachers);
    write(json, "machine", filter.machine, kMachine);
    write(json, "votes", filter.margins, kMargins);
    write(json, "confidence", filter.bands, kBands);
    write(json, "format", filter.formats, kFormats);
    write(json, "gold", filter.gold, kGold);
    write(json, "decided_by", filter.reviews, kReviews);
    write(json, "caption", filter.captions, kCaptions);
    if (filter.confidence) {
        json["range"] = { { "measure", filter.confidence->measure } };
        // No bound on a side: JSON has no infinity.
        if (std::isfinite(filter.confidence->from))
            json["range"]["from"] = filter.confidence->from;
        if (std::isfinite(filter.confidence->to))
            json["range"]["to"] = filter.confidence->to;
    }
    return json;
}

base::Result<SavedFilter> savedFilterFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    SavedFilter saved;
    saved.name = QString::fromStdString(in.text("name", ""));
    if (saved.name.isEmpty())
        in.fault("name", "is missing");
    saved.search = QString::fromStdString(in.text("search", ""));
    if (!readName(in.text("order", ""), kOrders, saved.order))
        in.fault("order", "is not known");
    QueueFilter& filter = saved.filter;
    read(in, "decision", filter.statuses, kStatuses);
    read(in, "task", filter.tasks);
    read(in, "source", filter.sources);
    read(in, "teacher", filter.teachers);
    read(in, "machine", filter.machine, kMachine);
    read(in, "votes", filter.margins, kMargins);
    read(in, "confidence", filter.bands, kBands);
    read(in, "format", filter.formats, kFormats);
    read(in, "gold", filter.gold, kGold);
    read(in, "decided_by", filter.reviews, kReviews);
    read(in, "caption", filter.captions, kCaptions);
    if (in.has("range")) {
        base::ObjectReader range(in.object("range"), place + ", range");
        filter.confidence = ConfidenceRange { range.text("measure", ""),
            range.real("from", -std::numeric_limits<double>::infinity()),
            range.real("to", std::numeric_limits<double>::infinity()) };
        if (const base::Status fault = range.finish(); !fault)
            return fault.error();
    }
    if (const base::Status fault = in.finish(); !fault)
        return fault.error();
    return saved;
}

} // namespace msrl::models
