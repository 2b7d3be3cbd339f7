// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_cursor.h"
#include "core/data/replay_mixer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace msrl::data {
namespace {

using base::Json;

TEST(DataCursor, everyEpochGivesEveryIndexOnceInItsOwnOrder)
{
    DataCursor cursor(20, 7, "test");
    std::set<std::vector<std::size_t>> orders;
    for (int epoch = 0; epoch < 5; ++epoch) {
        auto order = cursor.nextBatch(20);
        orders.insert(order);
        std::sort(order.begin(), order.end());
        for (std::size_t i = 0; i < order.size(); ++i)
            EXPECT_EQ(order[i], i);
    }
    EXPECT_EQ(orders.size(), 5u);
    EXPECT_EQ(cursor.epochs(), 5.0);
    DataCursor plain(3, 7, "test", DataCursor::Order::AsInFile);
    EXPECT_EQ(plain.nextBatch(4), (std::vector<std::size_t> { 0, 1, 2, 0 }));
}

TEST(DataCursor, resumesAnywhere)
{
    for (std::size_t at = 0; at < 25; ++at) {
        DataCursor whole(10, 1, "resume");
        whole.nextBatch(at);
        DataCursor resumed(10, 1, "resume");
        ASSERT_TRUE(resumed.restore(Json::parse(whole.save().dump()), "state.json").ok());
        EXPECT_EQ(resumed.nextBatch(30), whole.nextBatch(30));
    }
    DataCursor other(11, 1, "resume");
    EXPECT_FALSE(other.restore(DataCursor(10, 1, "resume").save(), "state.json").ok());
    EXPECT_FALSE(
        other.restore(Json { { "samples", 11 }, { "epoch", 0 }, { "position", 11 } }, "state.json").ok());
    EXPECT_FALSE(other.restore(Json::array(), "state.json").ok());
}

TEST(ReplayRatio, aBatchThatTheRatioDividesIsExact)
{
    for (std::int64_t step = 0; step < 200; ++step) {
        EXPECT_EQ(batchComposition(12, 5, step), (BatchComposition { 10, 2 }));
        EXPECT_EQ(batchComposition(16, 3, step), (BatchComposition { 12, 4 }));
        EXPECT_EQ(batchComposition(16, ReplayRatio::kNoReplay, step), (BatchComposition { 16, 0 }));
        EXPECT_EQ(batchComposition(16, 0, step), (BatchComposition { 0, 16 }));
    }
}

TEST(ReplayRatio, everyPrefixIsWithinOneSampleOfExact)
{
    for (const int batchSize : { 1, 7, 16, 128 }) {
        for (const double ratio : { 0.3, 1.0, 2.5, 5.0, 19.0 }) {
            double exact = 0;
            int replay = 0;
            for (std::int64_t step = 0; step < 300; ++step) {
                const auto places = replayPlaces(batchComposition(batchSize, ratio, step));
                ASSERT_EQ(places.size(), static_cast<std::size_t>(batchSize));
                for (const bool place : places) {
                    exact += 1 / (1 + ratio);
                    replay += place ? 1 : 0;
                    ASSERT_LE(std::abs(replay - exact), 1 + 1e-9) << batchSize << " " << ratio << " " << step;
                }
                ASSERT_LE(std::abs(replay - exact), 0.5 + 1e-6);
            }
        }
    }
}

TEST(ReplayRatio, aScheduleIsReadFromItsText)
{
    const auto ratio = ReplayRatio::parse(" 0:9,100 : 5.5 ");
    ASSERT_TRUE(ratio) << ratio.error().message();
    EXPECT_EQ(ratio->text(), "0:9, 100:5.5");
    EXPECT_DOUBLE_EQ(ratio->at(50), 7.25);
    EXPECT_EQ(ReplayRatio::parse(ratio->text())->text(), ratio->text());
    for (const char* wrong : { "", "5", "0:", ":5", "0:0", "0:-1", "-1:5", "0:5,", "0:5;9:5", "0:inf",
             "0:5, 0:6", "9:5, 3:5", "0:5 6" })
        EXPECT_FALSE(ReplayRatio::parse(wrong)) << wrong;
}

TEST(ReplayRatio, whatIsReplayedBeforeAStepIsTheSumOfItsBatches)
{
    const auto ratio = *ReplayRatio::parse("0:1, 40:9");
    std::int64_t sum = 0;
    for (std::int64_t step = 0; step < 60; ++step) {
        EXPECT_EQ(replayedBefore(14, ratio, step), sum);
        sum += batchComposition(14, ratio, step).replay;
    }
}

TEST(ReplayRatio, schedulesAreLinearBetweenPoints)
{
    const auto ratio = ReplayRatio::create({ { 10, 1 }, { 20, 5 } });
    ASSERT_TRUE(ratio.ok());
    EXPECT_EQ(ratio->at(0), 1);
    EXPECT_EQ(ratio->at(10), 1);
    EXPECT_EQ(ratio->at(15), 3);
    EXPECT_EQ(ratio->at(20), 5);
    EXPECT_EQ(ratio->at(1000), 5);
    double exact = 0;
    int replay = 0;
    for (std::int64_t step = 0; step < 60; ++step) {
        exact += 16 * ratio->shareAt(step);
        const BatchComposition composition = batchComposition(16, *ratio, step);
        EXPECT_EQ(composition.fresh + composition.replay, 16);
        replay += composition.replay;
        EXPECT_LE(std::abs(replay - exact), 0.5 + 1e-6);
    }
    EXPECT_FALSE(ReplayRatio::create({}).ok());
    EXPECT_FALSE(ReplayRatio::create({ { 0, -1 } }).ok());
    EXPECT_FALSE(ReplayRatio::create({ { 5, 1 }, { 5, 2 } }).ok());
    EXPECT_FALSE(ReplayRatio::create({ { 0, 1 }, { 5, ReplayRatio::kNoReplay } }).ok());
}

MixerOptions options(ReplayMode mode = ReplayMode::Uniform)
{
    return {
        .numNew = 50, .numReplay = 12, .batchSize = 12, .ratio = ReplayRatio(5), .mode = mode, .seed = 4
    };
}

TEST(ReplayMixer, mixesExactlyAndCoversBothSets)
{
    auto mixer = ReplayMixer::create(options());
    ASSERT_TRUE(mixer.ok());
    std::map<std::size_t, int> fresh, replayed;
    for (int step = 0; step < 30; ++step) {
        int replays = 0;
        for (const MixedSample& sample : mixer->nextBatch()) {
            const bool replay = sample.source == SampleSource::Replay;
            replays += replay ? 1 : 0;
            ++(replay ? replayed : fresh)[sample.index];
        }
        EXPECT_EQ(replays, 2);
    }
    EXPECT_EQ(fresh.size(), 50u); // 300 draws: six whole epochs
    EXPECT_TRUE(std::all_of(fresh.begin(), fresh.end(), [](const auto& count) { return count.second == 6; }));
    EXPECT_TRUE(
        std::all_of(replayed.begin(), replayed.end(), [](const auto& count) { return count.second == 5; }));
    EXPECT_DOUBLE_EQ(mixer->realisedReplayShare(), 1.0 / 6);
    EXPECT_DOUBLE_EQ(mixer->newEpochs(), 6);
    EXPECT_DOUBLE_EQ(mixer->replayEpochs(), 5);
}

// What a group came to, made up but fixed, so that every mode has something to go by.
void report(ReplayMixer& mixer, const std::vector<MixedSample>& batch)
{
    for (const MixedSample& sample : batch) {
        if (sample.source == SampleSource::Replay)
            mixer.reportReplay(sample.index, sample.index < 3 ? 1.0 : 0.1, sample.index % 2 == 0);
    }
}

// Dynamic sampling takes several batches a step.
TEST(ReplayMixer, aScheduleGoesByTrainingStepsHoweverManyBatchesTheyTake)
{
    auto scheduled = options();
    scheduled.ratio = *ReplayRatio::parse("0:1, 4:11");
    auto mixer = ReplayMixer::create(scheduled);
    ASSERT_TRUE(mixer.ok());
    for (std::int64_t step = 0; step < 6; ++step) {
        const int wanted = batchComposition(12, scheduled.ratio, step).replay;
        for (std::int64_t round = 0; round < 1 + step % 3; ++round) {
            const auto batch = mixer->nextBatch(step);
            const auto replayed = std::count_if(batch.begin(), batch.end(),
                [](const MixedSample& sample) { return sample.source == SampleSource::Replay; });
            EXPECT_EQ(replayed, wanted) << step << " " << round;
        }
    }
    EXPECT_EQ(mixer->step(), 1 + 2 + 3 + 1 + 2 + 3);

    // The remainder of a constant ratio is carried on: 8 batches of 3 at 5 : 1 hold 4 replayed samples.
    auto constant = options();
    constant.batchSize = 3;
    auto carrying = ReplayMixer::create(constant);
    ASSERT_TRUE(carrying.ok());
    for (int batch = 0; batch < 8; ++batch)
        carrying->nextBatch(batch / 4);
    EXPECT_DOUBLE_EQ(carrying->realisedReplayShare(), 4.0 / 24);
}

TEST(ReplayMixer, resumesExactlyInEveryMode)
{
    for (const ReplayMode mode :
        { ReplayMode::Uniform, ReplayMode::RewardWeighted, ReplayMode::NonZeroVariance }) {
        auto whole = ReplayMixer::create(options(mode));
        ASSERT_TRUE(whole.ok());
        for (int step = 0; step < 17; ++step)
            report(*whole, whole->nextBatch());
        auto resumed = ReplayMixer::create(options(mode));
        ASSERT_TRUE(resumed.ok());
        const auto status = resumed->restore(Json::parse(whole->save().dump()), "state.json");
        ASSERT_TRUE(status.ok()) << status.error().message();
        for (int step = 0; step < 40; ++step) {
            const auto batch = whole->nextBatch();
            ASSERT_EQ(resumed->nextBatch(), batch) << replayModeName(mode) << " " << step;
            report(*whole, batch);
            report(*resumed, batch);
        }
        EXPECT_EQ(resumed->save(), whole->save());
        EXPECT_EQ(resumed->replayUse().most, whole->replayUse().most);
    }
}

TEST(ReplayMixer, countsHowOftenEachSampleWasReplayed)
{
    for (const ReplayMode mode : { ReplayMode::Uniform, ReplayMode::RewardWeighted }) {
        auto mixer = ReplayMixer::create(options(mode));
        ASSERT_TRUE(mixer.ok());
        EXPECT_EQ(mixer->replayUse().most, 0u);
        EXPECT_TRUE(mixer->mostUsed(5).empty());
        std::vector<std::uint64_t> uses(options(mode).numReplay);
        for (int step = 0; step < 25; ++step) {
            const auto batch = mixer->nextBatch();
            for (const MixedSample& sample : batch) {
                if (sample.source == SampleSource::Replay)
                    ++uses[sample.index];
            }
            report(*mixer, batch);
            EXPECT_EQ(mixer->replayUse().least, *std::min_element(uses.begin(), uses.end()));
            EXPECT_EQ(mixer->replayUse().most, *std::max_element(uses.begin(), uses.end()));
            EXPECT_DOUBLE_EQ(mixer->replayUse().mean, mixer->replayEpochs());
        }
        EXPECT_GT(mixer->replayUse().most, 1u);
        const std::vector<SampleUse> used = mixer->mostUsed(uses.size());
        ASSERT_FALSE(used.empty());
        EXPECT_EQ(used[0].times, mixer->replayUse().most);
        for (std::size_t i = 0; i < used.size(); ++i) {
            EXPECT_EQ(used[i].times, uses[used[i].index]);
            if (i > 0)
                EXPECT_TRUE(used[i - 1].times > used[i].times
                    || (used[i - 1].times == used[i].times && used[i - 1].index < used[i].index));
        }
        EXPECT_EQ(used.size() + mixer->numUnused(), uses.size());
        EXPECT_EQ(mixer->mostUsed(1), std::vector<SampleUse> { used[0] });
    }
}

TEST(ReplayMixer, nonZeroVarianceSkipsFlatSamplesUntilNoneIsLeft)
{
    auto mixer = ReplayMixer::create(options(ReplayMode::NonZeroVariance));
    ASSERT_TRUE(mixer.ok());
    for (std::size_t i = 0; i < 12; ++i)
        mixer->reportReplay(i, 0.5, i != 3 && i != 8);
    for (int step = 0; step < 20; ++step) {
        for (const MixedSample& sample : mixer->nextBatch()) {
            if (sample.source == SampleSource::Replay) {
                EXPECT_TRUE(sample.index == 3 || sample.index == 8);
            }
        }
    }
    EXPECT_EQ(mixer->numFlatFallbacks(), 0u);
    mixer->reportReplay(3, 0, true);
    mixer->reportReplay(8, 0, true);
    EXPECT_EQ(mixer->nextBatch().size(), 12u);
    EXPECT_EQ(mixer->numFlatFallbacks(), 2u);
}

TEST(ReplayMixer, rewardWeightsTheDraws)
{
    auto mixer = ReplayMixer::create(options(ReplayMode::RewardWeighted));
    ASSERT_TRUE(mixer.ok());
    std::map<std::size_t, int> draws;
    for (std::size_t i = 0; i < 12; ++i)
        mixer->reportReplay(i, i == 5 ? 1.0 : 0.2, false);
    for (int step = 0; step < 600; ++step) {
        std::set<std::size_t> inBatch;
        for (const MixedSample& sample : mixer->nextBatch()) {
            if (sample.source != SampleSource::Replay)
                continue;
            ++draws[sample.index];
            EXPECT_TRUE(inBatch.insert(sample.index).second);
        }
    }
    const int others = (1200 - draws[5]) / 11;
    EXPECT_GT(draws[5], 3 * others);
    EXPECT_EQ(draws.size(), 12u);
}

TEST(ReplayMixer, refusesWhatCannotBeMixed)
{
    auto none = options();
    none.numReplay = 0;
    EXPECT_FALSE(ReplayMixer::create(none).ok());
    none.ratio = ReplayRatio();
    EXPECT_TRUE(ReplayMixer::create(none).ok());
    none.numNew = 0;
    EXPECT_FALSE(ReplayMixer::create(none).ok());
    auto empty = options();
    empty.batchSize = 0;
    EXPECT_FALSE(ReplayMixer::create(empty).ok());

    auto mixer = ReplayMixer::create(options());
    Json state = mixer->save();
    state["seed"] = 5;
    EXPECT_FALSE(mixer->restore(state, "state.json").ok());
    state = mixer->save();
    state["outcomes"] = Json::array({ Json::array({ 99, 0.5, false }) });
    EXPECT_FALSE(mixer->restore(state, "state.json").ok());
    state = mixer->save();
    state["uses"] = Json::array({ Json::array({ 99u, 1u }) });
    EXPECT_FALSE(mixer->restore(state, "state.json").ok());
    state = mixer->save();
    state["replay"] = nullptr;
    EXPECT_FALSE(mixer->restore(state, "state.json").ok());
}

} // namespace
} // namespace msrl::data
