// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/resources.h"
#include "core/text/tokenizer.h"
#include "engine/demo/base_model.h"
#include "engine/demo/base_tokenizer.h"
#include "engine/demo/probe.h"
#include "engine/model/policy.h"

#include <gtest/gtest.h>

namespace msrl::demo {
namespace {

class BaseFiles : public testing::Test
{
protected:
    const HeldOut heldOut;
    const text::PromptSet prompts = text::PromptSet::bundled("demo").value();
    const DocumentSource documents { heldOut, prompts };
};

TEST_F(BaseFiles, everyWordOfTheWorldIsOneTokenAndAnyTextEncodes)
{
    const TokenizerFiles files = buildTokenizer(documents).value();
    const auto tokenizer = text::Tokenizer::fromJson(files.tokenizer, "demo", files.config);
    ASSERT_TRUE(tokenizer) << tokenizer.error().message();
    const auto numTokens = [&](const std::string& words) { return tokenizer->encode(words)->size(); };
    for (const std::string_view word : kItems)
        EXPECT_EQ(numTokens(" " + std::string(word)), 1u) << word;
    for (const std::string_view word : kTextColors)
        EXPECT_EQ(numTokens(" " + std::string(word)), 1u) << word;
    for (const std::string_view word : kCells)
        EXPECT_EQ(numTokens(" " + std::string(word)), 1u) << word;
    EXPECT_EQ(numTokens(" moves left"), 2u);
    EXPECT_EQ(numTokens("<answer>A</answer>"), 3u);
    const std::string foreign = "Größe 漢字 \xf0\x9f\xa6\x84 xyzzy";
    EXPECT_EQ(tokenizer->decode(*tokenizer->encode(foreign)), foreign);
}

TEST_F(BaseFiles, aFreshBaseHasTheStatedShape)
{
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "demo_base_files";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(writeBaseFiles(folder, *buildTokenizer(documents)));
    const auto policy = createBase(folder, 1);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(policy->config.tokensPerTile(), kTokensPerImage);
    EXPECT_EQ(policy->config.text.headDim, 32);
    EXPECT_GT(policy->numParameters(), 1'000'000);
    EXPECT_LT(policy->numParameters(), 1'200'000);
}

TEST_F(BaseFiles, theShippedBaseDescribesAndAnswersButCannotJudge)
{
    const std::filesystem::path folder = base::resource("demo/base").value();
    const auto policy = model::loadPolicy(folder, c10::ScalarType::Float);
    ASSERT_TRUE(policy) << policy.error().message();
    const auto tokenizer = text::Tokenizer::load(folder);
    ASSERT_TRUE(tokenizer) << tokenizer.error().message();
    const auto probe = probeBase(*policy, *tokenizer, heldOut, prompts, 20);
    ASSERT_TRUE(probe) << probe.error().message();
    EXPECT_GT(probe->imageCaptions, 0.85) << probe->summary();
    EXPECT_GT(probe->videoCaptions, 0.7) << probe->summary();
    EXPECT_GT(probe->captionAnswers, 0.85) << probe->summary();
    EXPECT_LT(probe->judgedRightBothWays, 0.3) << probe->summary();
}

} // namespace
} // namespace msrl::demo
