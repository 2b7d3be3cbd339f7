// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readers.h"
#include "engine/cli/swift_row.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msrl::cli {
namespace {

using testing::HasSubstr;

std::size_t count(const std::string& text, const std::string& part)
{
    std::size_t number = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++number;
    return number;
}

class SwiftRowTest : public testing::Test
{
protected:
    void SetUp() override
    {
        m_sample.id = "s";
        m_sample.task = data::TaskType::ImageUnderstanding;
        m_sample.query = "How often?";
        m_sample.responseA = "Once.";
        m_sample.responseB = "Twice.";
        m_sample.completion = "<think>A mark <image> of the target.</think><answer>A</answer>";
        for (const char* name : { "one.png", "two.png" }) {
            data::Media media;
            media.path = name;
            media.file = m_folder.write(name, "not opened");
            m_sample.media.push_back(media);
        }
    }

    SwiftRow row() const
    {
        const auto prompts = text::PromptSet::bundled("msrl");
        EXPECT_TRUE(prompts);
        auto made = swiftRow(m_sample, *prompts);
        EXPECT_TRUE(made) << made.error().message();
        return *std::move(made);
    }

    // As the released training scripts read it, which refuse marks without a medium.
    base::Result<std::vector<data::Sample>> readAgain(const SwiftRow& written) const
    {
        data::LoadOptions options;
        options.format = "ms-swift";
        return data::loadSamples(m_folder.write("rows.jsonl", written.json.dump() + "\n"), options);
    }

    static std::string prompt(const SwiftRow& written)
    {
        std::string all;
        for (const base::Json& turn : written.json.at("messages")) {
            if (turn.at("role") != "assistant")
                all += turn.at("content").get<std::string>() + "\n";
        }
        return all;
    }

    tests::TemporaryFolder m_folder;
    data::Sample m_sample;
};

TEST_F(SwiftRowTest, hasAMarkForEachMedium)
{
    const SwiftRow written = row();
    EXPECT_FALSE(written.respelled);
    EXPECT_EQ(count(prompt(written), "<image>"), 2U);
    EXPECT_EQ(written.json.at("images").size(), 2U);
    EXPECT_EQ(written.json.at("messages").back().at("content"), m_sample.completion);
    EXPECT_TRUE(readAgain(written));
}

TEST_F(SwiftRowTest, aTextThatSpellsAMarkAddsNone)
{
    m_sample.query = "<image> or <<image>>, and <video>?";
    m_sample.responseB = "It says <image>";
    const SwiftRow written = row();
    EXPECT_TRUE(written.respelled);
    EXPECT_EQ(count(prompt(written), "<image>"), written.json.at("images").size());
    EXPECT_THAT(prompt(written), HasSubstr("< image> or << image>>, and <video>?")); // the row has no videos
    EXPECT_THAT(prompt(written), HasSubstr("It says < image>"));
    const auto again = readAgain(written);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->front().media.size(), 2U);
    EXPECT_EQ(again->front().responseB, "It says < image>");
}

} // namespace
} // namespace msrl::cli
