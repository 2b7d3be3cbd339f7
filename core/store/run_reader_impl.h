// SPDX-License-Identifier: GPL-3.0-or-later
// What the reader's two source files share. Used by this folder only.
#pragma once

#include "core/store/row_codec.h"
#include "core/store/run_reader.h"

#include <optional>

namespace msrl::store {

inline constexpr int kOldestRun = 1;
inline constexpr int kRunWithWords = 2; // from here on: heads and words of the candidates
inline constexpr int kRunWithTeachers = 3; // and who wrote each path
inline constexpr int kRunWithChunks = 4; // and sealed metrics
inline constexpr int kRunWithTokens = 5; // and what the tokens of samples were worth

struct RunReader::Impl
{
    std::filesystem::path path;
    std::unique_ptr<SQLite::Database> db; // null until the file exists
    int schema = 0; // version of the open file; older ones are read as far as they go
    int seenVersion = -1;
    RunCursor seenCursor;

    // Runs `query` on the open file; a default Value while there is none.
    template <class Value, class Query> base::Result<Value> read(Query query)
    {
        if (!db) {
            auto opened = openForReading(path, runSchema(), kOldestRun);
            if (!opened)
                return opened.error();
            db = std::move(*opened);
            if (!db)
                return Value {};
            schema = versionOf(*db);
        }
        return guarded(path, [&]() -> Value { return query(*db); });
    }
};

} // namespace msrl::store
