// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/completion_bytes.h"

#include <gtest/gtest.h>

#include <limits>

using namespace msrl;
using namespace msrl::stages;

namespace {

std::vector<rollout::Completion> someCompletions()
{
    rollout::Completion plain;
    plain.ids = { 5, 1, std::numeric_limits<std::int64_t>::max() };
    plain.logprobs = { -0.25F, -std::numeric_limits<float>::infinity(), 0.0F };
    plain.entropies = { 0.5F, 0.0F, std::numeric_limits<float>::infinity() };
    plain.meanEntropy = 0.1;
    plain.finish = rollout::Finish::Stop;
    rollout::Completion watched;
    watched.ids = { 9 };
    watched.logprobs = { -1e-30F };
    watched.topLogprobs = { -3.0F };
    watched.watchedLogprobs = { -1.0F, -2.0F };
    return { plain, {}, watched };
}

} // namespace

TEST(CompletionBytes, arriveAsTheyWere)
{
    const auto sent = someCompletions();
    const auto got = unpackCompletions(packCompletions(sent));
    ASSERT_TRUE(got.ok());
    ASSERT_EQ(got->size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        EXPECT_EQ((*got)[i].ids, sent[i].ids);
        EXPECT_EQ((*got)[i].logprobs, sent[i].logprobs);
        EXPECT_EQ((*got)[i].entropies, sent[i].entropies);
        EXPECT_EQ((*got)[i].topLogprobs, sent[i].topLogprobs);
        EXPECT_EQ((*got)[i].watchedLogprobs, sent[i].watchedLogprobs);
        EXPECT_EQ((*got)[i].meanEntropy, sent[i].meanEntropy);
        EXPECT_EQ((*got)[i].finish, sent[i].finish);
    }
    EXPECT_TRUE(unpackCompletions("")->empty());
}

TEST(CompletionBytes, areRefusedWhenCutOff)
{
    const std::string bytes = packCompletions(someCompletions());
    const std::size_t first = packCompletions({ someCompletions()[0] }).size();
    const std::size_t second = packCompletions({ rollout::Completion {} }).size();
    for (std::size_t length = 1; length < bytes.size(); ++length) {
        const bool whole = length == first || length == first + second;
        EXPECT_EQ(unpackCompletions(bytes.substr(0, length)).ok(), whole) << length;
    }
}
