// SPDX-License-Identifier: GPL-3.0-or-later
// A replica has the rows of its run, whatever the engine took back and wherever the connection was cut.
#include "core/store/run_mirror.h"
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "tests/support/database_content.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace msrl::store {
namespace {

using tests::TemporaryFolder;

// An engine at work, and at times one that goes back.
class Writer
{
public:
    explicit Writer(RunStore& store)
        : m_store(store)
    {
    }

    void work(std::mt19937& random)
    {
        const auto below = [&random](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
        for (int i = 0; i < 12; ++i, ++m_step)
            step(below);
        switch (below(6)) {
        case 0:
            m_step = std::max(0, m_step - 15);
            EXPECT_TRUE(m_store.truncateAfter("rl", m_step - 1));
            break;
        case 1:
            EXPECT_TRUE(m_store.clearStage("cmkd"));
            break;
        case 2:
            EXPECT_TRUE(m_store.truncateAfter("cmkd", -1)); // candidates stay
            break;
        default:
            break;
        }
        EXPECT_TRUE(m_store.flush());
    }

private:
    template <class Below> void step(const Below& below)
    {
        const double values[] = { 0.1 * m_step, std::nan(""), std::numeric_limits<double>::infinity(), -0.0 };
        EXPECT_TRUE(
            m_store.append(MetricRow { 0, "rl", m_step, "reward", "new", values[below(4)], 5 + m_step }));
        StageRow stage;
        stage.stage = stage.nodeId = "rl";
        stage.step = m_step;
        EXPECT_TRUE(m_store.putStage(stage));
        SampleRow sample;
        sample.stage = "rl";
        sample.step = m_step;
        sample.completion = std::string("line\nä ") + "\xc3"; // cut in the middle of a character
        if (below(2) == 0) {
            sample.tokenBytes = { 300, 0 };
            sample.tokenLogprobs = { -0.5F, -std::numeric_limits<float>::infinity() };
            sample.tokenEntropies = { 0.25F, 0.0F };
        }
        EXPECT_TRUE(m_store.append(sample));
        if (below(3) == 0)
            putCandidate(below(5));
        if (below(4) == 0) {
            EvaluationRow evaluation;
            evaluation.stage = "cmkd";
            evaluation.policy = std::to_string(below(2));
            evaluation.report = { { "accuracy", 0.01 * m_step } };
            EXPECT_TRUE(m_store.append(evaluation));
            EventRow event;
            event.kind = "log";
            event.stage = "rl";
            event.step = m_step;
            event.text = "what happened";
            EXPECT_TRUE(m_store.append(event));
        }
    }

    // The same item again takes the place of the one before.
    void putCandidate(int number)
    {
        CandidateRow row;
        row.stage = "cmkd";
        row.sampleId = "item " + std::to_string(number);
        row.query = "a zebra " + std::to_string(m_step);
        CandidatePath path;
        path.text = "thought";
        path.tokenLogprobs = { -0.5F, 0.25F };
        path.tokens = { "th", "ought" };
        row.paths = { path, {} };
        EXPECT_TRUE(m_store.append(row));
    }

    RunStore& m_store;
    int m_step = 1;
};

void expectAlike(const std::filesystem::path& one, const std::filesystem::path& other)
{
    for (const char* table : tests::kRunTables)
        EXPECT_EQ(tests::rowsOf(other, table), tests::rowsOf(one, table)) << table;
}

TEST(RunMirror, theReplicaHasEveryRowOnceWhereverItWasCut)
{
    const TemporaryFolder folder;
    const std::filesystem::path run = folder / "run.db";
    const std::filesystem::path copy = folder / "copy.db";
    auto store = RunStore::open(run);
    ASSERT_TRUE(store);
    Writer engine(*store);
    std::mt19937 random(9);
    for (int round = 0; round < 60; ++round) {
        engine.work(random);
        // A new connection each time, which may end in the middle of the news.
        auto replica = MirrorReplica::open(copy);
        ASSERT_TRUE(replica);
        auto cursor = replica->cursor();
        ASSERT_TRUE(cursor);
        MirrorSource source(run);
        const bool cut = round % 3 == 1;
        for (int batch = 0; batch < 50; ++batch) {
            const auto news = source.next(*cursor, 7);
            ASSERT_TRUE(news) << news.error().message();
            if (news->empty())
                break;
            EXPECT_TRUE(news->back().contains("commit"));
            const std::size_t take = cut && batch == 1 ? news->size() / 2 : news->size();
            for (std::size_t i = 0; i < take; ++i)
                // As it travels.
                ASSERT_TRUE(replica->apply(base::Json::parse((*news)[i].dump())));
            if (take < news->size())
                break;
        }
        if (!cut)
            expectAlike(run, copy);
    }
    RunReader reader(copy);
    EXPECT_FALSE(reader.searchCandidates("cmkd", "zebra")->empty()); // found by its words here too
    EXPECT_EQ(*reader.candidatesHash("cmkd"), *RunReader(run).candidatesHash("cmkd"));
}

TEST(RunMirror, aLongRunIsReadByChunksFromTheReplicaToo)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    for (int step = 0; step < 40000; ++step)
        ASSERT_TRUE(store->append(MetricRow { 0, "rl", step, "kl", "", 0.5, 1 }));
    ASSERT_TRUE(store->flush());
    auto replica = MirrorReplica::open(folder / "copy.db");
    MirrorSource source(folder / "run.db");
    MirrorCursor cursor;
    for (auto news = source.next(cursor); !news->empty(); news = source.next(cursor))
        for (const base::Json& one : *news)
            ASSERT_TRUE(replica->apply(one));
    expectAlike(folder / "run.db", folder / "copy.db");
    EXPECT_EQ(tests::rowsOf(folder / "copy.db", "metric_chunks"),
        tests::rowsOf(folder / "run.db", "metric_chunks"));
}

TEST(RunMirror, whatIsNoRowIsRefusedAndChangesNothing)
{
    const TemporaryFolder folder;
    auto replica = MirrorReplica::open(folder / "copy.db");
    ASSERT_TRUE(replica);
    for (const char* text :
        { R"({"table": "sqlite_master", "rows": [[1]]})", R"({"table": "metrics", "rows": [[1, 2]]})",
            R"({"table": "metrics", "rows": [[1, "rl", 1, "kl", "", {"bytes": "?"}, 5]]})",
            R"({"truncation": [1]})", R"({"candidate": [1, "s"], "paths": 3})",
            R"({"table": 7, "rows": [[1]]})", R"({"stages": [[{}]]})" }) {
        ASSERT_TRUE(
            replica->apply({ { "table", "metrics" }, { "rows", { { 1, "rl", 1, "kl", "", 0.5, 5 } } } }));
        EXPECT_FALSE(replica->apply(base::Json::parse(text))) << text;
    }
    ASSERT_TRUE(replica->apply({ { "commit", true } }));
    EXPECT_TRUE(tests::rowsOf(folder / "copy.db", "metrics").empty());
    EXPECT_FALSE(cursorFromJson(base::Json::array()));
    EXPECT_FALSE(cursorFromJson({ { "metrics", "all" } }));
}

} // namespace
} // namespace msrl::store
