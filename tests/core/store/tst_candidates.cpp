// SPDX-License-Identifier: GPL-3.0-or-later
// What the distillation writes for the auditor: kept whole, filtered, and named by a hash.
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
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
    EXPECT_EQ(summaries->at(0).confidence["mean_logprob"], 0.0);
    EXPECT_TRUE(summaries->at(1).confidence.empty());
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
