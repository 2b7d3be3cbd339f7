// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/data/image_bytes.h"
#include "core/text/prompts.h"
#include "engine/model/config.h"
#include "engine/stages/generation.h"
#include "engine/stages/rl_records.h"
#include "engine/stages/rl_step.h"
#include "recording.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <numeric>

namespace msrl::stages {
namespace {

TEST(PromptSource, asksForTheTagsOfItsStage)
{
    data::Sample text;
    data::Sample visual;
    visual.task = data::TaskType::VideoGeneration;
    const PromptSource captions { "new", text::PromptMode::Caption, {} };
    const PromptSource pixels { "new", text::PromptMode::Visual, {} };
    EXPECT_FALSE(captions.requirements(text).type);
    EXPECT_TRUE(captions.requirements(visual).type);
    EXPECT_FALSE(captions.requirements(visual).caption);
    EXPECT_TRUE(pixels.requirements(visual).caption);
}

TEST(MetricBatch, leavesOutWhatWasNotMeasuredAndKeepsTheRest)
{
    RecordingSink sink;
    MetricBatch batch("rl", 4);
    batch.add("kl", NAN);
    batch.add("reward", 0.5, "replay");
    batch.send(sink);
    ASSERT_EQ(sink.points.size(), 1u);
    EXPECT_EQ(sink.points[0].name, "reward");
    EXPECT_EQ(sink.points[0].source, "replay");
    EXPECT_EQ(sink.points[0].step, 4);
}

TEST(Tally, isMeanAndSampleDeviation)
{
    Tally tally;
    EXPECT_TRUE(std::isnan(tally.mean()));
    for (const double value : { 1.0, 2.0, 6.0 })
        tally.add(value);
    EXPECT_DOUBLE_EQ(tally.mean(), 3.0);
    EXPECT_DOUBLE_EQ(tally.deviation(), std::sqrt(7.0)); // (4 + 1 + 9) / 2
    EXPECT_DOUBLE_EQ(tally.min(), 1.0);
    EXPECT_DOUBLE_EQ(tally.max(), 6.0);
}

// Groups of two written judgements on text pairs whose better side is A.
class Rounds : public testing::Test
{
protected:
    void SetUp() override
    {
        const std::filesystem::path data = MSRL_TEST_DATA;
        for (const char* name : { "tokenizer.json", "tokenizer_config.json", "chat_template.jinja" })
            std::filesystem::copy_file(data / "tokenizer" / name, m_model / name);
        std::filesystem::copy_file(data / "model/hf_disk/config.json", m_model / "config.json");
        auto encoder = SampleEncoder::make(
            m_model.path(), *model::readConfig(m_model.path()), *text::PromptSet::bundled("msrl"));
        ASSERT_TRUE(encoder) << encoder.error().message();
        m_encoder = std::make_unique<SampleEncoder>(*std::move(encoder));
        m_sample.gold = data::Side::A;
        m_settings.weights = { { "accuracy", 1.0 }, { "format", 0.5 } };
    }

    rollout::Completion written(const std::string& answer, rollout::Finish finish = rollout::Finish::Stop)
    {
        rollout::Completion completion;
        completion.ids
            = *m_encoder->encodeCompletion("<think>so</think><answer>" + answer + "</answer>", "test");
        completion.logprobs.assign(completion.ids.size(), -1.0F);
        completion.finish = finish;
        return completion;
    }

    // One prompt for each pair of answers.
    SampledStep round(const std::vector<std::pair<std::string, std::string>>& answers)
    {
        SampledStep step;
        for (const auto& [first, second] : answers) {
            step.chosen.push_back({ data::SampleSource::New, step.chosen.size() });
            step.prompts.push_back({ &m_source, &m_sample, {} });
            step.completions.push_back(written(first));
            step.completions.push_back(written(second));
        }
        return step;
    }

    tests::TemporaryFolder m_model;
    std::unique_ptr<SampleEncoder> m_encoder;
    PromptSource m_source { "new", text::PromptMode::Caption, {} };
    data::Sample m_sample;
    RewardSettings m_settings;
};

TEST_F(Rounds, addUpAndTellWhichPromptsTeach)
{
    SampledStep step;
    addRound(step, round({ { "A", "A" }, { "A", "B" } }), *m_encoder, m_settings);
    EXPECT_EQ(variedPrompts(step), std::vector<std::size_t> { 1 });
    addRound(step, round({ { "B", "B" }, { "B", "A" } }), *m_encoder, m_settings);
    EXPECT_EQ(variedPrompts(step), (std::vector<std::size_t> { 1, 3 }));
    EXPECT_EQ(promptsToLearn(step, 0), (std::vector<std::size_t> { 0, 1, 2, 3 }));
    EXPECT_EQ(promptsToLearn(step, 1), std::vector<std::size_t> { 1 });
    EXPECT_EQ(promptsToLearn(step, 9), (std::vector<std::size_t> { 1, 3 }));
    ASSERT_EQ(step.completions.size(), 8U);
    EXPECT_EQ(step.chosen.size(), 4U);
    EXPECT_TRUE(std::isnan(realisedRatio(step)));
    step.chosen.back().source = data::SampleSource::Replay;
    EXPECT_DOUBLE_EQ(realisedRatio(step), 3.0);
    EXPECT_DOUBLE_EQ(step.scored.advantages.zeroVarianceShare, 0.5);
    EXPECT_DOUBLE_EQ(meanReward(step), 0.5 + 0.5); // half are right, all have the form
    const std::vector<batch::Group> groups = updateGroups(step, { 1, 3 }, m_settings);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_GT(groups[0].completions[0].advantage, 0);
    EXPECT_LT(groups[1].completions[0].advantage, 0);
    EXPECT_EQ(groups[1].completions[0].advantage, groups[0].completions[1].advantage);
}

// Old samples are the first that a judge has learnt: the ratio of what is sampled says nothing of them.
TEST_F(Rounds, tellHowMuchOfTheReplayIsLearntFrom)
{
    SampledStep answered = round({ { "A", "A" }, { "A", "B" }, { "B", "A" }, { "A", "A" } });
    answered.chosen[0].source = answered.chosen[2].source = data::SampleSource::Replay;
    SampledStep step;
    addRound(step, answered, *m_encoder, m_settings);
    RecordingSink sink;
    for (const auto& learnt : std::vector<std::vector<std::size_t>> { variedPrompts(step), {} }) {
        MetricBatch batch("rl", 1);
        addSamplingMetrics(batch, step, learnt);
        batch.send(sink);
    }
    std::vector<std::pair<std::string, double>> told;
    for (const store::MetricRow& row : sink.points)
        told.emplace_back(row.name, row.value);
    EXPECT_EQ(told,
        (std::vector<std::pair<std::string, double>> { { "sampling/prompts", 4 }, { "sampling/learnt", 2 },
            { "sampling/learnt_replay", 1 }, { "sampling/prompts", 4 }, { "sampling/learnt", 0 },
            { "sampling/learnt_replay", 0 } }));
}

TEST_F(Rounds, areFlatForTheReplayByTheirAnswersAlone)
{
    SampledStep answered = round({ { "A", "A" }, { "A", "B" }, { "B", "B" }, { "B", "C" } });
    answered.completions[0].finish = rollout::Finish::Length; // of two right ones, one is cut off
    SampledStep step;
    addRound(step, answered, *m_encoder, m_settings);
    EXPECT_FALSE(isAllRightOrAllWrong(step, 0)) << "what is cut off has no answer";
    EXPECT_FALSE(isAllRightOrAllWrong(step, 1));
    EXPECT_TRUE(isAllRightOrAllWrong(step, 2));
    // Both wrong, and only one has the format: different rewards all the same.
    EXPECT_TRUE(isAllRightOrAllWrong(step, 3));
    EXPECT_EQ(variedPrompts(step), (std::vector<std::size_t> { 0, 1, 3 }));
}

TEST_F(Rounds, keepWhatTheTokensWereWorth)
{
    SampledStep one = round({ { "A", "B" } });
    // A letter of several tokens, and one that is cut off in its middle.
    const std::vector<std::int64_t> letters = *m_encoder->encodeCompletion("<think>\U0001F98A", "test");
    ASSERT_GT(letters.size(), 4U);
    one.completions[1].ids = { letters.begin(), letters.end() - 2 };
    for (rollout::Completion& completion : one.completions) {
        completion.logprobs.clear();
        completion.entropies.clear();
        for (std::size_t t = 0; t < completion.ids.size(); ++t) {
            completion.logprobs.push_back(-0.5F * static_cast<float>(t));
            completion.entropies.push_back(0.25F * static_cast<float>(t));
        }
    }
    SampledStep step;
    addRound(step, one, *m_encoder, m_settings);
    std::vector<store::SampleRow> rows = sampleRows("rl", 1, step);
    EXPECT_TRUE(rows[0].tokenBytes.empty()); // as an evaluation keeps them
    addTokens(rows, step, *m_encoder);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const store::SampleRow& row = rows[i];
        EXPECT_EQ(row.tokenLogprobs, step.completions[i].logprobs);
        EXPECT_EQ(row.tokenEntropies, step.completions[i].entropies);
        ASSERT_EQ(row.tokenBytes.size(), step.completions[i].ids.size());
        EXPECT_EQ(std::accumulate(row.tokenBytes.begin(), row.tokenBytes.end(), std::size_t { 0 }),
            row.completion.size());
    }
    // The end of the turn adds nothing, a tag that is one token all of itself.
    EXPECT_EQ(rows[0].tokenBytes.back(), 0U);
    EXPECT_EQ(rows[0].completion.substr(0, rows[0].tokenBytes.front()), "<think>");
    EXPECT_EQ(rows[1].tokenBytes[1], 0U); // the letter is open
    EXPECT_EQ(rows[1].tokenBytes.back(), 3U); // U+FFFD in its place
    step.completions[0].logprobs.resize(store::kMostSampleTokens + 9, -1.0F);
    addTokens(rows, step, *m_encoder);
    EXPECT_EQ(rows[0].tokenLogprobs.size(), store::kMostSampleTokens);
}

// Enough to show it again: which frames of a video, and the bytes of an image that no file holds.
TEST_F(Rounds, keepWhatTheModelWasShown)
{
    const std::string bytes("\x89PNG\r\n\x1a\n and more");
    const tests::TemporaryFolder folder;
    data::Media image;
    image.path = "cat.png";
    image.file = "/data/cat.png";
    data::Media clip { data::Media::Kind::Video, "clip.mp4", "/data/clip.mp4" };
    clip.frames = 4;
    clip.frameRule = data::FrameRule::HuggingFace;
    SampledStep one = round({ { "A", "B" }, { "A", "B" } });
    one.prompts[1].prompt.media = { image, clip, data::mediaOfFrames({ "f0.png", "f1.png" }, "/data"),
        data::imageInRow(*data::imageDataUri(bytes)) };
    SampledStep step;
    addRound(step, one, *m_encoder, m_settings);
    std::vector<store::SampleRow> rows = sampleRows("rl", 1, step);
    EXPECT_TRUE(rows[0].media.empty());
    EXPECT_EQ(rows[2].media[0], "/data/cat.png");
    const base::Json video = { { "video", "/data/clip.mp4" }, { "frames", 4 }, { "frame_rule", "hf" } };
    EXPECT_EQ(rows[2].media[1], video);
    EXPECT_EQ(rows[2].media[2], base::Json::array({ "/data/f0.png", "/data/f1.png" }));
    const auto kept = keepPictures(rows, step, folder / "pictures");
    ASSERT_TRUE(kept) << kept.error().message();
    for (const std::size_t row : { 2, 3 }) {
        const std::filesystem::path file = rows[row].media[3].get<std::string>();
        EXPECT_TRUE(file.is_absolute());
        EXPECT_EQ(file.extension(), ".png");
        EXPECT_EQ(*base::readFile(file), bytes);
    }
    EXPECT_EQ(rows[2].media[3], rows[3].media[3]);
    one.prompts[0].prompt.media = { data::imageInRow("data:image/png;base64,bm8gcGljdHVyZQ==") };
    SampledStep bad;
    addRound(bad, one, *m_encoder, m_settings);
    rows = sampleRows("rl", 1, bad);
    EXPECT_FALSE(keepPictures(rows, bad, folder / "pictures")); // "no picture"
    EXPECT_EQ(rows[0].media[0], "image in the row");
}

TEST_F(Rounds, leaveOutWhatWasCutOffWhenAsked)
{
    SampledStep cut = round({ { "A", "B" }, { "A", "B" } });
    cut.completions[1].finish = rollout::Finish::Length;
    cut.completions[2].finish = cut.completions[3].finish = rollout::Finish::Length;
    SampledStep step;
    addRound(step, cut, *m_encoder, m_settings);
    EXPECT_EQ(updateGroups(step, { 0, 1 }, m_settings).size(), 2U);
    m_settings.overlong = Overlong::Mask;
    const std::vector<batch::Group> groups = updateGroups(step, { 0, 1 }, m_settings);
    ASSERT_EQ(groups.size(), 1U) << "nothing of the second prompt is left";
    EXPECT_EQ(groups[0].completions.size(), 1U);
    EXPECT_EQ(step.scored.completions[1].reward.part("format"), 0.0) << "its end is missing";
}

TEST_F(Rounds, carryTheWeightOfTheirSample)
{
    data::Sample heavy = m_sample;
    heavy.weight = 2.5;
    SampledStep answered = round({ { "A", "B" }, { "B", "A" } });
    answered.prompts[1].sample = &heavy;
    SampledStep step;
    addRound(step, answered, *m_encoder, m_settings);
    const std::vector<batch::Group> groups = updateGroups(step, { 0, 1 }, m_settings);
    ASSERT_EQ(groups.size(), 2U);
    for (const batch::CompletionInput& completion : groups[0].completions)
        EXPECT_EQ(completion.weight, 1.0);
    for (const batch::CompletionInput& completion : groups[1].completions)
        EXPECT_EQ(completion.weight, 2.5);
}

TEST_F(Rounds, loseRewardTowardsTheLimitWhenAsked)
{
    const auto tokens = static_cast<std::int64_t>(written("A").ids.size());
    m_settings.overlong = Overlong::Penalty;
    m_settings.overlongTokens = 4;
    m_settings.overlongWeight = 2;
    // Tokens left below the limit -> share of the penalty.
    for (const auto& [left, share] : std::vector<std::pair<std::int64_t, double>> {
             { 9, 0 }, { 4, 0 }, { 3, 0.25 }, { 1, 0.75 }, { 0, 1 } }) {
        m_settings.longest = tokens + left;
        SampledStep step;
        addRound(step, round({ { "A", "B" } }), *m_encoder, m_settings);
        EXPECT_DOUBLE_EQ(*step.scored.completions[0].reward.part("length"), -share) << left;
        EXPECT_DOUBLE_EQ(step.scored.completions[0].reward.total, 1.5 - 2 * share) << left;
    }
}

TEST_F(Rounds, endAtAStopTextWhereverItsTokensAreCut)
{
    const std::vector<std::int64_t> ids = written("A").ids;
    for (const std::string stop : { "</answer>", "nk>so", ">", "never written" }) {
        const auto finished = stopsAt(m_encoder->tokenizer(), stop);
        std::size_t want = 0; // tokens until the text has it
        while (want < ids.size()
            && m_encoder->decodeCompletion({ ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(want) })
                    .find(stop)
                == std::string::npos)
            ++want;
        std::size_t got = 1;
        while (got < ids.size() && !finished({ ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(got) }))
            ++got;
        EXPECT_EQ(got, want) << stop;
    }
}

} // namespace
} // namespace msrl::stages
