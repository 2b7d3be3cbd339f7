// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/truncate.h"

#include "core/store/metric_chunks.h"
#include "core/store/row_codec.h"

#include <fmt/format.h>

namespace msrl::store {

void deleteAfter(SQLite::Database& db, const std::string& stage, std::int64_t lastStep)
{
    for (const char* table : { "metrics", "events", "samples" }) {
        SQLite::Statement drop(db, fmt::format("DELETE FROM {} WHERE stage = ? AND step > ?", table));
        bindAll(drop, stage, lastStep);
        drop.exec();
    }
    truncateChunks(db, stage, lastStep);
}

} // namespace msrl::store
