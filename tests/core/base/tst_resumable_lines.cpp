// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/resumable_lines.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace msrl::base {
namespace fs = std::filesystem;

namespace {

const Json kRequest = { { "model", "m" }, { "voting", 1 } };
const std::vector<std::string> kBatches { "{\"a\":1}\n{\"a\":2}\n", "", "{\"a\":3}\n" };

class ResumableLinesTest : public testing::Test
{
protected:
    fs::path file() const { return m_dir / "out.jsonl"; }
    fs::path state() const { return m_dir / "out.jsonl.state"; }
    void put(const fs::path& path, const std::string& text) const
    {
        std::ofstream(path, std::ios::binary) << text;
    }
    // Two rows per batch; goes on where the file is.
    void finish() const
    {
        auto lines = ResumableLines::open(file(), kRequest);
        ASSERT_TRUE(lines) << lines.error().message();
        ASSERT_EQ(lines->rowsDone() % 2, 0U);
        for (std::size_t batch = lines->rowsDone() / 2; batch < kBatches.size(); ++batch)
            ASSERT_TRUE(lines->append(kBatches[batch], 2));
    }
    std::string refusal(const Json& request) const
    {
        const auto lines = ResumableLines::open(file(), request);
        EXPECT_FALSE(lines);
        if (lines)
            return {};
        EXPECT_EQ(lines.error().code, ErrorCode::BadInput);
        return lines.error().message();
    }

    const tests::TemporaryFolder m_folder;
    const fs::path m_dir = m_folder.path();
};

// The two files at every byte at which a kill can leave them: all lines up to a batch, a part of the next
// batch's lines and no state line for it, or all of them and a part of the state line.
TEST_F(ResumableLinesTest, endsTheSameWhereverItIsCut)
{
    finish();
    const std::string lines = *readFile(file());
    const std::string states = *readFile(state());
    EXPECT_EQ(lines, kBatches[0] + kBatches[1] + kBatches[2]);
    const auto cutAndFinish = [&](const std::string& cutLines, const std::string& cutStates) {
        put(file(), cutLines);
        put(state(), cutStates);
        finish();
        EXPECT_EQ(*readFile(file()), lines) << cutLines.size() << " " << cutStates;
        EXPECT_EQ(*readFile(state()), states);
    };
    std::size_t stateEnd = states.find('\n') + 1;
    std::size_t lineEnd = 0;
    for (const std::string& batch : kBatches) {
        const std::size_t nextState = states.find('\n', stateEnd) + 1;
        for (std::size_t i = 0; i <= batch.size(); ++i)
            cutAndFinish(lines.substr(0, lineEnd + i), states.substr(0, stateEnd));
        lineEnd += batch.size();
        for (std::size_t i = stateEnd; i <= nextState; ++i)
            cutAndFinish(lines.substr(0, lineEnd), states.substr(0, i));
        stateEnd = nextState;
    }
    for (std::size_t i = 0; i < states.find('\n'); ++i)
        cutAndFinish("", states.substr(0, i));
}

TEST_F(ResumableLinesTest, refusesWhatItDidNotBegin)
{
    put(file(), "mine\n");
    EXPECT_NE(refusal(kRequest).find("already there"), std::string::npos);
    EXPECT_EQ(*readFile(file()), "mine\n");
    EXPECT_FALSE(fs::exists(state()));
    fs::remove(file());
    finish();
    Json other = kRequest;
    other["voting"] = 4;
    EXPECT_NE(refusal(other).find("voting is 4, it was begun with 1"), std::string::npos);
    // Hashes say nothing to people.
    EXPECT_TRUE(ResumableLines::open(m_dir / "hashed", Json { { "data", std::string(64, 'a') } }));
    const auto changed = ResumableLines::open(m_dir / "hashed", Json { { "data", std::string(64, 'b') } });
    ASSERT_FALSE(changed);
    EXPECT_NE(changed.error().message().find("data: the content is another than"), std::string::npos);
    EXPECT_EQ(changed.error().message().find("aaaa"), std::string::npos);
    put(file(), "{\"a\":1}\n");
    EXPECT_NE(refusal(kRequest).find("holds 8 bytes"), std::string::npos);
    fs::remove(file());
    EXPECT_NE(refusal(kRequest).find("holds 0 bytes"), std::string::npos);
    EXPECT_FALSE(fs::exists(file()));
}

TEST_F(ResumableLinesTest, aFolderInItsPlaceIsRefused)
{
    finish();
    fs::remove(file());
    fs::create_directory(file());
    EXPECT_NE(refusal(kRequest).find("out.jsonl: its size cannot be told"), std::string::npos);
    put(state(), "");
    EXPECT_NE(refusal(kRequest).find("out.jsonl: its size cannot be told"), std::string::npos);
}

TEST_F(ResumableLinesTest, oneWriterAtATime)
{
    const auto first = ResumableLines::open(file(), kRequest);
    ASSERT_TRUE(first);
    EXPECT_NE(refusal(kRequest).find("another process"), std::string::npos);
}

} // namespace
} // namespace msrl::base
