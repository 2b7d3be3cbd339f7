// SPDX-License-Identifier: GPL-3.0-or-later
// What is refused before a run, on a project of one dataset and one stage that learns from it.
#include "core/base/files.h"
#include "core/curriculum/project.h"
#include "core/data/readers.h"
#include "core/text/prompts.h"
#include "engine/model/config.h"
#include "engine/stages/preflight.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace msrl::stages {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kCompletion = "<think>so</think><answer>A</answer>";
constexpr std::int64_t kNewTokens = 32;

class PreflightTest : public testing::Test
{
protected:
    void SetUp() override
    {
        const fs::path data = MSRL_TEST_DATA;
        fs::create_directories(m_folder / "model");
        for (const char* name : { "tokenizer.json", "tokenizer_config.json", "chat_template.jinja" })
            fs::copy_file(data / "tokenizer" / name, m_folder / "model" / name);
        fs::copy_file(data / "model/hf_disk/model.safetensors", m_folder / "model/model.safetensors");
        base::Json config = *base::readJsonFile(data / "model/hf_disk/config.json");
        config["text_config"]["max_position_embeddings"] = 8192; // no prompt is too long for the model
        m_folder.write("model/config.json", config.dump());
        for (const char* id : { "short", "long" })
            m_rows.push_back(
                { { "id", id }, { "task", "text" }, { "context", "A circle." }, { "query", "Which?" },
                    { "a", "red" }, { "b", "blue" }, { "gold", "A" }, { "completion", kCompletion } });
        m_rows[1]["query"] = "Which of these two answers is the better one?";
    }

    // The outcome for a stage of this type that learns from the rows at that port.
    base::Status refusal(const char* type, const char* port, const char* content, base::Json params)
    {
        std::string lines;
        for (const base::Json& row : m_rows)
            lines += row.dump() + "\n";
        m_folder.write("rows.jsonl", lines);
        params["prompts"] = "msrl";
        params["max_new_tokens"] = kNewTokens;
        const base::Json nodes = base::Json::array(
            { { { "id", "base" }, { "type", "model" }, { "params", { { "path", "model" } } } },
                { { "id", "rows" }, { "type", "dataset" },
                    { "params", { { "content", content }, { "path", "rows.jsonl" } } } },
                { { "id", "train" }, { "type", type }, { "params", params } } });
        const base::Json edges = base::Json::array({ { { "from", "base.policy" }, { "to", "train.policy" } },
            { { "from", "rows.samples" }, { "to", std::string("train.") + port } } });
        const base::Json json { { "schema", "msrl-project/1.1" }, { "name", "test" }, { "nodes", nodes },
            { "edges", edges } };
        const auto project = curriculum::parseProject(json.dump(), "test.msrl");
        if (!project)
            return project.error();
        const auto plan = curriculum::makePlan(*project, {});
        if (!plan)
            return plan.error();
        RunSettings settings;
        settings.projectFolder = m_folder.path();
        return preflight(*plan, settings, ArtefactStore(m_folder / "artefacts"));
    }

    base::Status reinforcement(std::int64_t budget)
    {
        return refusal("rl", "preferences", "text-preferences", { { "token_budget", budget } });
    }

    base::Status fineTuning(std::int64_t budget)
    {
        return refusal("sft", "samples", "sft-samples", { { "token_budget", budget } });
    }

    // Tokens of the longest prompt and of the completion that it is taught.
    std::pair<std::int64_t, std::int64_t> longest()
    {
        const auto encoder = SampleEncoder::make(
            m_folder / "model", *model::readConfig(m_folder / "model"), *text::PromptSet::bundled("msrl"));
        EXPECT_TRUE(encoder) << encoder.error().message();
        const auto samples = data::loadSamples(m_folder / "rows.jsonl", {});
        EXPECT_TRUE(samples) << samples.error().message();
        std::int64_t prompt = 0;
        for (const data::Sample& sample : *samples) {
            const auto encoded = encoder->encode(
                sample, text::PromptMode::Visual, { .tokens = 4096 }, SampleEncoder::Pixels::Skip);
            EXPECT_TRUE(encoded) << encoded.error().message();
            prompt = std::max(prompt, static_cast<std::int64_t>(encoded->input.ids.size()));
        }
        return { prompt, static_cast<std::int64_t>(encoder->encodeCompletion(kCompletion, "test")->size()) };
    }

    tests::TemporaryFolder m_folder;
    std::vector<base::Json> m_rows;
};

// An update takes a prompt without its last token and a whole completion: a budget below it would end the run
// at the first step that shows the sample.
TEST_F(PreflightTest, aPromptWithItsLongestCompletionFitsTheTokenBudget)
{
    const base::Status wide = reinforcement(16384);
    ASSERT_TRUE(wide) << wide.error().message();
    const std::int64_t prompt = longest().first;
    EXPECT_TRUE(reinforcement(prompt - 1 + kNewTokens));
    const base::Status narrow = reinforcement(prompt - 2 + kNewTokens);
    ASSERT_FALSE(narrow);
    EXPECT_EQ(narrow.error().code, base::ErrorCode::BadInput);
    EXPECT_THAT(narrow.error().message(), HasSubstr("node train"));
    EXPECT_THAT(narrow.error().message(), HasSubstr("sample long"));
    EXPECT_THAT(narrow.error().message(), HasSubstr("token_budget"));
}

TEST_F(PreflightTest, aTargetFitsTheTokenBudgetByItsOwnLength)
{
    const base::Status wide = fineTuning(16384);
    ASSERT_TRUE(wide) << wide.error().message();
    const auto [prompt, completion] = longest();
    ASSERT_LT(completion, kNewTokens);
    EXPECT_TRUE(fineTuning(prompt - 1 + completion));
    const base::Status narrow = fineTuning(prompt - 2 + completion);
    ASSERT_FALSE(narrow);
    EXPECT_THAT(narrow.error().message(), HasSubstr("sample long"));
}

TEST_F(PreflightTest, aDatasetWithoutSamplesIsRefused)
{
    m_rows.clear();
    const base::Status empty = reinforcement(16384);
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, base::ErrorCode::BadInput);
    EXPECT_THAT(empty.error().message(), HasSubstr("node rows"));
    EXPECT_THAT(empty.error().message(), HasSubstr("holds no samples"));
}

} // namespace
} // namespace msrl::stages
