// SPDX-License-Identifier: GPL-3.0-or-later
// Which columns of a file stand for which fields of a sample, for files that were made for other programs.
#pragma once

#include "core/data/rows.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::data {

// Entries are FIELD=COLUMN, and gold:VALUE=A, B or none for what the column of the gold says. A column may be
// a path: "image.path", "responses.0". Fields: columnFields(). `responses` is a list of the two responses,
// `candidates` of the two media; where a row may have any number of them, of all.
class ColumnMap
{
public:
    ColumnMap() = default; // maps nothing

    // BadInput with `place`: an unknown field (with the nearest one), a field twice, a faulty entry.
    static base::Result<ColumnMap> parse(const std::vector<std::string>& entries, const std::string& place);
    // Entries in one text, separated by commas; a comma of a value is written "\,".
    static base::Result<ColumnMap> parseText(std::string_view text, const std::string& place);

    bool empty() const { return m_columns.empty(); }

    // BadInput: a column that a file with these columns does not have, with the nearest one.
    base::Status checkColumns(const std::vector<std::string>& columns, const std::string& place) const;

    // The row of our own format that the columns of `row` make, with its place. Without a column for them,
    // the id is `number` and the task follows from the media. Columns that are not named are left out.
    // BadInput: a column that the row has to have and has not; a gold that the map does not know.
    // Lists::Any: a list of other than two stays one, and a gold may be the number of its best member.
    enum class Lists { OfTwo, Any };
    base::Result<JsonRow> apply(const JsonRow& row, std::size_t number, Lists lists = Lists::OfTwo);
    // After the last row: BadInput for a column that no row had.
    base::Status finish(const std::string& place) const;

private:
    struct Entry
    {
        std::string field;
        std::string column;
    };

    base::Status addColumn(const std::string& name, const std::string& column, const std::string& place);
    base::Status checkTogether(const std::string& place) const;
    bool has(std::string_view field) const;
    base::Status put(base::Json& out, const Entry& entry, const base::Json& value, const std::string& place,
        Lists lists) const;
    base::Status putGold(
        base::Json& out, const base::Json& value, const std::string& where, Lists lists) const;

    std::vector<Entry> m_columns;
    std::map<std::string, std::string> m_gold; // value of the column -> "A", "B" or "none"
    std::set<std::string> m_seen; // columns that some row had
    std::set<std::string> m_names; // members of the first rows, for suggestions
};

// The fields that a column can stand for; "prompt", "label", "image" and "video" are other words for query,
// gold, images and videos.
std::vector<std::string> columnFields();

// "did you mean 'question'?" or a list of the names when none is near.
std::string nearestName(std::string_view name, const std::vector<std::string>& names);

} // namespace msrl::data
