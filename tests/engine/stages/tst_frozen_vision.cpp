// SPDX-License-Identifier: GPL-3.0-or-later
// Features of a frozen vision tower: whatever a cache holds, has lost or has damaged, they are the bits that
// the tower gives for each medium by itself.
#include "core/base/files.h"
#include "core/text/prompts.h"
#include "engine/model/forward.h"
#include "engine/stages/feature_cache.h"
#include "engine/stages/frozen_vision.h"
#include "recording.h"
#include "tests/engine/parallel/thread_ranks.h"
#include "tests/support/temporary_folder.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>

#include <gmock/gmock.h>

#include <fstream>

namespace msrl::stages {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kData = MSRL_TEST_DATA;

at::Tensor numbers(std::int64_t first)
{
    return at::arange(first, first + 6, at::TensorOptions().dtype(at::kFloat)).view({ 1, 2, 3 });
}

TEST(FeatureCache, keepsInMemoryThenOnDiskAndThenNoMore)
{
    const tests::TemporaryFolder folder;
    const std::uint64_t one = numbers(0).nbytes();
    FeatureCache cache({ folder / "features", one, one, 0 });
    EXPECT_FALSE(cache.find("a").defined());
    for (const auto& [key, first] : { std::pair { "a", 0 }, { "b", 10 }, { "c", 20 } })
        cache.keep(key, numbers(first));
    EXPECT_TRUE(cache.find("a").equal(numbers(0)));
    EXPECT_TRUE(cache.find("b").equal(numbers(10)));
    EXPECT_FALSE(cache.find("c").defined());
    EXPECT_EQ(cache.counts().fromMemory, 1);
    EXPECT_EQ(cache.counts().fromDisk, 1);
    EXPECT_EQ(cache.counts().notKept, 1);
    EXPECT_TRUE(cache.takeFaults().empty());

    FeatureCache afterKill({ folder / "features", 0, one, 0 });
    EXPECT_TRUE(afterKill.find("b").equal(numbers(10)));
    afterKill.keep("d", numbers(30)); // what lies there counts
    EXPECT_FALSE(afterKill.find("d").defined());
}

TEST(FeatureCache, noticesDamageAndRemovesIt)
{
    for (const bool cut : { false, true }) {
        const tests::TemporaryFolder folder;
        FeatureCache cache({ folder.path(), 0, 1 << 20, 0 });
        cache.keep("a", numbers(0));
        const fs::path file = folder / "a.safetensors";
        std::string bytes = *base::readFile(file);
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        std::ofstream(file, std::ios::binary) << (cut ? bytes.substr(0, bytes.size() / 2) : bytes);
        EXPECT_FALSE(cache.find("a").defined());
        const std::vector<std::string> faults = cache.takeFaults();
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_THAT(faults.front(), HasSubstr(file.string()));
        EXPECT_FALSE(fs::exists(file));
        cache.keep("a", numbers(0));
        EXPECT_TRUE(cache.find("a").equal(numbers(0)));
    }
}

TEST(FeatureCache, leavesTheDiskToOthers)
{
    const tests::TemporaryFolder folder;
    FeatureCache greedy({ folder.path(), 0, 1 << 20, std::uint64_t { 1 } << 60 });
    greedy.keep("a", numbers(0));
    EXPECT_EQ(greedy.counts().notKept, 1);
    // A folder that cannot be made ends the use of the disk, and says so once.
    FeatureCache barred({ folder.write("file", "") / "features", 0, 1 << 20, 0 });
    barred.keep("a", numbers(0));
    barred.keep("b", numbers(10));
    EXPECT_EQ(barred.counts().notKept, 2);
    EXPECT_LE(barred.takeFaults().size(), 1U);
}

class FrozenVisionTest : public testing::Test
{
protected:
    void SetUp() override
    {
        at::set_num_threads(1);
        const fs::path model = m_folder / "model";
        fs::create_directories(model);
        for (const char* name : { "config.json", "model.safetensors" })
            fs::copy_file(kData / "model/hf_disk" / name, model / name);
        for (const char* name : { "tokenizer.json", "tokenizer_config.json", "chat_template.jinja" })
            fs::copy_file(kData / "tokenizer" / name, model / name);
        auto policy = model::loadPolicy(model, at::kFloat);
        ASSERT_TRUE(policy) << policy.error().message();
        m_policy = std::make_unique<model::Policy>(*std::move(policy));
        auto encoder = SampleEncoder::make(model, m_policy->config, *text::PromptSet::bundled("msrl"));
        ASSERT_TRUE(encoder) << encoder.error().message();
        m_encoder = std::make_unique<SampleEncoder>(*std::move(encoder));
        m_plan.steps.emplace_back();
        m_plan.steps[0].id = m_plan.steps[0].nodeId = "rl";
        m_plan.steps[0].params = { { "max_prompt_tokens", 4096 }, { "max_tiles", 0 },
            { "max_sample_tiles", 0 }, { "feature_memory", 64 }, { "feature_disk", 64 } };
        m_samples = { sampleOf("1", "a_57x43_RGB.png"), sampleOf("2", "g_112x112_RGBA.png"),
            sampleOf("3", "a_57x43_RGB.png") };
    }

    data::Sample sampleOf(const std::string& id, const std::string& picture) const
    {
        const base::Json row { { "id", id }, { "task", "image_understanding" }, { "query", "Which?" },
            { "media", base::Json::array({ { { "image", picture } } }) }, { "a", "one" }, { "b", "two" } };
        return *data::sampleFromJson(row, "rows.jsonl", kData / "preprocess");
    }

    std::vector<EncodedPrompt> encode(SampleEncoder::Pixels pixels) const
    {
        std::vector<EncodedPrompt> prompts;
        for (const data::Sample& sample : m_samples)
            prompts.push_back(*m_encoder->encode(
                sample, text::PromptMode::Visual, PromptLimits::of(m_plan.steps[0]), pixels));
        return prompts;
    }

    StageContext contextOf(parallel::Communicator& ranks)
    {
        return { m_plan, m_plan.steps[0], "address", m_settings, m_artefacts, m_addresses, m_sink, m_control,
            m_audit, m_row, ranks };
    }

    // The features of every prompt as `vision` gives them.
    std::vector<at::Tensor> see(FrozenVision& vision) const
    {
        std::vector<EncodedPrompt> prompts = encode(SampleEncoder::Pixels::Skip);
        std::vector<EncodedPrompt*> pointers;
        for (EncodedPrompt& prompt : prompts)
            pointers.push_back(&prompt);
        const base::Status seen = vision.attach(*m_encoder, pointers);
        EXPECT_TRUE(seen.ok()) << seen.error().message();
        std::vector<at::Tensor> features;
        for (const EncodedPrompt& prompt : prompts)
            features.push_back(prompt.input.features);
        return features;
    }

    void expectAsComputed(const std::vector<at::Tensor>& features) const
    {
        const at::NoGradGuard noGrad;
        const std::vector<EncodedPrompt> loaded = encode(SampleEncoder::Pixels::Load);
        ASSERT_EQ(features.size(), loaded.size());
        for (std::size_t p = 0; p < loaded.size(); ++p)
            EXPECT_TRUE(features[p].equal(model::imageFeatures(*m_policy, loaded[p].input.pixels))) << p;
    }

    fs::path diskFolder(int rank) const
    {
        return m_artefacts.workFolder("address") / "features" / ("rank-" + std::to_string(rank));
    }

    tests::TemporaryFolder m_folder;
    std::unique_ptr<model::Policy> m_policy;
    std::unique_ptr<SampleEncoder> m_encoder;
    curriculum::Plan m_plan;
    RunSettings m_settings;
    ArtefactStore m_artefacts { m_folder / "artefacts" };
    Addresses m_addresses;
    RecordingSink m_sink;
    QuietControl m_control;
    ListedAudit m_audit;
    store::StageRow m_row;
    parallel::SerialCommunicator m_alone;
    std::vector<data::Sample> m_samples;
};

TEST_F(FrozenVisionTest, givesTheTowersBitsFromMemoryFromDiskAndAnew)
{
    StageContext context = contextOf(m_alone);
    {
        FrozenVision vision(context, *m_policy);
        expectAsComputed(see(vision));
        expectAsComputed(see(vision));
        vision.report();
        EXPECT_EQ(m_sink.events.back().data["computed"], 2) << "the first and the third show one picture";
        EXPECT_EQ(m_sink.events.back().data["memory"], 2);
    }
    m_plan.steps[0].params["feature_memory"] = 0;
    {
        FrozenVision vision(context, *m_policy);
        expectAsComputed(see(vision));
        EXPECT_TRUE(fs::exists(diskFolder(0)));
    }
    FrozenVision resumed(context, *m_policy);
    expectAsComputed(see(resumed));
    resumed.report();
    EXPECT_EQ(m_sink.events.back().data["computed"], 0);
    EXPECT_EQ(m_sink.events.back().data["disk"], 2);
    m_plan.steps[0].params["feature_disk"] = 0;
    fs::remove_all(diskFolder(0));
    FrozenVision without(context, *m_policy);
    expectAsComputed(see(without));
    expectAsComputed(see(without));
    EXPECT_FALSE(fs::exists(diskFolder(0)));
}

TEST_F(FrozenVisionTest, computesAgainWhatIsDamagedAndTellsTheLog)
{
    m_plan.steps[0].params["feature_memory"] = 0;
    StageContext context = contextOf(m_alone);
    FrozenVision vision(context, *m_policy);
    expectAsComputed(see(vision));
    for (const auto& entry : fs::directory_iterator(diskFolder(0)))
        fs::resize_file(entry.path(), fs::file_size(entry.path()) - 1);
    expectAsComputed(see(vision));
    ASSERT_EQ(m_sink.events.size(), 2U);
    EXPECT_EQ(m_sink.events.front().level, store::EventLevel::Warning);
    EXPECT_THAT(m_sink.events.front().text, HasSubstr(diskFolder(0).string()));
    expectAsComputed(see(vision)); // from the repaired files
    EXPECT_EQ(m_sink.events.size(), 2U);
}

TEST_F(FrozenVisionTest, anotherTowerOrAnotherCutIsAnotherMedium)
{
    m_plan.steps[0].params["feature_memory"] = 0;
    StageContext context = contextOf(m_alone);
    {
        FrozenVision vision(context, *m_policy);
        expectAsComputed(see(vision));
    }
    m_policy->parameters.front().value.detach().add_(0.5);
    {
        FrozenVision vision(context, *m_policy);
        expectAsComputed(see(vision));
    }
    m_plan.steps[0].params["max_tiles"] = 2;
    FrozenVision vision(context, *m_policy);
    expectAsComputed(see(vision));
    vision.report();
    EXPECT_EQ(m_sink.events.back().data["disk"], 0);
}

TEST_F(FrozenVisionTest, isTheSameOnSeveralRanks)
{
    m_samples.push_back(sampleOf("4", "c_100x151_RGB.png"));
    for (const int count : { 2, 3 }) {
        test::onRanks(count, [&](parallel::Communicator& ranks) {
            RecordingSink sink;
            store::StageRow row;
            StageContext context { m_plan, m_plan.steps[0], "address", m_settings, m_artefacts, m_addresses,
                sink, m_control, m_audit, row, ranks };
            FrozenVision vision(context, *m_policy);
            for (int step = 0; step < 2; ++step)
                expectAsComputed(see(vision));
        });
    }
}

TEST_F(FrozenVisionTest, anErrorNamesTheSample)
{
    m_samples[1] = sampleOf("2", "g_112x112_RGBA.png");
    StageContext context = contextOf(m_alone);
    FrozenVision vision(context, *m_policy);
    std::vector<EncodedPrompt> prompts = encode(SampleEncoder::Pixels::Skip);
    prompts[1].media.front().file = m_folder.write("broken.png", "no picture");
    const base::Status seen = vision.attach(*m_encoder, { &prompts[0], &prompts[1] });
    ASSERT_FALSE(seen.ok());
    EXPECT_THAT(seen.error().message(), HasSubstr("sample 2"));
    EXPECT_THAT(seen.error().message(), HasSubstr("broken.png"));
}

} // namespace
} // namespace msrl::stages
