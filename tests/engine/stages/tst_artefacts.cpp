// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "engine/stages/artefacts.h"
#include "engine/stages/candidates_file.h"
#include "tests/support/other_process.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

class ArtefactsTest : public testing::Test
{
protected:
    const tests::TemporaryFolder m_folder;
    const fs::path m_dir = m_folder.path();
};

TEST_F(ArtefactsTest, anArtefactExistsOnlyWithItsManifestAndTakesItsWorkFolderAway)
{
    const ArtefactStore artefacts(m_dir);
    fs::create_directories(artefacts.workFolder("abc"));
    auto transaction = artefacts.begin("abc");
    ASSERT_TRUE(transaction);
    std::ofstream(transaction->staging() / "weights") << "1";
    EXPECT_FALSE(artefacts.has("abc"));
    Manifest manifest;
    manifest.step = "sft";
    manifest.nodeType = "sft";
    manifest.address = "abc";
    manifest.summary = { { "steps", 3 } };
    ASSERT_TRUE(artefacts.commit(*transaction, manifest));
    EXPECT_TRUE(artefacts.has("abc"));
    EXPECT_FALSE(fs::exists(artefacts.workFolder("abc")));
    EXPECT_EQ(artefacts.manifest("abc")->summary["steps"], 3);
}

TEST_F(ArtefactsTest, aDamagedManifestIsNamed)
{
    const ArtefactStore artefacts(m_dir);
    fs::create_directories(m_dir / "abc");
    std::ofstream(m_dir / "abc" / "manifest.json") << R"({"schema": "msrl-artefact/1", "step": 4})";
    const auto manifest = artefacts.manifest("abc");
    ASSERT_FALSE(manifest);
    EXPECT_NE(manifest.error().message().find("abc/manifest.json, field step"), std::string::npos);
}

TEST_F(ArtefactsTest, leftoversOfAKilledEngineGoButWorkStays)
{
    const ArtefactStore artefacts(m_dir);
    fs::create_directories(m_dir / "abc.1234.partial");
    fs::create_directories(artefacts.workFolder("abc"));
    std::ofstream(m_dir / "abc.lock") << "1234\n";
    ASSERT_TRUE(artefacts.removeLeftovers());
    EXPECT_FALSE(fs::exists(m_dir / "abc.1234.partial"));
    EXPECT_FALSE(fs::exists(m_dir / "abc.lock"));
    EXPECT_TRUE(fs::exists(artefacts.workFolder("abc")));
}

TEST_F(ArtefactsTest, whatAnotherRunIsMakingStaysUntilThatRunIsDead)
{
    const ArtefactStore artefacts(m_dir);
    std::optional<base::FileLock> theirs;
    std::optional<base::FolderTransaction> staging;
    tests::OtherProcess maker([&] {
        auto lock = artefacts.tryLock("abc");
        auto transaction = artefacts.begin("abc");
        if (!lock || !*lock || !transaction)
            return false;
        theirs.emplace(**std::move(lock));
        staging.emplace(*std::move(transaction));
        return true;
    });
    ASSERT_TRUE(maker.worked());
    const fs::path partial = m_dir / ("abc." + std::to_string(maker.pid()) + ".partial");
    EXPECT_EQ(artefacts.maker("abc"), maker.pid());
    ASSERT_TRUE(artefacts.removeLeftovers());
    EXPECT_TRUE(fs::exists(partial));
    EXPECT_FALSE(artefacts.tryLock("abc")->has_value());
    EXPECT_TRUE(artefacts.tryLock("def")->has_value()); // another result
    maker.kill();
    ASSERT_TRUE(artefacts.removeLeftovers());
    EXPECT_TRUE(fs::is_empty(m_dir));
}

TEST_F(ArtefactsTest, whoeverIsSecondWithTheSameContentFindsTheFirst)
{
    const ArtefactStore artefacts(m_dir);
    Manifest manifest;
    manifest.step = manifest.nodeType = "gate";
    manifest.address = "abc";
    for (const char* name : { "first", "second" }) {
        auto transaction = artefacts.begin(name);
        ASSERT_TRUE(transaction);
        transaction->retarget(artefacts.folder("abc"));
        const base::Status placed = artefacts.commit(*transaction, manifest);
        EXPECT_TRUE(placed) << placed.error().message();
    }
    EXPECT_TRUE(artefacts.has("abc"));
}

TEST_F(ArtefactsTest, candidatesReadBackAsTheyWereWritten)
{
    CandidateItem item;
    item.sample.id = "iu-7";
    item.sample.task = data::TaskType::ImageUnderstanding;
    item.sample.query = "What color is the circle?";
    item.sample.media = { { data::Media::Kind::Image, "/tmp/a.png", "/tmp/a.png" } };
    item.sample.responseA = "red";
    item.sample.responseB = "blue";
    item.sample.caption = "NW red circle.";
    item.row.votesA = 3;
    item.row.label = "A";
    item.row.voteShare = 0.75;
    item.row.chosen = 0;
    item.row.target = "<answer>A</answer>";
    store::CandidatePath path;
    path.text = "<think> \"quoted\"\n</think>";
    path.answer = "A";
    path.formatOk = true;
    path.confidence = { { "mean_logprob", -0.25 }, { "vote_share", nullptr } };
    path.tokenLogprobs = { -0.5f, 0.0f };
    path.tokens = { "<think>", " \"quoted\"" };
    item.row.paths = { path };
    ASSERT_TRUE(writeCandidates({ item }, m_dir / "c.jsonl"));
    // What one teacher wrote in one round is kept as it always was.
    EXPECT_EQ(base::readFile(m_dir / "c.jsonl")->find("teacher"), std::string::npos);
    EXPECT_EQ(base::readFile(m_dir / "c.jsonl")->find("round"), std::string::npos);
    path.teacher = "rl_text";
    path.round = 2;
    item.row.paths = { path };
    ASSERT_TRUE(writeCandidates({ item, item }, m_dir / "c.jsonl"));
    const auto read = readCandidates(m_dir / "c.jsonl");
    ASSERT_TRUE(read) << read.error().message();
    ASSERT_EQ(read->size(), 2u);
    const CandidateItem& back = read->back();
    EXPECT_EQ(back.row.sampleId, "iu-7");
    EXPECT_EQ(back.row.voteShare, 0.75);
    EXPECT_EQ(back.row.paths.front().text, path.text);
    EXPECT_EQ(back.row.paths.front().confidence, path.confidence);
    EXPECT_EQ(back.row.paths.front().tokenLogprobs, path.tokenLogprobs);
    EXPECT_EQ(back.row.paths.front().tokens, path.tokens);
    EXPECT_EQ(back.row.paths.front().teacher, "rl_text");
    EXPECT_EQ(back.row.paths.front().round, 2);
    EXPECT_EQ(back.sample.caption, item.sample.caption);
    item.row.chosen = 1; // of one path
    ASSERT_TRUE(writeCandidates({ item }, m_dir / "c.jsonl"));
    EXPECT_NE(readCandidates(m_dir / "c.jsonl").error().message().find("field chosen"), std::string::npos);
}

} // namespace
} // namespace msrl::stages
