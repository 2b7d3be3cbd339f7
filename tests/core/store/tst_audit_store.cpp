// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/store/audit_store.h"
#include "tests/support/plain_user.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace msrl::store {
namespace {

using tests::TemporaryFolder;

DecisionRow decision(const std::string& id, const std::string& verdict, const std::string& auditor = "ann")
{
    DecisionRow row;
    row.stage = "cmkd";
    row.sampleId = id;
    row.verdict = verdict;
    row.auditor = auditor;
    row.how = "key";
    return row;
}

// As an earlier program left it: without what a decision was about, and without verdicts on captions.
void makeVersionTwo(const std::filesystem::path& file)
{
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    for (const char* sql : { "DROP INDEX decisions_by_auditor", "ALTER TABLE decisions DROP COLUMN judged",
             "ALTER TABLE decisions DROP COLUMN caption",
             "CREATE INDEX decisions_by_auditor ON decisions (stage, sample_id, auditor, id, verdict)",
             "PRAGMA user_version = 2" })
        EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
}

TEST(AuditStore, theNewestRowOfAnItemCounts)
{
    const TemporaryFolder folder;
    auto store = AuditStore::open(folder / "audit.db");
    ASSERT_TRUE(store);
    ASSERT_TRUE(store->append({ decision("b", "accept"), decision("a", "reject"), decision("c", "flag") }));
    const auto changed = store->append(decision("b", "reject"));
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->from, "accept");
    ASSERT_TRUE(store->append(decision("c", "pending")));
    const auto newest = store->newest("cmkd");
    ASSERT_EQ(newest->size(), 3U);
    EXPECT_EQ(newest->at(0).sampleId, "a");
    EXPECT_EQ(newest->at(1).verdict, "reject");
    const auto counts = store->counts("cmkd");
    EXPECT_EQ(counts->rejected, 2);
    EXPECT_EQ(counts->pending, 1);
    EXPECT_EQ(counts->accepted, 0);
    const auto history = store->history("cmkd", "b");
    ASSERT_EQ(history->size(), 2U);
    EXPECT_EQ(history->at(0).from, "pending");
    EXPECT_EQ(history->at(1).from, "accept");
    EXPECT_FALSE(*store->newest("cmkd", "z"));
    EXPECT_EQ(store->decisionsAfter(history->at(0).rowid, 100)->size(), 4U);
}

TEST(AuditStore, refusesHalfADecision)
{
    const TemporaryFolder folder;
    auto store = AuditStore::open(folder / "audit.db");
    EXPECT_FALSE(store->append(decision("a", "maybe")));
    EXPECT_FALSE(store->append(decision("", "accept")));
    DecisionRow other = decision("a", "override");
    other.path = 2;
    EXPECT_FALSE(store->append(other)); // no reason
    other.reason = "better argument";
    EXPECT_TRUE(store->append(other));
    other.path = -1;
    EXPECT_FALSE(store->append(other)); // neither path nor text
    // All or none.
    EXPECT_FALSE(store->append({ decision("b", "accept"), decision("c", "maybe") }));
    EXPECT_FALSE(*store->newest("cmkd", "b"));
}

TEST(AuditStore, refusesToForget)
{
    const TemporaryFolder folder;
    auto store = AuditStore::open(folder / "audit.db");
    ASSERT_TRUE(store->append(decision("a", "accept")));
    SignOffRow word;
    word.stage = "cmkd";
    word.auditor = "ann";
    ASSERT_TRUE(store->signOff(word));
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((folder / "audit.db").c_str(), &db), SQLITE_OK);
    for (const char* sql : { "DELETE FROM decisions", "UPDATE decisions SET verdict = 'reject'",
             "DELETE FROM sign_offs", "UPDATE sign_offs SET accepted = 9" })
        EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_CONSTRAINT) << sql;
    sqlite3_close(db);
    EXPECT_EQ((*store->newest("cmkd", "a"))->verdict, "accept");
}

TEST(AuditStore, theNewestSignOffCounts)
{
    const TemporaryFolder folder;
    auto store = AuditStore::open(folder / "audit.db");
    EXPECT_FALSE(*store->newestSignOff("cmkd"));
    SignOffRow word { 0, "cmkd", "ann", "12 of 12 checked", "abc", 10, 2, 0 };
    ASSERT_TRUE(store->signOff(word));
    word.candidatesHash = "def";
    ASSERT_TRUE(store->signOff(word));
    EXPECT_EQ((*store->newestSignOff("cmkd"))->candidatesHash, "def");
    EXPECT_EQ(store->signOffs("cmkd")->size(), 2U);
    word.auditor.clear();
    EXPECT_FALSE(store->signOff(word));
}

TEST(AuditStore, keepsTwoAuditorsApart)
{
    const TemporaryFolder folder;
    auto store = AuditStore::open(folder / "audit.db");
    ASSERT_TRUE(store->append(
        { decision("a", "accept", "ann"), decision("a", "reject", "bob"), decision("a", "reject", "ann") }));
    const auto rows = store->newestByAuditor("cmkd");
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ(rows->at(0).auditor, "ann");
    EXPECT_EQ(rows->at(0).verdict, "reject");
    EXPECT_EQ(rows->at(1).auditor, "bob");
}

// An item that is distilled anew has other paths: what was said about the earlier ones neither counts nor is
// lost, and counts again should they come back.
TEST(AuditStore, aDecisionIsAboutThePathsThatItWasMadeFor)
{
    const TemporaryFolder folder;
    auto store = AuditStore::open(folder / "audit.db");
    const auto about = [](DecisionRow row, const char* digest) {
        row.judged = digest;
        return row;
    };
    ASSERT_TRUE(store->append({ about(decision("a", "accept"), "first"), decision("b", "reject"),
        about(decision("c", "accept"), "first"), about(decision("c", "reject", "bob"), "second") }));
    const auto verdicts = [&](const char* digest) {
        std::string all;
        const auto rows = store->counting("cmkd", { { "a", digest }, { "b", digest }, { "c", digest } });
        for (const DecisionRow& row : *rows)
            all += row.sampleId + " " + row.verdict + " ";
        return all;
    };
    EXPECT_EQ(verdicts("first"), "a accept b reject c accept "); // of b it is not known what it was about
    EXPECT_EQ(verdicts("second"), "b reject c reject ");
    const auto anew = store->append(about(decision("a", "reject"), "second"));
    ASSERT_TRUE(anew);
    EXPECT_EQ(anew->from, "pending"); // nobody had decided about these
    EXPECT_EQ(verdicts("second"), "a reject b reject c reject ");
    EXPECT_EQ(verdicts("first"), "a accept b reject c accept ");
    ASSERT_TRUE(store->append(about(decision("a", "pending"), "second")));
    EXPECT_EQ(verdicts("second"), "b reject c reject ");
    EXPECT_EQ(verdicts("first"), "a accept b reject c accept ");
    EXPECT_EQ(store->history("cmkd", "a")->size(), 3U);
    EXPECT_TRUE(store->counting("cmkd", {})->empty()); // no such items any more
    const DecisionCounts counts = countDecisions(*store->counting("cmkd", { { "c", "second" } }));
    EXPECT_EQ(counts.rejected, 1);
    EXPECT_EQ(counts.accepted, 0);
}

TEST(AuditStore, theCaptionHasAVerdictOfItsOwn)
{
    const TemporaryFolder folder;
    auto store = AuditStore::open(folder / "audit.db");
    DecisionRow row = decision("a", "reject");
    row.caption = "wrong";
    ASSERT_TRUE(store->append(row));
    EXPECT_EQ((*store->newest("cmkd", "a"))->caption, "wrong");
    EXPECT_EQ((*store->newest("cmkd", "a"))->reason, "");
    row.caption = "so-so";
    EXPECT_FALSE(store->append(row));
}

TEST(AuditStore, decisionsOfAnEarlierVersionCountAsTheyDid)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "audit.db";
    {
        auto store = AuditStore::open(file);
        DecisionRow caption = decision("b", "reject");
        caption.reason = "wrong caption; no circle there";
        ASSERT_TRUE(store->append({ decision("a", "accept"), caption }));
    }
    makeVersionTwo(file);
    auto store = AuditStore::open(file);
    ASSERT_TRUE(store);
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".v2.bak"));
    ASSERT_EQ(store->counting("cmkd", { { "a", "any" } })->size(), 1U);
    EXPECT_EQ(store->history("cmkd", "a")->front().judged, "");
    EXPECT_EQ(store->history("cmkd", "a")->front().caption, "");
    EXPECT_EQ(store->history("cmkd", "b")->front().caption, "wrong");
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, "UPDATE decisions SET caption = ''", nullptr, nullptr, nullptr),
        SQLITE_CONSTRAINT); // the guard is back
    sqlite3_close(db);
}

TEST(AuditStore, readingNeedsNoRightToWrite)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "audit.db";
    EXPECT_FALSE(*AuditStore::openForReading(file));
    EXPECT_FALSE(std::filesystem::exists(file));
    {
        auto store = AuditStore::open(file);
        ASSERT_TRUE(store->append(decision("a", "accept")));
    }
    const tests::ReadOnlyFolder readOnly(folder.path());
    if (!tests::worksForPlainUser([&] { return ::access(file.c_str(), R_OK) == 0; }))
        GTEST_SKIP() << "others may not enter the folder of temporary files";
    EXPECT_TRUE(tests::worksForPlainUser([&] {
        const auto store = AuditStore::openForReading(file);
        return ::access(folder.path().c_str(), W_OK) != 0 && store && *store
            && (*store)->counts("cmkd")->accepted == 1;
    }));
    auto store = AuditStore::openForReading(file); // root has the right, and makes no use of it
    ASSERT_TRUE(store);
    EXPECT_FALSE((*store)->append(decision("a", "reject")));
}

TEST(AuditStore, readingLeavesAnEarlierVersionAsItIs)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "audit.db";
    {
        auto store = AuditStore::open(file);
        DecisionRow caption = decision("b", "reject");
        caption.reason = "wrong caption; no circle there";
        ASSERT_TRUE(store->append({ decision("a", "accept"), caption }));
    }
    makeVersionTwo(file);
    const std::string before = *base::readFile(file);
    auto store = AuditStore::openForReading(file);
    ASSERT_TRUE(store);
    ASSERT_TRUE(*store);
    EXPECT_EQ((*store)->history("cmkd", "a")->front().judged, "");
    EXPECT_EQ((*store)->history("cmkd", "b")->front().caption, "wrong");
    EXPECT_FALSE((*store)->append(decision("a", "reject"))); // nor is it kept where nobody finds it again
    EXPECT_EQ(*base::readFile(file), before);
    EXPECT_FALSE(std::filesystem::exists(file.string() + ".v2.bak"));
}

TEST(AuditStore, severalProgramsWriteAtOnce)
{
    constexpr int kWriters = 3;
    constexpr int kRows = 40;
    const TemporaryFolder folder;
    std::vector<pid_t> children;
    for (int writer = 0; writer < kWriters; ++writer) {
        const pid_t child = ::fork();
        if (child == 0) {
            auto store = AuditStore::open(folder / "audit.db");
            bool good = store.ok();
            for (int i = 0; good && i < kRows; ++i)
                good
                    = store->append(decision("s" + std::to_string(i), "accept", std::to_string(writer))).ok();
            ::_exit(good ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = -1;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    auto store = AuditStore::open(folder / "audit.db");
    EXPECT_EQ(store->decisionsAfter(0, 1000)->size(), static_cast<std::size_t>(kWriters * kRows));
    EXPECT_EQ(store->newest("cmkd")->size(), static_cast<std::size_t>(kRows));
}

TEST(AuditStore, aDecisionSurvivesAKillRightAfterIt)
{
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = AuditStore::open(folder / "audit.db");
        if (store && store->append(decision("a", "accept")))
            ::kill(::getpid(), SIGKILL);
        ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    auto store = AuditStore::open(folder / "audit.db");
    EXPECT_EQ((*store->newest("cmkd", "a"))->verdict, "accept");
}

} // namespace
} // namespace msrl::store
