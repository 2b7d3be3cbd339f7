// SPDX-License-Identifier: GPL-3.0-or-later
// Each reader on a small file in the form in which the data set is published, and what it refuses.
#include "core/base/files.h"
#include "core/data/pair_text.h"
#include "core/data/readers.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace msrl::data {
namespace {

using tests::TemporaryFolder;

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const fs::path kFolder = fs::path(MSRL_TEST_DATA) / "readers";

std::vector<Sample> read(const std::string& file, const std::string& format = {})
{
    auto samples = loadSamples(kFolder / file, { .format = format, .mediaRoot = "/m" });
    EXPECT_TRUE(samples) << samples.error().message();
    // What was read is a row of our own format too.
    for (const Sample& sample : samples ? *samples : std::vector<Sample>()) {
        const auto again = sampleFromJson(sampleToJson(sample), sample.place, "/m");
        EXPECT_TRUE(again) << again.error().message();
        if (again) {
            EXPECT_EQ(again->allMedia(), sample.allMedia()) << sample.where();
        }
    }
    return samples ? *samples : std::vector<Sample>();
}

// The message for the file with `from` replaced by `to`, which must occur.
std::string refusal(
    const std::string& file, const std::string& format, const std::string& from, const std::string& to)
{
    const TemporaryFolder folder;
    std::string text = *base::readFile(kFolder / file);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    const auto samples = loadSamples(
        folder.write(file, text.replace(at, from.size(), to)), { .format = format, .mediaRoot = "/m" });
    return samples ? "accepted" : samples.error().message();
}

void expectTexts(const Sample& sample, TaskType task, const std::string& query, const std::string& a,
    const std::string& b, std::optional<Side> gold)
{
    EXPECT_EQ(sample.task, task) << sample.where();
    EXPECT_EQ(sample.query, query);
    EXPECT_EQ(sample.responseA, a);
    EXPECT_EQ(sample.responseB, b);
    EXPECT_EQ(sample.gold, gold) << sample.where();
}

TEST(Gram, takesQuestionAndResponsesOutOfThePrompt)
{
    const auto samples = read("rationale_free_data_sample.json");
    ASSERT_EQ(samples.size(), 2U);
    expectTexts(samples[0], TaskType::Text, "Ten words to say sorry for being late.",
        "Sorry.\nThe train stood still.", "No idea.", Side::A);
    expectTexts(samples[1], TaskType::Text, "2+2?", "5", "4 [sic]", Side::B);
    const auto broken = [](const char* from, const char* to) {
        return refusal("rationale_free_data_sample.json", "", from, to);
    };
    EXPECT_THAT(broken("\"output\": \"A\"", "\"output\": \"C\""),
        AllOf(HasSubstr("json[0]"), HasSubstr("field output")));
    EXPECT_THAT(
        broken("\"output\": \"A\"", "\"outpt\": \"A\""), AllOf(HasSubstr("json[0]"), HasSubstr("output")));
    EXPECT_THAT(broken("[User Question]", "[Question of User]"),
        AllOf(HasSubstr("json[0], field instruction"), HasSubstr("layout")));
    EXPECT_THAT(
        broken("No idea.", ""), AllOf(HasSubstr("field instruction"), HasSubstr("candidate B is empty")));
    EXPECT_THAT(broken("\\n<answer>\\nB\\n</answer>\"", "\\n<answer>\\nneither\\n</answer>\""),
        AllOf(HasSubstr("json[1]"), HasSubstr("field output")));
}

TEST(Swift, readsMessagesMediaAndLabels)
{
    const auto samples = read("swift.jsonl", "ms-swift");
    ASSERT_EQ(samples.size(), 4U);
    expectTexts(samples[0], TaskType::Text, "Name a prime.", "9", "7", Side::B);
    expectTexts(samples[1], TaskType::ImageUnderstanding, "What is it?", "a dog", "a cat", Side::A);
    EXPECT_EQ(samples[1].media.at(0).file, fs::path("/m/i/0.png"));
    expectTexts(samples[2], TaskType::ImageGeneration, "a red cross", "", "", Side::A);
    EXPECT_EQ(samples[2].mediaB->path, "i/2.png");
    EXPECT_EQ(samples[2].completion, "<think>A is red.</think><answer>A</answer>");
    EXPECT_EQ(samples[2].source, "generated");
    expectTexts(samples[3], TaskType::VideoUnderstanding, "What moves?", "the ball", "the box", Side::A);
    EXPECT_EQ(samples[3].id, "v");
    const auto broken
        = [](const char* from, const char* to) { return refusal("swift.jsonl", "ms-swift", from, to); };
    EXPECT_THAT(broken("\"solution\": \"B\"", "\"solution\": \"b\""),
        AllOf(HasSubstr("jsonl:1"), HasSubstr("field solution")));
    EXPECT_THAT(broken("\"role\": \"system\"", "\"role\": \"robot\""),
        AllOf(HasSubstr("jsonl:1"), HasSubstr("field messages")));
    EXPECT_THAT(broken("image_understanding", "image_generation"),
        AllOf(HasSubstr("jsonl:2"), HasSubstr("field task_type")));
    EXPECT_THAT(broken("[\"i/0.png\"]", "[7]"), AllOf(HasSubstr("jsonl:2"), HasSubstr("field images")));
    EXPECT_THAT(broken("[\"i/0.png\"]", "[\" \"]"), AllOf(HasSubstr("jsonl:2"), HasSubstr("field images")));
    EXPECT_THAT(broken("[\"v/0.mp4\"]", "[\"\"]"), AllOf(HasSubstr("jsonl:4"), HasSubstr("field videos")));
    EXPECT_THAT(broken("Image:\\n<image>", "Image:\\n<image><image>"),
        AllOf(HasSubstr("jsonl:2, field messages"), HasSubstr("2 marks <image> for 1")));
    EXPECT_THAT(broken(", \"i/2.png\"]", "]"),
        AllOf(HasSubstr("jsonl:3, field messages"), HasSubstr("2 marks <image> for 1")));
    EXPECT_EQ(broken("Name a prime.", "What does <video> do in HTML?"), "accepted"); // a word, no medium
    EXPECT_THAT(
        broken("\"chosen\": \"A\"", "\"chosen\": \"A\", \"label\": \"B\""), HasSubstr("another label"));
    EXPECT_THAT(
        broken("Answer B:", "Other:"), AllOf(HasSubstr("jsonl:1, field messages"), HasSubstr("layout")));
}

TEST(LlavaCritic, readsTheThreeFormsOfVerdict)
{
    const auto samples = read("llava_critic_pairs.jsonl", "llava-critic");
    ASSERT_EQ(samples.size(), 4U);
    expectTexts(samples[0], TaskType::ImageUnderstanding, "What is it?", "A dog [brown].", "A cat.", Side::A);
    expectTexts(samples[1], TaskType::ImageUnderstanding, "How many?", "Two.", "Three.", Side::B);
    expectTexts(samples[2], TaskType::ImageUnderstanding, "What colour?", "Red.", "Blue.", Side::A);
    expectTexts(samples[3], TaskType::ImageUnderstanding, "Which?", "This.", "That.", std::nullopt);
    EXPECT_EQ(samples[0].id, "c1");
    EXPECT_EQ(samples[0].source, "vlfeedback");
    const auto broken = [](const char* from, const char* to) {
        return refusal("llava_critic_pairs.jsonl", "llava-critic", from, to);
    };
    EXPECT_THAT(
        broken("[first]", "[neither]"), AllOf(HasSubstr("jsonl:1"), HasSubstr("field conversations")));
    EXPECT_THAT(broken("8 6", "Final Score: 80"), AllOf(HasSubstr("jsonl:3"), HasSubstr("verdict")));
    EXPECT_THAT(broken("8 6", "nan 6"), AllOf(HasSubstr("jsonl:3"), HasSubstr("verdict")));
    EXPECT_THAT(broken("\"image\": \"i/1.png\"", "\"image\": \"\""), HasSubstr("jsonl:2, field image"));
    EXPECT_THAT(broken("\"image\": \"i/1.png\"", "\"picture\": \"i/1.png\""),
        AllOf(HasSubstr("jsonl:2"), HasSubstr("image")));
    EXPECT_THAT(
        broken("\"from\": \"gpt\"", "\"from\": \"human\""), AllOf(HasSubstr("jsonl:1"), HasSubstr("turn 1")));
    EXPECT_THAT(broken("The second response: [", "The LMM response: ["),
        AllOf(HasSubstr("jsonl:1"), HasSubstr("layout")));
}

TEST(UnifiedReward, theVerdictSaysWhatIsJudged)
{
    const auto samples = read("unifiedreward.json", "unifiedreward");
    ASSERT_EQ(samples.size(), 5U);
    expectTexts(samples[0], TaskType::ImageGeneration, "a red cross", "", "", Side::B);
    EXPECT_EQ(samples[0].mediaA->path, "g/0_a.png");
    expectTexts(samples[1], TaskType::VideoGeneration, "a ball [red] rolls", "", "", Side::A);
    EXPECT_EQ(samples[1].mediaA->frameFiles, (std::vector<std::string> { "f/a0.png", "f/a1.png" }));
    EXPECT_EQ(samples[1].mediaB->frameFiles, (std::vector<std::string> { "f/b0.png", "f/b1.png" }));
    expectTexts(samples[2], TaskType::ImageUnderstanding, "What is it?", "a dog", "a cat", Side::A);
    expectTexts(samples[3], TaskType::VideoUnderstanding, "What happens?", "it rolls", "it stays", Side::B);
    EXPECT_EQ(samples[3].media.at(0).frameFiles.size(), 2U);
    expectTexts(samples[4], TaskType::ImageGeneration, "a cat", "", "", std::nullopt);
    const auto broken = [](const char* from, const char* to) {
        return refusal("unifiedreward.json", "unifiedreward", from, to);
    };
    EXPECT_THAT(broken("\"Image 2 is better\"", "\"Image 3 is better\""),
        AllOf(HasSubstr("json[0]"), HasSubstr("field solution")));
    EXPECT_THAT(broken("\"g/0_b.png\"", "\"g/0_b.png\", \"x.png\""),
        AllOf(HasSubstr("json[0]"), HasSubstr("field images")));
    EXPECT_THAT(broken("\"f/b0.png\",", ""), AllOf(HasSubstr("json[1]"), HasSubstr("3 frames")));
    EXPECT_THAT(broken("Answer 1 is better\"", "Image 1 is better\""), HasSubstr("json[2], field "));
    EXPECT_THAT(broken("\"g/0_b.png\"", "\"\""), HasSubstr("json[0], field images"));
    EXPECT_THAT(broken("\"it stays\"", "7"), AllOf(HasSubstr("json[3]"), HasSubstr("field responses")));
}

TEST(Rapidata, sumsTheWeightedResults)
{
    const auto videos = read("rapidata_t2v.csv");
    ASSERT_EQ(videos.size(), 3U);
    expectTexts(videos[0], TaskType::VideoGeneration, "A cat, asleep", "", "", Side::A);
    expectTexts(videos[1], TaskType::VideoGeneration, "A dog", "", "", Side::B);
    expectTexts(videos[2], TaskType::VideoGeneration, "A tie", "", "", std::nullopt);
    EXPECT_EQ(videos[0].mediaA->file, fs::path("/m/v/0"));
    const auto images = read("rapidata_t2i.jsonl", "rapidata");
    ASSERT_EQ(images.size(), 1U);
    expectTexts(images[0], TaskType::ImageGeneration, "a red cross", "", "", Side::B);
    EXPECT_EQ(images[0].mediaA->path, "g/0_a.png");
    const auto broken
        = [](const char* from, const char* to) { return refusal("rapidata_t2v.csv", "", from, to); };
    EXPECT_THAT(
        broken("0.25", "many"), AllOf(HasSubstr("csv:3"), HasSubstr("column weighted_results1_Preference")));
    EXPECT_THAT(broken("file_name2", "file_name_2"), AllOf(HasSubstr("csv:2"), HasSubstr("'file_name2'")));
    EXPECT_THAT(broken("weighted_results2_Coherence", "other"), HasSubstr("weighted_results2_Coherence"));
    EXPECT_THAT(
        broken("v/3.mp4", "v/3.png"), AllOf(HasSubstr("csv:3, column "), HasSubstr("not of one kind")));
    EXPECT_THAT(broken("v/3.mp4", " "), HasSubstr("csv:3, column file_name"));
    EXPECT_THAT(broken("A tie", ""), AllOf(HasSubstr("csv:4"), HasSubstr("column prompt")));
}

TEST(ShareGptVideo, theChosenResponseStandsFirst)
{
    const auto samples = read("sft_dpo_pairs.jsonl", "sharegptvideo");
    ASSERT_EQ(samples.size(), 2U);
    expectTexts(
        samples[0], TaskType::VideoUnderstanding, "What moves?", "The ball rolls.", "Nothing.", Side::A);
    EXPECT_EQ(samples[0].media.at(0).file, fs::path("/m/v/0"));
    EXPECT_EQ(samples[1].media.at(0).frameFiles.size(), 2U);
    const auto broken = [](const char* from, const char* to) {
        return refusal("sft_dpo_pairs.jsonl", "sharegptvideo", from, to);
    };
    EXPECT_THAT(broken("\"rejected\": \"Blue.\"", "\"refused\": \"Blue.\""),
        AllOf(HasSubstr("jsonl:2"), HasSubstr("rejected")));
    EXPECT_THAT(
        broken("\"video\": \"v/0\"", "\"video\": 7"), AllOf(HasSubstr("jsonl:1"), HasSubstr("field video")));
    EXPECT_THAT(broken("\"video\": \"v/0\"", "\"video\": \" \""), HasSubstr("jsonl:1, field video"));
    EXPECT_THAT(broken("<video>\\nWhat moves?", "<video>\\n"),
        AllOf(HasSubstr("jsonl:1"), HasSubstr("field prompt")));
}

TEST(PairText, marksInsideAResponseDoNotCutIt)
{
    const auto parts = readPairText(
        "Write [User Question] as is.\n[User Question]\nq\n"
        "[The Start of Assistant A's Response]\nsee [1]\n[The End of Assistant A's Response]\n"
        "[The Start of Assistant B's Response]\n[The End of Assistant B's Response] is a mark\n"
        "[The End of Assistant B's Response]",
        "here");
    ASSERT_TRUE(parts) << parts.error().message();
    EXPECT_EQ(parts->query, "q");
    EXPECT_EQ(parts->responseA, "see [1]");
    EXPECT_EQ(parts->responseB, "[The End of Assistant B's Response] is a mark");
}

} // namespace
} // namespace msrl::data
