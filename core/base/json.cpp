// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include "core/base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace msrl::base {

namespace {

const Json kNull;
const Json kEmptyObject = Json::object();
const Json kEmptyArray = Json::array();

std::string shortened(const Json& value)
{
    std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    constexpr std::size_t kLimit = 60;
    return text.size() <= kLimit ? text : text.substr(0, kLimit) + "…";
}

// What the raw text shows before the parser builds the whole tree of it.
struct Outline
{
    bool isTooDeep = false;
    std::size_t numMembers = 0; // of all objects together
};

Outline outlineOf(std::string_view text, int maxDepth)
{
    Outline out;
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size() && !out.isTooDeep; ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == ':') {
            ++out.numMembers;
        } else if (c == '{' || c == '[') {
            out.isTooDeep = ++depth > maxDepth;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return out;
}

template <class J> std::size_t numMembers(const J& value)
{
    std::size_t out = value.is_object() ? value.size() : 0;
    if (value.is_structured()) {
        for (const J& child : value)
            out += numMembers(child);
    }
    return out;
}

// The first key that an object of this valid text names twice, as text.
struct RepeatedKey
{
    std::string key;
    std::size_t member = 0; // of the array that the text is, where it is one
};

RepeatedKey repeatedKey(std::string_view text)
{
    using Event = SortedJson::parse_event_t;
    std::vector<std::unordered_set<std::string>> open;
    std::optional<RepeatedKey> repeated;
    std::size_t members = 0;
    const auto follow = [&](int depth, Event event, SortedJson& parsed) {
        if (depth == 1
            && (event == Event::object_start || event == Event::array_start || event == Event::value))
            ++members;
        if (event == Event::object_start)
            open.emplace_back();
        else if (event == Event::object_end)
            open.pop_back();
        else if (event == Event::key && !open.back().insert(parsed.get<std::string>()).second && !repeated)
            repeated = RepeatedKey { parsed.get<std::string>(), members - 1 };
        return true;
    };
    [[maybe_unused]] const SortedJson again = SortedJson::parse(text, follow);
    return repeated.value_or(RepeatedKey());
}

std::string lineAndColumn(std::string_view text, std::size_t byte)
{
    byte = std::min(byte, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte), '\n');
    const std::size_t start = text.substr(0, byte).rfind('\n');
    return fmt::format("line {}, column {}", line, start == std::string_view::npos ? byte : byte - start - 1);
}

// "rows.jsonl:3": a row, whose own first line says nothing.
bool namesItsLine(const std::string& place)
{
    const std::size_t end = place.find_last_not_of("0123456789");
    return end != std::string::npos && end + 1 < place.size() && place[end] == ':';
}

template <class J> Result<J> parse(std::string_view text, const std::string& place, JsonLimits limits)
{
    if (text.size() > limits.maxBytes)
        return badInput(
            fmt::format("{} bytes of JSON, the limit is {}", text.size(), limits.maxBytes), place);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return badInput("is empty, expected JSON", place);
    const Outline outline = outlineOf(text, limits.maxDepth);
    if (outline.isTooDeep)
        return badInput(fmt::format("JSON nested deeper than {} levels", limits.maxDepth), place);
    // The parser takes a NUL for the end of the text and would pass over what follows.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return badInput(fmt::format("not valid JSON at {}", lineAndColumn(text, nul + 1)), place);
    try {
        J parsed = J::parse(text);
        if (numMembers(parsed) != outline.numMembers) {
            const RepeatedKey repeated = repeatedKey(text);
            return badInput(fmt::format("the key {} comes twice", SortedJson(repeated.key).dump()),
                parsed.is_array() ? fmt::format("{}[{}]", place, repeated.member) : place);
        }
        return parsed;
    } catch (const typename J::parse_error& e) {
        const bool encoding = std::string_view(e.what()).find("ill-formed UTF-8") != std::string_view::npos;
        const std::string at
            = namesItsLine(place) ? fmt::format("column {}", e.byte) : lineAndColumn(text, e.byte);
        return badInput(fmt::format("not valid {} at {}", encoding ? "UTF-8" : "JSON", at), place);
    } catch (const typename J::exception& e) {
        return badInput(fmt::format("not valid JSON: {}", e.what()), place);
    }
}

} // namespace

Result<Json> parseJson(std::string_view text, const std::string& place, JsonLimits limits)
{
    return parse<Json>(text, place, limits);
}

Result<Json> readJsonFile(const std::filesystem::path& path, JsonLimits limits)
{
    const Result<std::string> text = readFile(path, limits.maxBytes);
    if (!text)
        return text.error();
    return parseJson(*text, path.string(), limits);
}

bool isUtf8(std::string_view text)
{
    try {
        [[maybe_unused]] const std::string written = SortedJson(std::string(text)).dump();
        return true;
    } catch (const SortedJson::type_error&) {
        return false;
    }
}

Result<SortedJson> parseSortedJson(std::string_view text, const std::string& place, JsonLimits limits)
{
    return parse<SortedJson>(text, place, limits);
}

ObjectReader::ObjectReader(const Json& object, std::string place)
    : m_object(object.is_object() ? object : kEmptyObject)
    , m_place(std::move(place))
{
    if (!object.is_object())
        m_fault = badInput("expected a JSON object, found " + shortened(object), m_place);
}

const Json* ObjectReader::find(const char* key, bool required)
{
    m_known.emplace_back(key);
    const auto it = m_object.find(key);
    if (it != m_object.end())
        return &*it;
    if (required)
        fault(key, "is missing");
    return nullptr;
}

void ObjectReader::fault(const std::string& key, std::string what, std::string hint)
{
    if (!m_fault)
        m_fault = badInput(std::move(what), m_place + ", field " + key, std::move(hint));
}

bool ObjectReader::has(const char* key)
{
    return find(key, false) != nullptr;
}

std::string ObjectReader::text(const char* key, std::optional<std::string> fallback)
{
    const Json* value = find(key, !fallback);
    if (value && value->is_string())
        return value->get<std::string>();
    if (value)
        fault(key, "expected text, found " + shortened(*value));
    return fallback.value_or("");
}

std::int64_t ObjectReader::integer(const char* key, std::optional<std::int64_t> fallback)
{
    const Json* value = find(key, !fallback);
    // What is too large for an int64_t is read as unsigned.
    constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const bool tooLarge = value && value->is_number_unsigned() && value->get<std::uint64_t>() > kLargest;
    if (value && value->is_number_integer() && !tooLarge)
        return value->get<std::int64_t>();
    if (value)
        fault(key, "expected a whole number, found " + shortened(*value));
    return fallback.value_or(0);
}

int ObjectReader::integerIn(const char* key, int low, int high, std::optional<int> fallback)
{
    const bool found = m_object.contains(key);
    const std::int64_t value = integer(key, fallback);
    if (!found || (value >= low && value <= high))
        return static_cast<int>(value);
    fault(key, fmt::format("expected a whole number from {} to {}, found {}", low, high, value));
    return fallback.value_or(low);
}

double ObjectReader::real(const char* key, std::optional<double> fallback)
{
    const Json* value = find(key, !fallback);
    if (value && value->is_number())
        return value->get<double>();
    if (value)
        fault(key, "expected a number, found " + shortened(*value));
    return fallback.value_or(0.0);
}

bool ObjectReader::boolean(const char* key, std::optional<bool> fallback)
{
    const Json* value = find(key, !fallback);
    if (value && value->is_boolean())
        return value->get<bool>();
    if (value)
        fault(key, "expected true or false, found " + shortened(*value));
    return fallback.value_or(false);
}

const Json& ObjectReader::any(const char* key)
{
    const Json* value = find(key, false);
    return value ? *value : kNull;
}

const Json& ObjectReader::object(const char* key)
{
    const Json* value = find(key, false);
    if (!value)
        return kEmptyObject;
    if (value->is_object())
        return *value;
    fault(key, "expected an object, found " + shortened(*value));
    return kEmptyObject;
}

const Json& ObjectReader::array(const char* key)
{
    const Json* value = find(key, false);
    if (!value)
        return kEmptyArray;
    if (value->is_array())
        return *value;
    fault(key, "expected a list, found " + shortened(*value));
    return kEmptyArray;
}

std::vector<std::string> ObjectReader::texts(const char* key, std::size_t most)
{
    const Json& list = array(key);
    if (list.size() > most)
        fault(key, fmt::format("has {} entries, the limit is {}", list.size(), most));
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < std::min(list.size(), most); ++i) {
        if (list[i].is_string())
            texts.push_back(list[i].get<std::string>());
        else
            fault(key, fmt::format("expected texts, found {} at place {}", shortened(list[i]), i + 1));
    }
    return texts;
}

Json ObjectReader::rest() const
{
    Json unknown = Json::object();
    for (const auto& [key, value] : m_object.items()) {
        if (std::find(m_known.begin(), m_known.end(), key) == m_known.end())
            unknown[key] = value;
    }
    return unknown;
}

Status ObjectReader::finish(Unknown unknown)
{
    if (!m_fault && unknown == Unknown::Refuse) {
        if (const Json extra = rest(); !extra.empty())
            fault(extra.begin().key(), "is not a known field", "check the spelling");
    }
    if (m_fault)
        return *m_fault;
    return {};
}

} // namespace msrl::base
