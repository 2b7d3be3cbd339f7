// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "engine/stages/artefacts.h"
#include "engine/stages/candidates_file.h"

#include <gtest/gtest.h>

#include <fstream>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

class ArtefactsTest : public testing::Test
{
protected:
    void SetUp() override
    {
        m_dir = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove_all(m_dir);
        fs::create_directories(m_dir);
    }
    void TearDown() override { fs::remove_all(m_dir); }

    fs::path m_dir;
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
    artefacts.removeLeftovers();
    EXPECT_FALSE(fs::exists(m_dir / "abc.1234.partial"));
    EXPECT_TRUE(fs::exists(artefacts.workFolder("abc")));
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
    EXPECT_EQ(back.sample.caption, item.sample.caption);
}

} // namespace
} // namespace msrl::stages
