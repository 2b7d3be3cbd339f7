// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/resources.h"
#include "engine/rollout/answer_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace msrl::rollout {
namespace {

text::Tokenizer tokenizer()
{
    const auto folder = base::resource("demo/base");
    auto made = folder ? text::Tokenizer::load(*folder) : folder.error();
    if (!made)
        throw std::runtime_error(made.error().message());
    return *made;
}

std::vector<std::int64_t> idsOf(const std::vector<std::string>& tokens)
{
    std::vector<std::int64_t> ids;
    for (const std::string& token : tokens)
        ids.push_back(tokenizer().tokenId(token).value());
    return ids;
}

// Each token's log-probabilities of the watched ids are those of `shares`, in the order of watchedIds().
rollout::Completion completion(
    const AnswerReader& reader, const std::vector<std::string>& tokens, const std::vector<double>& shares)
{
    rollout::Completion out;
    out.ids = idsOf(tokens);
    for (std::size_t t = 0; t < tokens.size(); ++t)
        for (std::size_t i = 0; i < reader.watchedIds().size(); ++i)
            out.watchedLogprobs.push_back(
                t + 1 == tokens.size() ? static_cast<float>(std::log(shares[i])) : -1.0F);
    return out;
}

TEST(AnswerReader, sumsTheSpellingsOfEachLetter)
{
    const AnswerReader reader(tokenizer());
    ASSERT_EQ(reader.watchedIds(), idsOf({ "A", " A", "B", " B" }));
    const std::vector<double> shares { 0.1, 0.5, 0.15, 0.05 }; // A, " A", B, " B"
    EXPECT_NEAR(
        *reader.probabilityA(completion(reader, { " red", "<answer>", " A" }, shares)), 0.6 / 0.8, 1e-6);
    EXPECT_NEAR(*reader.probabilityA(completion(reader, { "<answer>", "B" }, shares)), 0.6 / 0.8, 1e-6);
    EXPECT_NEAR(*reader.probabilityA(completion(reader, { "<answer>", " ", "A" }, shares)), 0.6 / 0.8, 1e-6);
}

TEST(AnswerReader, readsNothingWithoutALetterInTheAnswer)
{
    const AnswerReader reader(tokenizer());
    const std::vector<double> shares { 0.1, 0.5, 0.15, 0.05 };
    EXPECT_EQ(reader.probabilityA(completion(reader, { " red", "A" }, shares)), std::nullopt);
    EXPECT_EQ(reader.probabilityA(completion(reader, { "<answer>", " red" }, shares)), std::nullopt);
    EXPECT_EQ(reader.probabilityA(completion(reader, { "A", "<answer>" }, shares)), std::nullopt);
}

} // namespace
} // namespace msrl::rollout
