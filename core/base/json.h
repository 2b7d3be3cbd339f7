// SPDX-License-Identifier: GPL-3.0-or-later
// JSON from outside is parsed with limits and read with the place of every fault. Key order is kept, so that
// files written by the product stay diff-friendly.
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::base {

using Json = nlohmann::ordered_json;

struct JsonLimits
{
    std::size_t maxBytes = std::size_t { 256 } << 20;
    int maxDepth = 64;
};

// Parses one JSON text (UTF-8; no comments). Errors are BadInput with `place` and the line and column. A key
// that comes twice in one object is refused: parsers differ in which of the two they take, so such a text
// means different things to different programs.
Result<Json> parseJson(std::string_view text, const std::string& place, JsonLimits limits = {});
// The same of a whole file.
Result<Json> readJsonFile(const std::filesystem::path& path, JsonLimits limits = {});

// Whether the text may stand in JSON.
bool isUtf8(std::string_view text);

// For objects with very many members (a vocabulary): sorted by key. Keeping the order costs a search per
// insertion.
using SortedJson = nlohmann::json;
Result<SortedJson> parseSortedJson(std::string_view text, const std::string& place, JsonLimits limits = {});

// Reads the members of one object and remembers every fault with its place.
// REQUIRES: `object` outlives the reader.
//
//     ObjectReader in(json, "project.msrl, node rl");
//     node.id = in.text("id");
//     node.bypassed = in.boolean("bypassed", false);
//     if (auto fault = in.finish(); !fault) return fault.error();
class ObjectReader
{
public:
    ObjectReader(const Json& object, std::string place);

    bool has(const char* key);
    // Without a fallback the member is required.
    std::string text(const char* key, std::optional<std::string> fallback = std::nullopt);
    std::int64_t integer(const char* key, std::optional<std::int64_t> fallback = std::nullopt);
    // A whole number from `low` to `high`; outside them it is a fault.
    int integerIn(const char* key, int low, int high, std::optional<int> fallback = std::nullopt);
    double real(const char* key, std::optional<double> fallback = std::nullopt);
    bool boolean(const char* key, std::optional<bool> fallback = std::nullopt);
    // A member of any type; null when absent.
    const Json& any(const char* key);
    // A member that must be an object or an array; an empty one when absent.
    const Json& object(const char* key);
    const Json& array(const char* key);
    // A list of texts with at most `most` entries; an empty one when absent.
    std::vector<std::string> texts(const char* key, std::size_t most);

    // Members that nobody asked for, in file order.
    Json rest() const;
    // Records a fault of this object's own rules.
    void fault(const std::string& key, std::string what, std::string hint = {});

    // The first fault, if any. With refuseUnknown, a member that nobody asked for is a fault.
    enum class Unknown { Keep, Refuse };
    Status finish(Unknown unknown = Unknown::Refuse);

private:
    const Json* find(const char* key, bool required);

    const Json& m_object;
    std::string m_place;
    std::vector<std::string> m_known;
    std::optional<Error> m_fault;
};

} // namespace msrl::base
