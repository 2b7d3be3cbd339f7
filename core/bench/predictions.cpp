// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/predictions.h"

#include "core/data/rows.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>

namespace msrl::bench {

namespace {

constexpr std::size_t kTwice = static_cast<std::size_t>(-1); // an id that several items have

std::unordered_map<std::string, std::size_t> indexOf(std::span<const std::string> ids)
{
    std::unordered_map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto [at, isNew] = index.emplace(ids[i], i);
        if (!isNew)
            at->second = kTwice;
    }
    return index;
}

// The first of these members that is there; null when none is.
const base::Json& firstOf(const base::Json& row, std::initializer_list<const char*> keys)
{
    static const base::Json none;
    for (const char* key : keys) {
        if (const auto at = row.find(key); at != row.end() && !at->is_null())
            return *at;
    }
    return none;
}

base::Result<std::size_t> itemOf(const data::JsonRow& row, std::span<const std::string> ids,
    const std::unordered_map<std::string, std::size_t>& index)
{
    const base::Json& number = firstOf(row.value, { "row" });
    const base::Json& id = firstOf(row.value, { "id", "ID" });
    if (!id.is_null() && !id.is_string())
        return base::badInput("is not text", row.place + ", field id");
    if (!number.is_null()) {
        if (!number.is_number_unsigned() || number.get<std::uint64_t>() >= ids.size())
            return base::badInput(
                fmt::format("is {}; the benchmark has the rows 0 to {}", number.dump(), ids.size() - 1),
                row.place + ", field row");
        const auto item = static_cast<std::size_t>(number.get<std::uint64_t>());
        if (id.is_string() && id.get<std::string>() != ids[item])
            return base::badInput(fmt::format("is '{}', but row {} of the benchmark is '{}'",
                                      id.get<std::string>(), item, ids[item]),
                row.place + ", field id");
        return item;
    }
    if (id.is_null())
        return base::badInput("names no item", row.place, "give \"row\" (from 0) or \"id\"");
    const auto at = index.find(id.get<std::string>());
    if (at == index.end())
        return base::badInput(
            fmt::format("the benchmark has no item '{}'", id.get<std::string>()), row.place + ", field id");
    if (at->second == kTwice)
        return base::badInput(fmt::format("the benchmark has several items '{}'", id.get<std::string>()),
            row.place + ", field id", "give \"row\" as well");
    return at->second;
}

base::Result<bool> swappedIn(const data::JsonRow& row)
{
    const base::Json& value = firstOf(row.value, { "random_number", "swap", "swapped" });
    if (value.is_null())
        return false;
    if (value.is_boolean())
        return value.get<bool>();
    if (value == 0 || value == 1)
        return value == 1;
    return base::badInput(fmt::format("is {}, expected 0, 1, true or false", value.dump()),
        row.place + ", field random_number or swap");
}

} // namespace

base::Result<std::vector<Prediction>> readPredictions(
    const std::filesystem::path& path, std::span<const std::string> ids, Output output)
{
    auto rows = data::readJsonRows(path);
    if (!rows)
        return rows.error();
    const auto index = indexOf(ids);
    std::vector<bool> seen(ids.size());
    std::vector<Prediction> predictions;
    for (data::JsonRow& row : *rows) {
        const auto item = itemOf(row, ids, index);
        if (!item)
            return item.error();
        const auto swapped = swappedIn(row);
        if (!swapped)
            return swapped.error();
        const base::Json& text = firstOf(row.value, { "output" });
        if (!text.is_string() && (output == Output::Required || !text.is_null()))
            return base::badInput("is missing or not text", row.place + ", field output");
        seen[*item] = true;
        predictions.push_back({ *item, *swapped, text.is_string() ? text.get<std::string>() : std::string(),
            std::move(row.value), std::move(row.place) });
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!seen[i])
            return base::badInput(fmt::format("no prediction for item {} ('{}')", i, ids[i]), path.string(),
                "every item of the benchmark needs one");
    }
    return predictions;
}

std::vector<std::vector<std::size_t>> byItem(std::span<const Prediction> predictions, std::size_t numItems)
{
    std::vector<std::vector<std::size_t>> groups(numItems);
    for (std::size_t i = 0; i < predictions.size(); ++i)
        groups[predictions[i].item].push_back(i);
    return groups;
}

} // namespace msrl::bench
