// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/packed_tokens.h"
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "tests/support/old_run.h"
#include "tests/support/temporary_folder.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <limits>

namespace msrl::store {
namespace {

using tests::TemporaryFolder;

MetricRow metric(const std::string& stage, std::int64_t step, const std::string& name, double value)
{
    return MetricRow { 0, stage, step, name, "new", value, 1000 + step };
}

EventRow event(const std::string& stage, std::int64_t step, const std::string& text)
{
    EventRow row;
    row.stage = stage;
    row.step = step;
    row.kind = "stage";
    row.text = text;
    row.data = base::Json { { "n", step } };
    return row;
}

SampleRow sample(const std::string& stage, std::int64_t step, int prompt, int completion)
{
    SampleRow row;
    row.stage = stage;
    row.step = step;
    row.promptIndex = prompt;
    row.completionIndex = completion;
    row.sampleId = "s" + std::to_string(prompt);
    row.completion = "<think>ä</think>";
    row.rewardParts = base::Json { { "accuracy", 1.0 }, { "task", nullptr } };
    return row;
}

// A statement of its own, beside the classes under test.
void execute(const std::filesystem::path& file, const char* sql)
{
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
}

TEST(RunReader, findsNothingBeforeTheFileExists)
{
    const TemporaryFolder folder;
    RunReader reader(folder / "run.db");
    const auto batch = reader.poll({});
    ASSERT_TRUE(batch);
    EXPECT_FALSE(batch->fileExists);
    EXPECT_TRUE(reader.candidates({})->empty());
    ASSERT_TRUE(RunStore::open(folder / "run.db"));
    EXPECT_TRUE(reader.poll({})->fileExists);
}

TEST(RunReader, cursorGivesEveryRowExactlyOnce)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    ASSERT_TRUE(store);
    RunReader reader(folder / "run.db");
    RunCursor cursor;
    std::vector<double> seen;
    int written = 0;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 7 * round; ++i) {
            ASSERT_TRUE(store->append(metric("rl", written, "reward", written)));
            ++written;
        }
        ASSERT_TRUE(store->flush());
        bool more = true;
        while (more) {
            const auto batch = reader.poll(cursor, 50);
            ASSERT_TRUE(batch);
            for (const MetricRow& row : batch->metrics)
                seen.push_back(row.value);
            cursor = batch->next;
            more = batch->more;
        }
        ASSERT_EQ(static_cast<int>(seen.size()), written);
    }
    for (int i = 0; i < written; ++i)
        EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
    EXPECT_FALSE(reader.poll(cursor)->changed);
    ASSERT_TRUE(store->append(event("rl", 3, "checkpoint")));
    const auto news = reader.poll(cursor);
    EXPECT_TRUE(news->changed);
    ASSERT_EQ(news->events.size(), 1U);
    EXPECT_EQ(news->events[0].text, "checkpoint");
    EXPECT_EQ(news->events[0].data["n"], 3);
}

TEST(RunStore, unflushedRowsStayInvisible)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    RunReader reader(folder / "run.db");
    ASSERT_TRUE(store->append(metric("rl", 1, "kl", 0.1)));
    EXPECT_TRUE(reader.metricsAfter(0, 10)->empty());
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reader.metricsAfter(0, 10)->size(), 1U);
}

TEST(RunStore, keepsValuesThatAreNoNumbers)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    const double infinity = std::numeric_limits<double>::infinity();
    ASSERT_TRUE(store->append(
        std::vector { metric("rl", 1, "loss", std::nan("")), metric("rl", 2, "loss", -infinity) }));
    ASSERT_TRUE(store->flush());
    RunReader reader(folder / "run.db");
    const auto rows = reader.metricsAfter(0, 10);
    EXPECT_TRUE(std::isnan(rows->at(0).value));
    EXPECT_EQ(rows->at(1).value, -infinity);
}

TEST(RunStore, aStageHasOneRow)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    StageRow row;
    row.stage = row.nodeId = "rl";
    row.position = 2;
    ASSERT_TRUE(store->putStage(row));
    row.state = StageState::AwaitingAudit;
    row.step = 7;
    ASSERT_TRUE(store->putStage(row));
    StageRow first;
    first.stage = "base";
    first.position = 1;
    ASSERT_TRUE(store->putStage(first));
    RunReader reader(folder / "run.db");
    const auto stages = reader.stages();
    ASSERT_EQ(stages->size(), 2U);
    EXPECT_EQ(stages->at(0).stage, "base");
    EXPECT_EQ(stages->at(1).state, StageState::AwaitingAudit);
    EXPECT_EQ(stages->at(1).step, 7);
}

TEST(RunStore, aResumeLeavesNoStepTwice)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    RunReader reader(folder / "run.db");
    for (int step = 1; step <= 10; ++step) {
        ASSERT_TRUE(store->append(metric("rl", step, "reward", step)));
        ASSERT_TRUE(store->append(metric("sft", step, "loss", step)));
        ASSERT_TRUE(store->append(sample("rl", step, 0, 0)));
    }
    ASSERT_TRUE(store->append(event("rl", -1, "started")));
    ASSERT_TRUE(store->append(event("rl", 9, "late")));
    const auto before = reader.poll({});
    ASSERT_EQ(before->metrics.size(), 20U);

    ASSERT_TRUE(store->truncateAfter("rl", 6));
    for (int step = 7; step <= 8; ++step)
        ASSERT_TRUE(store->append(metric("rl", step, "reward", 100 + step)));
    ASSERT_TRUE(store->flush());

    // A reader that followed all along, and one that comes new, hold the same.
    std::vector<MetricRow> followed = before->metrics;
    const auto after = reader.poll(before->next);
    ASSERT_EQ(after->truncations.size(), 1U);
    std::erase_if(followed, [&](const MetricRow& row) {
        return row.stage == after->truncations[0].stage && row.step > after->truncations[0].step;
    });
    followed.insert(followed.end(), after->metrics.begin(), after->metrics.end());
    const auto fresh = reader.metricsAfter(0, 1000);
    ASSERT_EQ(followed.size(), 18U);
    ASSERT_EQ(fresh->size(), followed.size());
    for (std::size_t i = 0; i < followed.size(); ++i) {
        EXPECT_EQ(followed[i].rowid, fresh->at(i).rowid);
        EXPECT_EQ(followed[i].value, fresh->at(i).value);
    }
    EXPECT_EQ(reader.sampleSteps("rl")->size(), 6U);
    const auto events = reader.eventsAfter(0, 10);
    ASSERT_EQ(events->size(), 1U);
    EXPECT_EQ(events->at(0).text, "started");
}

TEST(RunStore, samplesComeBackInGroupOrder)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    for (const auto& [prompt, completion] : { std::pair { 1, 1 }, { 0, 1 }, { 1, 0 }, { 0, 0 } })
        ASSERT_TRUE(store->append(sample("rl", 4, prompt, completion)));
    ASSERT_TRUE(store->flush());
    RunReader reader(folder / "run.db");
    const auto rows = reader.samples("rl", 4);
    ASSERT_EQ(rows->size(), 4U);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(rows->at(static_cast<std::size_t>(i)).promptIndex, i / 2);
        EXPECT_EQ(rows->at(static_cast<std::size_t>(i)).completionIndex, i % 2);
    }
    EXPECT_EQ(rows->at(0).completion, "<think>ä</think>");
    EXPECT_TRUE(rows->at(0).rewardParts["task"].is_null());
}

TEST(RunStore, samplesKeepWhatTheirTokensWereWorth)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    SampleRow row = sample("rl", 4, 0, 0);
    row.tokenBytes = { 7, 0, 2, 8, 300, 0 };
    row.tokenLogprobs = { -0.25F, -std::numeric_limits<float>::infinity(), 0.0F, -1e-30F, -9.5F, -0.125F };
    row.tokenEntropies = { 0.5F, 0.0F, 11.0F, 1e-30F, 2.0F, 0.25F };
    ASSERT_TRUE(store->append(row));
    ASSERT_TRUE(store->append(sample("rl", 4, 0, 1)));
    ASSERT_TRUE(store->flush());
    RunReader reader(folder / "run.db");
    const auto rows = reader.samples("rl", 4);
    ASSERT_TRUE(rows) << rows.error().message();
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ(rows->at(0).tokenBytes, row.tokenBytes);
    EXPECT_EQ(rows->at(0).tokenLogprobs, row.tokenLogprobs);
    EXPECT_EQ(rows->at(0).tokenEntropies, row.tokenEntropies);
    EXPECT_TRUE(rows->at(1).tokenBytes.empty());
    EXPECT_TRUE(rows->at(1).tokenLogprobs.empty());
    EXPECT_TRUE(rows->at(1).tokenEntropies.empty());
}

// A file from before is read without them and goes on with them.
TEST(RunStore, samplesOfTheFourthVersionAreReadAndBroughtUpToDate)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "run.db";
    {
        auto store = RunStore::open(file);
        ASSERT_TRUE(store->append(sample("rl", 1, 0, 0)));
    }
    ASSERT_EQ(tests::takeBack(file, 4), "");
    const auto before = RunReader(file).samples("rl", 1);
    ASSERT_TRUE(before) << before.error().message();
    ASSERT_EQ(before->size(), 1U);
    EXPECT_EQ(before->at(0).completion, "<think>ä</think>");
    EXPECT_TRUE(before->at(0).tokenLogprobs.empty());
    auto store = RunStore::open(file);
    ASSERT_TRUE(store) << store.error().message();
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".v4.bak"));
    SampleRow row = sample("rl", 2, 0, 0);
    row.tokenBytes = { 3 };
    row.tokenLogprobs = row.tokenEntropies = { 0.5F };
    ASSERT_TRUE(store->append(row));
    ASSERT_TRUE(store->flush());
    RunReader reader(file);
    EXPECT_EQ(reader.samples("rl", 1)->at(0).completion, "<think>ä</think>");
    EXPECT_TRUE(reader.samples("rl", 1)->at(0).tokenBytes.empty());
    EXPECT_EQ(reader.samples("rl", 2)->at(0).tokenBytes, row.tokenBytes);
}

TEST(TokenBytes, comeBackAsTheyWereOrAreRefused)
{
    const std::vector<std::uint32_t> counts { 0, 1, 127, 128, 16384, 5,
        std::numeric_limits<std::uint32_t>::max() };
    const std::string bytes = packTokenBytes(counts);
    EXPECT_EQ(unpackTokenBytes(bytes), counts);
    EXPECT_TRUE(unpackTokenBytes("").empty());
    EXPECT_THROW(unpackTokenBytes(std::string_view(bytes).substr(0, bytes.size() - 1)), SQLite::Exception);
    EXPECT_THROW(unpackTokenBytes("\xff\xff\xff\xff\x7f"), SQLite::Exception); // above 32 bits
    EXPECT_THROW(unpackTokenBytes(std::string(6, '\x80')), SQLite::Exception);
}

TEST(RunStore, aStageThatBeginsAnewForgetsItsRows)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    CandidateRow item;
    item.stage = "cmkd";
    item.sampleId = "a";
    ASSERT_TRUE(store->append(item));
    ASSERT_TRUE(store->append(metric("cmkd", 0, "votes", 1)));
    ASSERT_TRUE(
        store->append(EvaluationRow { 0, "evaluate:rl", "rl", base::Json { { "accuracy", 0.5 } }, 0 }));
    ASSERT_TRUE(
        store->append(EvaluationRow { 0, "evaluate:rl", "rl", base::Json { { "accuracy", 0.75 } }, 0 }));
    ASSERT_TRUE(store->clearStage("cmkd"));
    RunReader reader(folder / "run.db");
    EXPECT_EQ(*reader.countCandidates({}), 0);
    EXPECT_TRUE(reader.metricsAfter(0, 10)->empty());
    const auto evaluations = reader.evaluations();
    ASSERT_EQ(evaluations->size(), 1U);
    EXPECT_EQ(evaluations->at(0).report["accuracy"], 0.75);
    ASSERT_TRUE(store->clearStage("evaluate:rl"));
    EXPECT_TRUE(reader.evaluations()->empty());
}

TEST(RunStore, aKillInMidTransactionLosesOnlyWhatWasNotFlushed)
{
    const TemporaryFolder folder;
    int pipeEnds[2];
    ASSERT_EQ(::pipe(pipeEnds), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = RunStore::open(folder / "run.db");
        bool good = store.ok();
        for (int step = 0; good && step < 100; ++step)
            good = store->append(metric("rl", step, "reward", step)).ok();
        good = good && store->flush().ok();
        for (int step = 100; good && step < 150; ++step)
            good = store->append(metric("rl", step, "reward", step)).ok();
        const char word = good ? 'y' : 'n';
        static_cast<void>(!::write(pipeEnds[1], &word, 1));
        ::pause();
        ::_exit(1);
    }
    char word = 0;
    ASSERT_EQ(::read(pipeEnds[0], &word, 1), 1);
    EXPECT_EQ(word, 'y');
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipeEnds[0]);
    ::close(pipeEnds[1]);
    RunReader reader(folder / "run.db");
    ASSERT_EQ(reader.metricsAfter(0, 1000)->size(), 100U);
    auto store = RunStore::open(folder / "run.db");
    ASSERT_TRUE(store);
    ASSERT_TRUE(store->append(metric("rl", 100, "reward", 100)));
    ASSERT_TRUE(store->flush());
    EXPECT_EQ(reader.metricsAfter(0, 1000)->size(), 101U);
}

TEST(RunStore, refusesAFileOfANewerVersion)
{
    const TemporaryFolder folder;
    ASSERT_TRUE(RunStore::open(folder / "run.db"));
    execute(folder / "run.db", "PRAGMA user_version = 99");
    const auto store = RunStore::open(folder / "run.db");
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, base::ErrorCode::BadInput);
    EXPECT_NE(store.error().message().find("99"), std::string::npos);
    EXPECT_NE(store.error().message().find("knows 6"), std::string::npos);
    RunReader reader(folder / "run.db");
    EXPECT_FALSE(reader.poll({}));
}

TEST(RunStore, tellsAboutAFileThatIsNoDatabase)
{
    const TemporaryFolder folder;
    FILE* file = std::fopen((folder / "run.db").c_str(), "w");
    std::fputs(std::string(5000, 'x').c_str(), file);
    std::fclose(file);
    const auto store = RunStore::open(folder / "run.db");
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message().find("run.db"), std::string::npos);
}

TEST(RunReader, leavesTheLogFoldable)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    RunReader reader(folder / "run.db");
    RunCursor cursor;
    for (int step = 0; step < 40000; ++step) {
        ASSERT_TRUE(store->append(metric("rl", step, "reward", step)));
        if (step % 1000 == 0)
            cursor = reader.poll(cursor)->next;
    }
    ASSERT_TRUE(store->flush());
    // A reader that held a statement would keep the log from being used again from its start.
    EXPECT_LT(std::filesystem::file_size(folder / "run.db-wal"), 8U << 20);
}

} // namespace
} // namespace msrl::store
