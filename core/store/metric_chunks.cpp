// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/metric_chunks.h"

#include "core/store/row_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

namespace msrl::store {

namespace {

constexpr const char* kChunkColumns = "id, last_row, stage, name, source, num_points, points";

void appendDifference(std::string& bytes, std::int64_t from, std::int64_t to)
{
    // Unsigned, as the difference of two 64-bit numbers may not fit; small ones of either sign become short.
    const auto difference = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    std::uint64_t rest = (difference << 1U) ^ (0 - (difference >> 63U));
    while (rest >= 0x80) {
        bytes.push_back(static_cast<char>(rest | 0x80U));
        rest >>= 7U;
    }
    bytes.push_back(static_cast<char>(rest));
}

std::int64_t readDifference(std::string_view& bytes, std::int64_t from)
{
    std::uint64_t rest = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (bytes.empty())
            break;
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        rest |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if ((byte & 0x80U) == 0) {
            const std::uint64_t difference = (rest >> 1U) ^ (0 - (rest & 1U));
            return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + difference);
        }
    }
    throw SQLite::Exception("sealed metrics end too early");
}

void addPoint(MetricChunk& chunk, std::int64_t step, std::int64_t timeMs, double value)
{
    chunk.steps.push_back(step);
    chunk.timesMs.push_back(timeMs);
    chunk.values.push_back(value);
}

MetricChunk readChunk(SQLite::Statement& row)
{
    MetricChunk chunk;
    chunk.rowid = row.getColumn(0).getInt64();
    chunk.lastRow = row.getColumn(1).getInt64();
    chunk.stage = row.getColumn(2).getString();
    chunk.name = row.getColumn(3).getString();
    chunk.source = row.getColumn(4).getString();
    const SQLite::Column points = row.getColumn(6);
    unpackPoints({ static_cast<const char*>(points.getBlob()), static_cast<std::size_t>(points.getBytes()) },
        static_cast<std::size_t>(std::max(row.getColumn(5).getInt64(), std::int64_t { 0 })), chunk);
    return chunk;
}

// The chunks of one stretch of a stage, in the order of their first rows.
class Stretch
{
public:
    Stretch(SQLite::Database& db, std::int64_t end)
        : m_insert(db,
            "INSERT INTO metric_chunks (last_row, stage, name, source, last_step, num_points, points) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)")
        , m_end(end)
    {
    }

    void add(const MetricRow& row)
    {
        if (!m_chunks.empty() && m_chunks.front().stage != row.stage)
            write();
        const auto [place, isNew] = m_places.try_emplace({ row.name, row.source }, m_chunks.size());
        if (isNew) {
            MetricChunk& chunk = m_chunks.emplace_back();
            chunk.stage = row.stage;
            chunk.name = row.name;
            chunk.source = row.source;
        }
        addPoint(m_chunks[place->second], row.step, row.timeMs, row.value);
    }

    void write()
    {
        for (const MetricChunk& chunk : m_chunks) {
            const std::string points = packPoints(chunk);
            bindAll(m_insert, m_end, chunk.stage, chunk.name, chunk.source,
                *std::max_element(chunk.steps.begin(), chunk.steps.end()),
                static_cast<std::int64_t>(chunk.steps.size()));
            m_insert.bind(7, points.data(), static_cast<int>(points.size()));
            m_insert.exec();
            m_insert.reset();
        }
        m_chunks.clear();
        m_places.clear();
    }

private:
    SQLite::Statement m_insert;
    std::int64_t m_end;
    std::vector<MetricChunk> m_chunks;
    std::map<std::pair<std::string, std::string>, std::size_t> m_places;
};

} // namespace

std::string packPoints(const MetricChunk& chunk)
{
    std::string bytes;
    bytes.reserve(chunk.values.size() * (sizeof(double) + 4));
    for (const auto* column : { &chunk.steps, &chunk.timesMs }) {
        std::int64_t before = 0;
        for (const std::int64_t number : *column)
            appendDifference(bytes, std::exchange(before, number), number);
    }
    return bytes.append(
        reinterpret_cast<const char*>(chunk.values.data()), chunk.values.size() * sizeof(double));
}

void unpackPoints(std::string_view bytes, std::size_t count, MetricChunk& chunk)
{
    // Ten bytes are the least that a point takes: a wrong count cannot ask for memory that is not there.
    if (bytes.size() / (sizeof(double) + 2) < count)
        throw SQLite::Exception("sealed metrics end too early");
    for (auto* column : { &chunk.steps, &chunk.timesMs }) {
        column->resize(count);
        std::int64_t before = 0;
        for (std::int64_t& number : *column)
            number = before = readDifference(bytes, before);
    }
    if (bytes.size() != count * sizeof(double))
        throw SQLite::Exception("sealed metrics have another number of points than said");
    chunk.values.resize(count);
    if (count > 0)
        std::memcpy(chunk.values.data(), bytes.data(), bytes.size());
}

std::int64_t sealedEnd(SQLite::Database& db)
{
    return db.execAndGet("SELECT ifnull(max(last_row), 0) FROM metric_chunks").getInt64();
}

void sealMetrics(SQLite::Database& db, std::int64_t from, std::int64_t to)
{
    SQLite::Statement rows(
        db, fmt::format("SELECT {} FROM metrics WHERE id > ? AND id <= ? ORDER BY id", kMetricColumns));
    bindAll(rows, from, to);
    Stretch stretch(db, to);
    while (rows.executeStep())
        stretch.add(readMetric(rows));
    stretch.write();
}

void truncateChunks(SQLite::Database& db, const std::string& stage, std::int64_t lastStep)
{
    SQLite::Statement find(
        db, fmt::format("SELECT {} FROM metric_chunks WHERE stage = ? AND last_step > ?", kChunkColumns));
    bindAll(find, stage, lastStep);
    const std::vector<MetricChunk> touched = readAll(find, readChunk);
    SQLite::Statement drop(db, "DELETE FROM metric_chunks WHERE id = ?");
    SQLite::Statement cut(
        db, "UPDATE metric_chunks SET last_step = ?, num_points = ?, points = ? WHERE id = ?");
    for (const MetricChunk& chunk : touched) {
        MetricChunk kept;
        std::int64_t last = 0;
        for (std::size_t i = 0; i < chunk.steps.size(); ++i) {
            if (chunk.steps[i] > lastStep)
                continue;
            last = kept.steps.empty() ? chunk.steps[i] : std::max(last, chunk.steps[i]);
            addPoint(kept, chunk.steps[i], chunk.timesMs[i], chunk.values[i]);
        }
        if (kept.steps.empty()) {
            bindAll(drop, chunk.rowid);
            drop.exec();
            drop.reset();
            continue;
        }
        const std::string points = packPoints(kept);
        bindAll(cut, last, static_cast<std::int64_t>(kept.steps.size()));
        cut.bind(3, points.data(), static_cast<int>(points.size()));
        cut.bind(4, chunk.rowid);
        cut.exec();
        cut.reset();
    }
}

std::vector<MetricChunk> chunksAfter(SQLite::Database& db, std::int64_t id, std::int64_t maxPoints)
{
    SQLite::Statement find(
        db, fmt::format("SELECT {} FROM metric_chunks WHERE id > ? ORDER BY id", kChunkColumns));
    bindAll(find, id);
    std::vector<MetricChunk> chunks;
    std::int64_t points = 0;
    while (points < maxPoints && find.executeStep()) {
        chunks.push_back(readChunk(find));
        points += static_cast<std::int64_t>(chunks.back().steps.size());
    }
    find.reset();
    return chunks;
}

} // namespace msrl::store
