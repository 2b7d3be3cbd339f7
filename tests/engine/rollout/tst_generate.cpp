// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/workers.h"
#include "engine/model/forward.h"
#include "engine/rollout/generate.h"
#include "engine/update/policy_update.h"
#include "tests/engine/update/tiny_policy.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>

#include <cmath>

using namespace msrl;
using rollout::Completion;
using rollout::GenerateOptions;

namespace {

GenerateOptions someOptions()
{
    GenerateOptions options;
    options.samplesPerPrompt = 3;
    options.maxNewTokens = 30;
    options.stopIds = { 7, 9 };
    options.seed = 21;
    options.stage = 2;
    options.step = 5;
    return options;
}

std::vector<Completion> generateOrThrow(const model::Policy& policy,
    const std::vector<batch::PromptInput>& prompts, const GenerateOptions& options)
{
    auto completions = rollout::generate(policy, prompts, options);
    if (!completions)
        throw std::runtime_error(completions.error().message());
    return std::move(*completions);
}

std::vector<std::vector<std::int64_t>> idsOf(const std::vector<Completion>& completions)
{
    std::vector<std::vector<std::int64_t>> ids;
    for (const Completion& completion : completions)
        ids.push_back(completion.ids);
    return ids;
}

void expectTheTrainersLogprobs(const model::Policy& policy, const std::vector<batch::PromptInput>& prompts,
    const GenerateOptions& options)
{
    const auto completions = generateOrThrow(policy, prompts, options);
    const auto samples = static_cast<std::size_t>(options.samplesPerPrompt);
    std::vector<batch::Group> groups;
    for (std::size_t i = 0; i < completions.size(); ++i) {
        if (i % samples == 0)
            groups.push_back({ prompts[i / samples], {} });
        groups.back().completions.push_back({ completions[i].ids, {}, {}, 0, 1 });
    }
    const auto scores = update::scoreCompletions(policy, groups, 500);
    ASSERT_TRUE(scores.ok()) << scores.error().message();
    for (std::size_t i = 0; i < completions.size(); ++i) {
        const auto& kept = completions[i].logprobs;
        const auto& scored = (*scores)[i / samples][i % samples];
        ASSERT_EQ(kept.size(), scored.size());
        for (std::size_t t = 0; t < kept.size(); ++t)
            EXPECT_NEAR(kept[t], scored[t], 1e-4);
    }
}

} // namespace

TEST(Generate, keepsTheLogprobsThatTheTrainerComputes)
{
    GenerateOptions options = someOptions();
    options.sampling = { 1.2, 20, 0.95 };
    options.maxRows = 7;
    expectTheTrainersLogprobs(test::tinyPolicy(at::kFloat), test::tinyPrompts(9, true), options);
}

TEST(Generate, keepsTheEntropyOfEachToken)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const double most = std::log(static_cast<double>(policy.config.text.vocabulary));
    for (const Completion& one : generateOrThrow(policy, test::tinyPrompts(3, false), someOptions())) {
        ASSERT_EQ(one.entropies.size(), one.ids.size());
        double sum = 0;
        for (const float entropy : one.entropies) {
            EXPECT_GE(entropy, -1e-4);
            EXPECT_LE(entropy, most + 1e-4);
            sum += entropy;
        }
        EXPECT_NEAR(sum / static_cast<double>(one.ids.size()), one.meanEntropy, 1e-9);
    }
}

// A vocabulary that makes the matrices too large for the caches, so that they are packed.
TEST(Generate, keepsTheTrainersLogprobsWithPackedWeights)
{
    model::ModelConfig config = test::tinyPolicy(at::kFloat).config;
    EXPECT_EQ(model::packWeights(test::tinyPolicy(at::kFloat)), nullptr);
    config.text.vocabulary = (std::int64_t { 34 } << 20) / (4 * config.text.hidden);
    const auto policy = model::createPolicy(config, 3);
    ASSERT_TRUE(policy.ok()) << policy.error().message();
    if (!model::packWeights(*policy))
        GTEST_SKIP() << "this LibTorch has no packed product";
    GenerateOptions options = someOptions();
    options.maxNewTokens = 8;
    expectTheTrainersLogprobs(*policy, test::tinyPrompts(4, true), options);
}

TEST(Generate, doesNotDependOnThePacking)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const auto prompts = test::tinyPrompts(11, true);
    GenerateOptions options = someOptions();
    const auto want = idsOf(generateOrThrow(policy, prompts, options));
    ASSERT_EQ(want.size(), 33U);
    for (std::int64_t maxRows : { 1, 4, 17 })
        for (std::int64_t budget : { 1, 100, 100000 }) {
            options.maxRows = maxRows;
            options.prefixTokenBudget = budget;
            EXPECT_EQ(idsOf(generateOrThrow(policy, prompts, options)), want)
                << maxRows << " rows, budget " << budget;
        }
    // Handed over in two pieces.
    options = someOptions();
    auto pieces = idsOf(generateOrThrow(policy, { prompts.begin(), prompts.begin() + 4 }, options));
    options.firstPrompt = 4;
    for (auto& ids : idsOf(generateOrThrow(policy, { prompts.begin() + 4, prompts.end() }, options)))
        pieces.push_back(std::move(ids));
    EXPECT_EQ(pieces, want);
    // Some of them, in another order, each under its own number.
    options = someOptions();
    options.promptNumbers = { 7, 2 };
    const auto chosen = idsOf(generateOrThrow(policy, { prompts[7], prompts[2] }, options));
    const auto group = [&](std::ptrdiff_t prompt) {
        return std::vector(want.begin() + 3 * prompt, want.begin() + 3 * prompt + 3);
    };
    EXPECT_EQ(std::vector(chosen.begin(), chosen.begin() + 3), group(7));
    EXPECT_EQ(std::vector(chosen.begin() + 3, chosen.end()), group(2));
}

TEST(Generate, isTheSameWithSeveralWorkersAndBitForBitWhenRepeated)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const auto prompts = test::tinyPrompts(11, true);
    GenerateOptions options = someOptions();
    options.firstPrompt = 4;
    const auto alone = generateOrThrow(policy, prompts, options);
    for (int workers : { 2, 3, 16 }) {
        device::setWorkers(workers);
        const auto together = generateOrThrow(policy, prompts, options);
        const auto again = generateOrThrow(policy, prompts, options);
        device::setWorkers(1);
        EXPECT_EQ(idsOf(together), idsOf(alone)) << workers << " workers";
        for (std::size_t i = 0; i < alone.size(); ++i) {
            EXPECT_EQ(together[i].logprobs, again[i].logprobs);
            EXPECT_EQ(together[i].entropies, again[i].entropies);
            EXPECT_EQ(together[i].meanEntropy, again[i].meanEntropy);
            EXPECT_NEAR(together[i].meanEntropy, alone[i].meanEntropy, 1e-4);
        }
    }
}

TEST(Generate, countsAndStopsAllWorkers)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const auto prompts = test::tinyPrompts(8, false);
    device::setWorkers(2);
    std::int64_t tokens = 0;
    rollout::GenerateProgress last;
    const auto completions = rollout::generate(policy, prompts, someOptions(), {},
        [&](const rollout::GenerateProgress& progress) { last = progress; });
    std::stop_source source;
    const auto stopped = rollout::generate(policy, prompts, someOptions(), source.get_token(),
        [&](const rollout::GenerateProgress&) { source.request_stop(); });
    device::setWorkers(1);
    ASSERT_TRUE(completions.ok());
    for (const Completion& completion : *completions)
        tokens += static_cast<std::int64_t>(completion.ids.size());
    EXPECT_EQ(last.finishedRows, 24);
    EXPECT_EQ(last.generatedTokens, tokens);
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, base::ErrorCode::Stopped);
}

TEST(Generate, drawsAnewForEverySeedStageStepAndSample)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const std::vector<batch::PromptInput> prompts(2, test::tinyPrompts(1, false).front());
    const GenerateOptions options = someOptions();
    const auto base = idsOf(generateOrThrow(policy, prompts, options));
    EXPECT_NE(base[0], base[1]); // same prompt, other index
    EXPECT_NE(base[0], base[3]); // other prompt number
    for (int field = 0; field < 3; ++field) {
        GenerateOptions other = options;
        ++(field == 0 ? other.seed : field == 1 ? other.stage : other.step);
        EXPECT_NE(idsOf(generateOrThrow(policy, prompts, other)), base);
    }
}

// What a second call adds is what one call for all would have written.
TEST(Generate, goesOnWithTheNextSamples)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const auto prompts = test::tinyPrompts(3, true);
    GenerateOptions options = someOptions();
    options.samplesPerPrompt = 5;
    const auto all = idsOf(generateOrThrow(policy, prompts, options));
    options.firstSample = 3;
    options.samplesPerPrompt = 2;
    const auto more = idsOf(generateOrThrow(policy, prompts, options));
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        EXPECT_EQ(more[2 * p], all[5 * p + 3]);
        EXPECT_EQ(more[2 * p + 1], all[5 * p + 4]);
    }
    options.firstSample = -1;
    EXPECT_FALSE(rollout::generate(policy, prompts, options).ok());
}

TEST(Generate, isGreedyLikeTheWholeForward)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const auto prompts = test::tinyPrompts(3, true);
    GenerateOptions options = someOptions();
    options.samplesPerPrompt = 1;
    options.sampling.temperature = 0;
    options.stopIds.clear();
    options.maxNewTokens = 8;
    const auto completions = generateOrThrow(policy, prompts, options);
    const at::NoGradGuard noGrad;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        std::vector<std::int64_t> ids = prompts[p].ids;
        at::Tensor features;
        if (prompts[p].pixels.defined())
            features = model::imageFeatures(policy, prompts[p].pixels);
        for (int t = 0; t < 8; ++t) {
            const at::Tensor embeds = model::embed(policy, at::tensor(ids, at::kLong).unsqueeze(0), features);
            const auto prefix = model::prefill(policy, embeds, { static_cast<std::int64_t>(ids.size()) });
            ids.push_back(model::logits(policy, prefix.hidden[0][-1]).argmax().item().toLong());
        }
        EXPECT_EQ(completions[p].ids, std::vector<std::int64_t>(ids.end() - 8, ids.end()));
        EXPECT_EQ(completions[p].finish, rollout::Finish::Length);
    }
}

TEST(Generate, endsAtStopIdsAndAtTheLimit)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    const GenerateOptions options = someOptions();
    std::int64_t tokens = 0;
    rollout::GenerateProgress last;
    auto completions = rollout::generate(policy, test::tinyPrompts(12, false), options, {},
        [&](const rollout::GenerateProgress& progress) { last = progress; });
    ASSERT_TRUE(completions.ok());
    bool stopped = false;
    for (const Completion& completion : *completions) {
        tokens += static_cast<std::int64_t>(completion.ids.size());
        ASSERT_EQ(completion.ids.size(), completion.logprobs.size());
        const bool atEnd = completion.ids.back() == 7 || completion.ids.back() == 9;
        stopped = stopped || atEnd;
        EXPECT_EQ(completion.finish, atEnd ? rollout::Finish::Stop : rollout::Finish::Length);
        EXPECT_TRUE(atEnd || completion.ids.size() == 30U);
        for (std::size_t t = 0; t + 1 < completion.ids.size(); ++t)
            EXPECT_TRUE(completion.ids[t] != 7 && completion.ids[t] != 9);
    }
    EXPECT_TRUE(stopped);
    EXPECT_EQ(last.finishedRows, 36);
    EXPECT_EQ(last.totalRows, 36);
    EXPECT_EQ(last.generatedTokens, tokens);
}

TEST(Generate, endsWhenTheCallerSaysSo)
{
    GenerateOptions options = someOptions();
    options.stopIds = {};
    const auto whole = generateOrThrow(test::tinyPolicy(at::kFloat), test::tinyPrompts(3, false), options);
    options.isFinished
        = [](const std::vector<std::int64_t>& ids) { return ids.size() > 3 && ids.back() % 2 == 0; };
    const auto ended = generateOrThrow(test::tinyPolicy(at::kFloat), test::tinyPrompts(3, false), options);
    std::size_t early = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::vector<std::int64_t> want = whole[i].ids;
        for (std::size_t n = 4; n <= want.size(); ++n)
            if (want[n - 1] % 2 == 0) {
                want.resize(n);
                ++early;
                EXPECT_EQ(ended[i].finish, rollout::Finish::Stop);
            }
        EXPECT_EQ(ended[i].ids, want);
    }
    EXPECT_GT(early, 0U);
}

// Every prefix of every row once and in order, with the end told at the last; false ends a row there.
TEST(Generate, tellsEveryTokenAsItIsDrawn)
{
    GenerateOptions options = someOptions();
    const auto whole = generateOrThrow(test::tinyPolicy(at::kFloat), test::tinyPrompts(3, false), options);
    std::vector<std::vector<std::int64_t>> told(whole.size());
    std::vector<std::optional<rollout::Finish>> ends(whole.size());
    options.onToken = [&](std::size_t row, const Completion& sofar, std::optional<rollout::Finish> end) {
        EXPECT_EQ(sofar.ids.size(), told[row].size() + 1);
        EXPECT_FALSE(ends[row]);
        told[row].push_back(sofar.ids.back());
        ends[row] = end;
        return row != 0;
    };
    const auto heard = generateOrThrow(test::tinyPolicy(at::kFloat), test::tinyPrompts(3, false), options);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(told[i], heard[i].ids);
        if (i == 0)
            continue;
        EXPECT_EQ(heard[i].ids, whole[i].ids);
        EXPECT_EQ(ends[i], heard[i].finish);
    }
    EXPECT_EQ(heard[0].ids.size(), 1U);
    EXPECT_EQ(heard[0].ids.front(), whole[0].ids.front());
    EXPECT_EQ(heard[0].finish, rollout::Finish::Stop);
}

TEST(Generate, keepsWatchedAndTopLogprobs)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    GenerateOptions options = someOptions();
    options.sampling.temperature = 0;
    options.topLogprobs = 1;
    options.watchedIds = { 3, 4 };
    for (const Completion& completion : generateOrThrow(policy, test::tinyPrompts(2, false), options)) {
        EXPECT_EQ(completion.watchedLogprobs.size(), 2 * completion.ids.size());
        ASSERT_EQ(completion.topLogprobs.size(), completion.ids.size());
        for (std::size_t t = 0; t < completion.ids.size(); ++t)
            EXPECT_NEAR(
                completion.topLogprobs[t], completion.logprobs[t], 1e-5); // greedy takes the most likely
    }
}

TEST(Generate, stopsWhenAsked)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    std::stop_source source;
    int calls = 0;
    const auto result = rollout::generate(policy, test::tinyPrompts(4, false), someOptions(),
        source.get_token(), [&](const rollout::GenerateProgress&) {
            if (++calls == 3)
                source.request_stop();
        });
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, base::ErrorCode::Stopped);
    EXPECT_EQ(calls, 3);
}

TEST(Generate, refusesPromptsThatDoNotFit)
{
    const model::Policy policy = test::tinyPolicy(at::kFloat);
    auto prompts = test::tinyPrompts(2, false);
    GenerateOptions options = someOptions();
    options.maxNewTokens = 250;
    const auto tooLong = rollout::generate(policy, prompts, options);
    ASSERT_FALSE(tooLong.ok());
    EXPECT_EQ(tooLong.error().code, base::ErrorCode::BadInput);
    EXPECT_NE(tooLong.error().message().find("tiny-0"), std::string::npos);
    options = someOptions();
    prompts[1].ids[3] = test::kImageToken; // an image token without an image
    EXPECT_FALSE(rollout::generate(policy, prompts, options).ok());
}
