// SPDX-License-Identifier: GPL-3.0-or-later
// What the distillation writes for the auditor: kept whole, filtered, and named by a hash.
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "tests/support/old_run.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <limits>

namespace msrl::store {
namespace {

using tests::TemporaryFolder;

CandidateRow candidate(const std::string& id, const std::string& task, int votesA, int votesB)
{
    CandidateRow row;
    row.stage = "cmkd";
    row.sampleId = id;
    row.taskType = task;
    row.query = "Which is better, " + id + "?";
    row.votesA = votesA;
    row.votesB = votesB;
    row.voteShare = static_cast<double>(std::max(votesA, votesB)) / (votesA + votesB);
    row.label = votesA == votesB ? "" : votesA > votesB ? "A" : "B";
    row.chosen = votesA == votesB ? -1 : 0;
    for (int i = 0; i < votesA + votesB; ++i) {
        CandidatePath path;
        path.text = "path " + std::to_string(i);
        path.answer = i < votesA ? "A" : "B";
        path.formatOk = i != 1;
        path.tokens = { "pa", std::string("\xc3", 1), std::string("\xa4 \0x", 4) };
        path.tokenLogprobs = { -0.5F, -1.25F, -std::numeric_limits<float>::infinity() };
        path.numTokens = 3;
        path.confidence = base::Json { { "mean_logprob", -0.25 * i }, { "margin", nullptr } };
        path.teacher = i % 2 == 0 ? "rl_caption" : "rl_text";
        path.round = i < 3 ? 1 : 2;
        row.paths.push_back(path);
    }
    return row;
}

TEST(Candidates, roundTripWithTheirTokens)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    const CandidateRow written = candidate("c1", "text", 3, 1);
    ASSERT_TRUE(store->append(written));
    ASSERT_TRUE(store->append(written)); // again, after a resume
    ASSERT_TRUE(store->flush());
    RunReader reader(folder / "run.db");
    ASSERT_EQ(*reader.countCandidates({}), 1);
    const auto read = reader.candidate("cmkd", "c1");
    ASSERT_TRUE(read && *read);
    ASSERT_EQ((*read)->paths.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        const CandidatePath& path = (*read)->paths[i];
        EXPECT_EQ(path.text, written.paths[i].text);
        EXPECT_EQ(path.answer, written.paths[i].answer);
        EXPECT_EQ(path.formatOk, written.paths[i].formatOk);
        EXPECT_EQ(path.tokens, written.paths[i].tokens);
        EXPECT_EQ(path.tokenLogprobs, written.paths[i].tokenLogprobs);
        EXPECT_EQ(path.confidence, written.paths[i].confidence);
        EXPECT_EQ(path.teacher, written.paths[i].teacher);
        EXPECT_EQ(path.round, written.paths[i].round);
    }
    EXPECT_EQ((*reader.candidate((*read)->rowid))->sampleId, "c1");
    EXPECT_FALSE(*reader.candidate("cmkd", "absent"));
    EXPECT_EQ(store->candidates("cmkd")->at(0).paths.size(), 4U);
    EXPECT_EQ(*store->candidateIds("cmkd"), std::vector<std::string> { "c1" });
}

TEST(Candidates, areFiltered)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    for (const CandidateRow& row :
        { candidate("a", "text", 4, 0), candidate("b", "image_understanding", 2, 2),
            candidate("C", "text", 1, 3), candidate("d", "text", 2, 2) })
        ASSERT_TRUE(store->append(row));
    ASSERT_TRUE(store->flush());
    RunReader reader(folder / "run.db");
    const auto ids = [&](const CandidateFilter& filter, CandidateOrder order = CandidateOrder::AsWritten,
                         Page page = {}) {
        std::string joined;
        const auto rows = reader.candidates(filter, order, page);
        EXPECT_TRUE(rows);
        for (const CandidateSummary& row : *rows)
            joined += row.sampleId;
        if (page.offset == 0 && page.limit >= 4) {
            EXPECT_EQ(*reader.countCandidates(filter), static_cast<std::int64_t>(rows->size()));
        }
        return joined;
    };
    EXPECT_EQ(ids({}), "abCd");
    EXPECT_EQ(ids({ .taskType = "text" }), "aCd");
    EXPECT_EQ(ids({ .tie = TieFilter::Only }), "bd");
    EXPECT_EQ(ids({ .tie = TieFilter::Never }), "aC");
    EXPECT_EQ(ids({ .minVoteShare = 0.6, .maxVoteShare = 0.9 }), "C");
    EXPECT_EQ(ids({ .chosen = false }), "bd");
    EXPECT_EQ(ids({ .chosen = true }), "aC");
    EXPECT_EQ(ids({ .text = "c?" }), "C");
    EXPECT_EQ(ids({ .text = "PATH 3" }), "abCd"); // what the teacher wrote
    EXPECT_EQ(ids({ .stage = "other" }), "");
    EXPECT_EQ(ids({}, CandidateOrder::LowVoteShareFirst), "bdCa");
    EXPECT_EQ(ids({}, CandidateOrder::HighVoteShareFirst, { .offset = 1, .limit = 2 }), "Cb");
    const auto counts = reader.candidateCounts({});
    ASSERT_EQ(counts->size(), 2U);
    EXPECT_EQ(counts->at(1).items, 3);
    EXPECT_EQ(counts->at(1).ties, 1);
    EXPECT_EQ(counts->at(1).chosen, 2);
    const auto summaries = reader.candidates({});
    EXPECT_EQ(summaries->at(0).numPaths, 4);
    EXPECT_EQ(summaries->at(0).numFormatOk, 3);
    ASSERT_EQ(summaries->at(0).confidence.size(), 1U); // the undefined one is left out
    EXPECT_EQ(summaries->at(0).confidence[0].name, "mean_logprob");
    EXPECT_EQ(summaries->at(0).confidence[0].value, 0.0);
    EXPECT_EQ(summaries->at(0).numTokens, 3);
    EXPECT_EQ(summaries->at(0).teacher, "rl_caption"); // of the choice
    const auto digests = reader.candidateDigests("cmkd");
    ASSERT_EQ(digests->size(), 4U);
    EXPECT_EQ(summaries->at(0).digest, digests->at("a"));
    EXPECT_NE(digests->at("a"), digests->at("b"));
    EXPECT_TRUE(summaries->at(1).confidence.empty());
    EXPECT_EQ(summaries->at(1).teacher, "");
}

// What a search finds among items of which the words are known.
class CandidateSearch : public testing::Test
{
protected:
    void put(const std::string& id, const std::string& query, const std::string& pathText)
    {
        CandidateRow row = candidate(id, "text", 2, 1);
        row.query = query;
        row.paths[1].text = pathText;
        ASSERT_TRUE(store->append(row));
        ASSERT_TRUE(store->flush());
    }
    std::string found(const std::string& text) const
    {
        RunReader reader(folder / "run.db");
        const auto rowids = reader.searchCandidates("cmkd", text);
        EXPECT_TRUE(rowids) << (rowids ? "" : rowids.error().message());
        std::string ids;
        for (const std::int64_t rowid : rowids ? *rowids : std::vector<std::int64_t>())
            ids += (*reader.candidate(rowid))->sampleId + " ";
        return ids;
    }

    TemporaryFolder folder;
    base::Result<RunStore> store = RunStore::open(folder / "run.db");
};

TEST_F(CandidateSearch, leavesOtherStagesAlone)
{
    put("img_07/a", "Which zebra is brighter?", "The first.");
    EXPECT_EQ(found("zebra"), "img_07/a ");
    for (const char* stage : { "before", "later" }) {
        CandidateRow row = candidate("img_07/a", "text", 2, 1);
        row.stage = stage;
        row.query = "A zebra of another teacher?";
        ASSERT_TRUE(store->append(row));
        ASSERT_TRUE(store->flush());
        EXPECT_EQ(found("zebra"), "img_07/a ");
        EXPECT_EQ(found("another"), "");
    }
}

TEST_F(CandidateSearch, findsEveryWordAnywhereInTheItem)
{
    put("img_07/a", "Which café is brighter?", "The zebra crosses; Бег под дождём.");
    put("img_08/b", "Which house is older?", "The zebra sleeps. 猫坐着");
    EXPECT_EQ(found("zebra"), "img_07/a img_08/b ");
    EXPECT_EQ(found("zebra café"), "img_07/a ");
    EXPECT_EQ(found("CAFE"), "img_07/a ");
    EXPECT_EQ(found("house crosses"), ""); // of two items
    EXPECT_EQ(found("zeb brigh"), "img_07/a "); // beginnings
    EXPECT_EQ(found("ebra"), ""); // no end
    EXPECT_EQ(found("img_08"), "img_08/b ");
    EXPECT_EQ(found("бег дожд"), "img_07/a ");
    EXPECT_EQ(found("坐"), "img_08/b "); // no words to look up: the texts are read
    EXPECT_EQ(found("sleeps."), "img_08/b ");
    EXPECT_EQ(found("\"zebra\" AND NOT (sleeps*"), ""); // no language of its own: "and", "not" are words
    EXPECT_EQ(found("?"), "img_07/a img_08/b "); // no word: read as it stands
}

TEST_F(CandidateSearch, forgetsWhatWasReplacedOrCleared)
{
    put("a", "first", "lion");
    put("b", "second", "tiger");
    put("a", "first", "leopard");
    EXPECT_EQ(found("lion"), "");
    EXPECT_EQ(found("leopard"), "a ");
    ASSERT_TRUE(store->clearStage("cmkd"));
    EXPECT_EQ(found("tiger"), "");
    put("c", "third", "tiger");
    EXPECT_EQ(found("tiger"), "c ");
    // SQLite's own comparison of the index with the texts.
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((folder / "run.db").c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, "INSERT INTO candidate_text (candidate_text) VALUES ('integrity-check')",
                  nullptr, nullptr, nullptr),
        SQLITE_OK);
    sqlite3_close(db);
}

TEST(Candidates, aListOfOneStageNeverTouchesTheTexts)
{
    const TemporaryFolder folder;
    auto store = RunStore::open(folder / "run.db");
    ASSERT_TRUE(store->append(candidate("a", "text", 2, 1)));
    ASSERT_TRUE(store->flush());
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((folder / "run.db").c_str(), &db), SQLITE_OK);
    std::string plan;
    const auto note = [](void* out, int, char** values, char**) {
        *static_cast<std::string*>(out) += values[3];
        return 0;
    };
    ASSERT_EQ(
        sqlite3_exec(db,
            "EXPLAIN QUERY PLAN SELECT id, sample_id, task_type, source, gold, label, num_paths, "
            "num_format_ok, votes_a, votes_b, vote_share, chosen, num_tokens, teacher, confidence, digest "
            "FROM candidates WHERE stage = 'cmkd' AND id > 0 ORDER BY id",
            note, &plan, nullptr),
        SQLITE_OK);
    EXPECT_NE(plan.find("USING COVERING INDEX candidates_heads"), std::string::npos) << plan;
    sqlite3_close(db);
}

// A file as the first version left it: read as it is, brought up to date by the engine's next start.
class OldCandidates : public testing::Test
{
protected:
    void SetUp() override
    {
        { // a new file taken back to what schema 1 had
            auto store = RunStore::open(path);
            CandidateRow row = candidate("a", "text", 3, 1);
            row.paths[2].text = "a giraffe";
            ASSERT_TRUE(store->append(row));
        }
        ASSERT_EQ(tests::takeBack(path, 1), "");
    }
    void expectAll() const
    {
        RunReader reader(path);
        const auto list = reader.candidatesAfter("cmkd", 0, 10);
        ASSERT_TRUE(list) << list.error().message();
        ASSERT_EQ(list->size(), 1U);
        EXPECT_EQ(list->at(0).sampleId, "a");
        EXPECT_EQ(list->at(0).numTokens, 3);
        ASSERT_EQ(list->at(0).confidence.size(), 1U);
        EXPECT_EQ(list->at(0).confidence[0].name, "mean_logprob");
        EXPECT_EQ(reader.searchCandidates("cmkd", "Giraffe")->size(), 1U);
        EXPECT_EQ(reader.searchCandidates("cmkd", "gnu")->size(), 0U);
        ASSERT_EQ((*reader.candidate("cmkd", "a"))->paths.size(), 4U);
        EXPECT_EQ((*reader.candidate("cmkd", "a"))->paths[3].teacher, "");
        EXPECT_EQ((*reader.candidate("cmkd", "a"))->paths[3].round, 1);
    }

    TemporaryFolder folder;
    std::filesystem::path path = folder / "run.db";
};

TEST_F(OldCandidates, areRead)
{
    expectAll();
    EXPECT_FALSE(std::filesystem::exists(path.string() + ".v1.bak")); // a reader changes nothing
}

// The second version had heads and words, and one teacher.
TEST_F(OldCandidates, ofTheSecondVersionAreReadToo)
{
    ASSERT_TRUE(RunStore::open(path));
    ASSERT_EQ(tests::takeBack(path, 2), "");
    expectAll();
    ASSERT_TRUE(RunStore::open(path));
    expectAll();
}

TEST_F(OldCandidates, areBroughtUpToDate)
{
    ASSERT_TRUE(RunStore::open(path));
    expectAll();
    sqlite3* backup = nullptr;
    ASSERT_EQ(sqlite3_open_v2((path.string() + ".v1.bak").c_str(), &backup, SQLITE_OPEN_READONLY, nullptr),
        SQLITE_OK);
    int version = 0;
    const auto keep = [](void* to, int, char** values, char**) {
        *static_cast<int*>(to) = std::atoi(values[0]);
        return 0;
    };
    EXPECT_EQ(sqlite3_exec(backup, "PRAGMA user_version", keep, &version, nullptr), SQLITE_OK);
    EXPECT_EQ(version, 1);
    int rows = 0;
    EXPECT_EQ(sqlite3_exec(backup, "SELECT count(*) FROM candidates", keep, &rows, nullptr), SQLITE_OK);
    EXPECT_EQ(rows, 1);
    sqlite3_close(backup);
}

// The kernel kills the process at the byte at which the copy passes the limit.
TEST_F(OldCandidates, whatAKillLeavesOfTheCopyIsNoBackup)
{
    const std::filesystem::path backup = path.string() + ".v1.bak";
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr rlim_t kBytes = 48 << 10; // more than SQLite's shared memory, less than the copy
        const rlimit limit { kBytes, kBytes };
        ::setrlimit(RLIMIT_FSIZE, &limit);
        static_cast<void>(RunStore::open(path).ok());
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
    EXPECT_FALSE(std::filesystem::exists(backup));
    ASSERT_TRUE(RunStore::open(path));
    EXPECT_GT(std::filesystem::file_size(backup), 48U << 10);
    expectAll();
}

TEST(Candidates, hashNamesTheContentAndNotTheOrder)
{
    const TemporaryFolder folder;
    const auto hashOf = [&](const std::string& name, const std::vector<CandidateRow>& rows) {
        auto store = RunStore::open(folder / name);
        for (const CandidateRow& row : rows)
            EXPECT_TRUE(store->append(row));
        EXPECT_TRUE(store->flush());
        RunReader reader(folder / name);
        return *reader.candidatesHash("cmkd");
    };
    CandidateRow changed = candidate("b", "text", 3, 1);
    changed.paths[2].text += ".";
    const std::string hash = hashOf("1.db", { candidate("a", "text", 4, 0), candidate("b", "text", 3, 1) });
    EXPECT_EQ(hashOf("2.db", { candidate("b", "text", 3, 1), candidate("a", "text", 4, 0) }), hash);
    EXPECT_NE(hashOf("3.db", { candidate("a", "text", 4, 0), changed }), hash);
}

} // namespace
} // namespace msrl::store
