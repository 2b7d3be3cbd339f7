// SPDX-License-Identifier: GPL-3.0-or-later
// A run read by chunks is the run read row by row, whatever was taken back in between.
#include "core/store/metric_chunks.h"
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "tests/support/old_run.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <tuple>

namespace msrl::store {
namespace {

using tests::TemporaryFolder;
using Point = std::tuple<std::int64_t, std::int64_t, double>;
using Curves = std::map<std::tuple<std::string, std::string, std::string>, std::vector<Point>>;

// What a reader makes of a run by following it.
class Follower
{
public:
    explicit Follower(const std::filesystem::path& file)
        : m_reader(file)
    {
    }

    bool takeChunks(std::int64_t maxPoints)
    {
        const auto batch = m_reader.pollChunks(m_cursor, maxPoints);
        EXPECT_TRUE(batch);
        apply(batch->truncations);
        for (const MetricChunk& chunk : batch->chunks) {
            auto& curve = m_curves[{ chunk.stage, chunk.name, chunk.source }];
            for (std::size_t i = 0; i < chunk.steps.size(); ++i)
                curve.emplace_back(chunk.steps[i], chunk.timesMs[i], chunk.values[i]);
            m_fromChunks += chunk.steps.size();
        }
        m_cursor = batch->next;
        return batch->more;
    }

    void takeRows()
    {
        for (bool more = true; more;) {
            const auto batch = m_reader.poll(m_cursor, 9999);
            ASSERT_TRUE(batch);
            apply(batch->truncations);
            for (const MetricRow& row : batch->metrics)
                m_curves[{ row.stage, row.name, row.source }].emplace_back(row.step, row.timeMs, row.value);
            m_cursor = batch->next;
            more = batch->more;
        }
        std::erase_if(m_curves, [](const auto& curve) { return curve.second.empty(); });
    }

    const Curves& curves() const { return m_curves; }
    std::size_t fromChunks() const { return m_fromChunks; }

private:
    void apply(const std::vector<TruncationRow>& rows)
    {
        for (const TruncationRow& row : rows)
            for (auto& [key, curve] : m_curves)
                if (std::get<0>(key) == row.stage)
                    std::erase_if(curve, [&](const Point& point) { return std::get<0>(point) > row.step; });
    }

    RunReader m_reader;
    RunCursor m_cursor;
    Curves m_curves;
    std::size_t m_fromChunks = 0;
};

void write(RunStore& store, const std::string& stage, std::int64_t first, std::int64_t last)
{
    static std::mt19937 random(5);
    std::uniform_real_distribution<double> value(-1, 1);
    for (std::int64_t step = first; step <= last; ++step) {
        std::vector<MetricRow> rows;
        for (const char* name : { "reward", "kl", "loss" })
            rows.push_back({ 0, stage, step, name, "new", value(random), 1'700'000'000'000 + 37 * step });
        rows.push_back({ 0, stage, step, "reward", "replay", value(random), 1'700'000'000'000 + 37 * step });
        ASSERT_TRUE(store.append(rows));
    }
}

TEST(MetricChunks, readLikeTheRows)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "run.db";
    auto store = RunStore::open(file);
    ASSERT_TRUE(store);
    write(*store, "sft", 1, 9'000); // more than a seal
    write(*store, "rl", 1, 12'000);
    ASSERT_TRUE(store->truncateAfter("rl", 3'500)); // into a chunk, and behind all chunks
    write(*store, "rl", 3'501, 20'000);
    ASSERT_TRUE(store->flush());
    Follower rows(file);
    rows.takeRows();
    Follower chunks(file);
    ASSERT_TRUE(chunks.takeChunks(20'000));
    ASSERT_TRUE(store->truncateAfter("rl", 1'000)); // while somebody reads
    write(*store, "rl", 1'001, 15'000);
    ASSERT_TRUE(store->flush());
    while (chunks.takeChunks(20'000)) { }
    chunks.takeRows();
    EXPECT_GT(chunks.fromChunks(), 60'000U);
    rows.takeRows();
    EXPECT_EQ(rows.curves().size(), 8U);
    EXPECT_EQ(chunks.curves(), rows.curves());
}

TEST(MetricChunks, shortRunsHaveNone)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    write(*store, "rl", 1, 100);
    ASSERT_TRUE(store->flush());
    Follower reader(folder / "run.db");
    EXPECT_FALSE(reader.takeChunks(1000));
    reader.takeRows();
    EXPECT_EQ(reader.curves().at({ "rl", "kl", "new" }).size(), 100U);
}

TEST(MetricChunks, aClearedStageLeavesNothing)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    write(*store, "rl", 1, 20'000);
    ASSERT_TRUE(store->clearStage("rl"));
    Follower reader(folder / "run.db");
    EXPECT_FALSE(reader.takeChunks(1000));
    reader.takeRows();
    EXPECT_TRUE(reader.curves().empty());
}

class OldRun : public testing::TestWithParam<int>
{
};

// Read row by row as it is; packed from the first row on that a resumed engine writes.
TEST_P(OldRun, isPackedWhenItGoesOn)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "run.db";
    {
        auto store = RunStore::open(file);
        write(*store, "sft", 1, 12'000);
        write(*store, "rl", 1, 12'000);
        ASSERT_TRUE(store->flush());
    }
    ASSERT_EQ(tests::takeBack(file, GetParam()), "");
    Follower before(file);
    EXPECT_FALSE(before.takeChunks(1000));
    before.takeRows();
    EXPECT_EQ(before.curves().at({ "rl", "kl", "new" }).size(), 12'000U);
    auto store = RunStore::open(file);
    ASSERT_TRUE(store) << store.error().message();
    write(*store, "rl", 12'001, 12'010);
    ASSERT_TRUE(store->flush());
    Follower chunks(file);
    while (chunks.takeChunks(20'000)) { }
    chunks.takeRows();
    EXPECT_GT(chunks.fromChunks(), 60'000U);
    before.takeRows();
    EXPECT_EQ(chunks.curves(), before.curves());
}

INSTANTIATE_TEST_SUITE_P(MetricChunks, OldRun, testing::Values(1, 2, 3));

TEST(MetricChunks, pointsComeBackAsTheyWere)
{
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr auto kGreatest = std::numeric_limits<std::int64_t>::max();
    MetricChunk chunk;
    chunk.steps = { 1, 2, kGreatest, kLeast, -5, 0 };
    chunk.timesMs = { 0, kLeast, 7, 1'700'000'000'000, kGreatest, -1 };
    chunk.values = { 1.5, -0.0, 1e300, -1e-300, std::numeric_limits<double>::infinity(), 0.1 };
    const std::string bytes = packPoints(chunk);
    MetricChunk back;
    unpackPoints(bytes, chunk.steps.size(), back);
    EXPECT_EQ(back.steps, chunk.steps);
    EXPECT_EQ(back.timesMs, chunk.timesMs);
    EXPECT_EQ(back.values, chunk.values);
    // Damaged bytes are refused, none read beyond their end.
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_THROW(unpackPoints(std::string_view(bytes).substr(0, size), chunk.steps.size(), back),
            SQLite::Exception);
    EXPECT_THROW(unpackPoints(bytes, 5, back), SQLite::Exception);
    EXPECT_THROW(unpackPoints(bytes, std::size_t { 1 } << 60U, back), SQLite::Exception);
    EXPECT_THROW(unpackPoints(std::string(200, '\xff'), 4, back), SQLite::Exception);
}

} // namespace
} // namespace msrl::store
