// SPDX-License-Identifier: GPL-3.0-or-later
// One row under a map of columns.
#include "core/data/column_fields.h"
#include "core/data/column_map.h"
#include "core/data/media_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace msrl::data {

using base::Json;

namespace {

// The member at a path; null where there is none. A name with dots of its own goes before a path.
const Json* memberAt(const Json& value, std::string_view path)
{
    if (value.is_object()) {
        if (const auto whole = value.find(std::string(path)); whole != value.end())
            return &*whole;
    }
    const std::size_t dot = path.find('.');
    const std::string_view head = path.substr(0, dot);
    const Json* child = nullptr;
    if (value.is_array()) {
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), index);
        if (error == std::errc() && end == head.data() + head.size() && index < value.size())
            child = &value[index];
    } else if (value.is_object()) {
        if (const auto found = value.find(std::string(head)); found != value.end())
            child = &*found;
    }
    if (!child || dot == std::string_view::npos)
        return child;
    return memberAt(*child, path.substr(dot + 1));
}

// A path or data URI, alone or in {"path": …}.
std::optional<std::string> pathOf(const Json& value)
{
    const Json* path = value.is_object() ? memberAt(value, "path") : &value;
    if (!path || !path->is_string())
        return std::nullopt;
    return path->get<std::string>();
}

Json mediumJson(const std::string& path, bool image)
{
    return Json { { image ? "image" : "video", path } };
}

base::Status putMedia(Json& out, const std::string& kind, const Json& value, const std::string& where)
{
    const Json list = value.is_array() ? value : Json::array({ value });
    for (const Json& one : list) {
        const auto path = pathOf(one);
        if (!path)
            return base::badInput("is neither a path nor an image, nor a list of them", where);
        out["media"].push_back(mediumJson(*path, kind == "images"));
    }
    return {};
}

base::Status putCandidate(Json& out, const char* field, const Json& value, const std::string& where)
{
    const auto path = pathOf(value);
    if (!path)
        return base::badInput("is neither a path nor an image", where);
    out[field] = mediumJson(*path, isImagePath(*path));
    return {};
}

base::Status putList(Json& out, const std::string& field, const Json& list, const std::string& where)
{
    if (field == "responses") {
        out[field] = list;
        return {};
    }
    out[field] = Json::array();
    for (const Json& one : list) {
        const auto path = pathOf(one);
        if (!path)
            return base::badInput("is not a list of paths or images", where);
        out[field].push_back(mediumJson(*path, isImagePath(*path)));
    }
    return {};
}

std::string taskOf(const Json& row)
{
    if (row.contains("candidates") && !row["candidates"].empty())
        return row["candidates"][0].contains("video") ? "video_generation" : "image_generation";
    const char* key = row.contains("media_a") ? "media_a" : "media_b";
    if (row.contains(key))
        return row[key].contains("video") ? "video_generation" : "image_generation";
    if (!row.contains("media"))
        return "text";
    const auto isVideo = [](const Json& medium) { return medium.contains("video"); };
    return std::any_of(row["media"].begin(), row["media"].end(), isVideo) ? "video_understanding"
                                                                          : "image_understanding";
}

} // namespace

base::Status ColumnMap::putGold(Json& out, const Json& value, const std::string& where, Lists lists) const
{
    if (lists == Lists::Any && m_gold.empty() && value.is_number_unsigned()) {
        out["gold"] = value;
        return {};
    }
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    const auto known = m_gold.find(text);
    std::string meaning = text;
    if (known != m_gold.end()) {
        meaning = known->second;
    } else if (!m_gold.empty() || (text != "A" && text != "B")) {
        std::vector<std::string> values;
        for (const auto& [one, side] : m_gold)
            values.push_back(one);
        return base::badInput(fmt::format("is '{}'", text.substr(0, 60)), where,
            m_gold.empty() ? "expected A or B, or say with gold:VALUE=A what else stands for them"
                           : nearestName(text, values) + "; gold:VALUE=none leaves a row without gold");
    }
    if (meaning != "none")
        out["gold"] = meaning;
    return {};
}

base::Status ColumnMap::put(
    Json& out, const Entry& entry, const Json& value, const std::string& place, Lists lists) const
{
    const std::string where = fmt::format("{}, column {}", place, entry.column);
    const std::string& field = entry.field;
    if (field == "gold")
        return putGold(out, value, where, lists);
    if (field == "images" || field == "videos")
        return putMedia(out, field, value, where);
    if (field == "media_a" || field == "media_b")
        return putCandidate(out, field.c_str(), value, where);
    if (field == "responses" || field == "candidates") {
        if (lists == Lists::Any && value.is_array() && value.size() != 2)
            return putList(out, field, value, where);
        if (!value.is_array() || value.size() != 2)
            return base::badInput("is not a list of two", where);
        if (field == "responses") {
            out["a"] = value[0];
            out["b"] = value[1];
            return {};
        }
        auto first = putCandidate(out, "media_a", value[0], where);
        return first ? putCandidate(out, "media_b", value[1], where) : first;
    }
    if (field == "id" && value.is_number_integer())
        out["id"] = value.dump();
    else if (field == "weight" || value.is_string())
        out[field] = value;
    else
        return base::badInput("is not a text", where);
    return {};
}

base::Result<JsonRow> ColumnMap::apply(const JsonRow& row, std::size_t number, Lists lists)
{
    JsonRow out { Json::object(), row.place };
    if (!has("id"))
        out.value["id"] = fmt::format("row-{}", number);
    if (number == 0) {
        for (const auto& member : row.value.items())
            m_names.insert(member.key());
    }
    for (const Entry& entry : m_columns) {
        const Json* value = memberAt(row.value, entry.column);
        if (value)
            m_seen.insert(entry.column);
        if (value && !value->is_null()) {
            if (auto done = put(out.value, entry, *value, row.place, lists); !done)
                return done.error();
        } else if (findColumnField(entry.field)->needed) {
            std::vector<std::string> names;
            for (const auto& member : row.value.items())
                names.push_back(member.key());
            return base::badInput(fmt::format("no value for the field {}", entry.field),
                fmt::format("{}, column {}", row.place, entry.column),
                value ? std::string() : nearestName(entry.column, names));
        }
    }
    if (!has("task"))
        out.value["task"] = taskOf(out.value);
    // Of two candidates the numbers are sides.
    const auto gold = out.value.find("gold");
    const bool isList = out.value.contains("responses") || out.value.contains("candidates");
    if (!isList && gold != out.value.end() && (*gold == 0 || *gold == 1))
        *gold = *gold == 0 ? "A" : "B";
    return out;
}

} // namespace msrl::data
