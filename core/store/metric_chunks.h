// SPDX-License-Identifier: GPL-3.0-or-later
// Sealed metrics: stretches of the metrics table, packed by curve. A run of ten million points opens in the
// time of reading a few thousand blobs instead of ten million rows. The rows stay; a chunk says nothing that
// they do not. Used by this folder only.
#pragma once

#include "core/store/database.h"
#include "core/store/metric_chunk.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::store {

// Rows are sealed so many at a time; fewer are left as rows.
inline constexpr std::int64_t kSealedRows = 32768;

// The last row that is sealed; 0: none.
std::int64_t sealedEnd(SQLite::Database& db);
// Seals the rows after `from` up to `to`: a chunk per curve and uninterrupted stretch of a stage, in the
// order of their first rows. Within the caller's transaction.
void sealMetrics(SQLite::Database& db, std::int64_t from, std::int64_t to);
// Takes the points of `stage` above `lastStep` out of its chunks.
void truncateChunks(SQLite::Database& db, const std::string& stage, std::int64_t lastStep);
// Chunks after the one with this id, oldest first, until `maxPoints` points are reached.
std::vector<MetricChunk> chunksAfter(SQLite::Database& db, std::int64_t id, std::int64_t maxPoints);

// Steps and times as differences of variable length, then the values as 64-bit floats, little endian.
std::string packPoints(const MetricChunk& chunk);
// Throws SQLite::Exception when the bytes do not hold `count` points.
void unpackPoints(std::string_view bytes, std::size_t count, MetricChunk& chunk);

} // namespace msrl::store
