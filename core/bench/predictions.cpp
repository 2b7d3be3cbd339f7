// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/predictions.h"

#include "core/data/rows.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>

namespace msrl::bench {

namespace {

// Items by id; several where an id comes several times.
using Index = std::unordered_map<std::string, std::vector<std::size_t>>;

Index indexOf(std::span<const std::string> ids)
{
    Index index;
    for (std::size_t i = 0; i < ids.size(); ++i)
        index[ids[i]].push_back(i);
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

base::Result<std::size_t> itemOfNumber(const data::JsonRow& row, const base::Json& number,
    const base::Json& id, std::span<const std::string> ids)
{
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

const base::Json& idOf(const data::JsonRow& row)
{
    return firstOf(row.value, { "id", "ID" });
}

// Finds the items that rows name.
class Items
{
public:
    Items(std::span<const std::string> ids, const std::vector<data::JsonRow>& rows)
        : m_ids(ids)
        , m_index(indexOf(ids))
    {
        for (const data::JsonRow& row : rows) {
            if (const base::Json& id = idOf(row); id.is_string())
                ++m_rows[id.get<std::string>()];
        }
    }

    base::Result<std::size_t> of(const data::JsonRow& row)
    {
        const base::Json& number = firstOf(row.value, { "row" });
        const base::Json& id = idOf(row);
        if (!id.is_null() && !id.is_string())
            return base::badInput("is not text", row.place + ", field id");
        if (!number.is_null())
            return itemOfNumber(row, number, id, m_ids);
        if (id.is_null())
            return base::badInput("names no item", row.place, "give \"row\" (from 0) or \"id\"");
        const auto text = id.get<std::string>();
        const auto at = m_index.find(text);
        if (at == m_index.end())
            return base::badInput(
                fmt::format("the benchmark has no item '{}'", text), row.place + ", field id");
        const std::vector<std::size_t>& items = at->second;
        if (items.size() == 1)
            return items.front();
        if (m_rows[text] != items.size())
            return base::badInput(
                fmt::format("the benchmark has {} items '{}', this file has {} rows of them", items.size(),
                    text, m_rows[text]),
                row.place + ", field id", "give \"row\" as well");
        return items[m_used[text]++];
    }

private:
    std::span<const std::string> m_ids;
    Index m_index;
    std::unordered_map<std::string, std::size_t> m_rows; // of an id in the file
    std::unordered_map<std::string, std::size_t> m_used; // of them, so far
};

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
    Items items(ids, *rows);
    std::vector<bool> seen(ids.size());
    std::vector<Prediction> predictions;
    for (data::JsonRow& row : *rows) {
        const auto item = items.of(row);
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

std::vector<std::string> rowIds(std::size_t count)
{
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i)
        ids.push_back(fmt::format("{}", i));
    return ids;
}

Verdict verdictOf(const Prediction& prediction, std::optional<data::Side> shown)
{
    Verdict verdict { shown, prediction.swapped, std::nullopt };
    if (shown && prediction.swapped)
        verdict.answer = data::otherSide(*shown);
    const auto claimed = prediction.row.find("answer_probability");
    if (shown && claimed != prediction.row.end() && claimed->is_number()) {
        const double probability = claimed->get<double>();
        if (probability >= 0 && probability <= 1)
            verdict.probability = probability;
    }
    return verdict;
}

std::vector<std::vector<std::size_t>> byItem(std::span<const Prediction> predictions, std::size_t numItems)
{
    std::vector<std::vector<std::size_t>> groups(numItems);
    for (std::size_t i = 0; i < predictions.size(); ++i)
        groups[predictions[i].item].push_back(i);
    return groups;
}

} // namespace msrl::bench
