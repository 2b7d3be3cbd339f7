// SPDX-License-Identifier: GPL-3.0-or-later
// The same picture as a file or inside the row, and the same frames as a folder or a video file, must become
// the same prompt.
#include "core/base/files.h"
#include "core/base/json.h"
#include "engine/stages/sample_encoder.h"
#include "engine/vision/decode.h"
#include "tests/support/made_video.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace msrl::stages {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kData = MSRL_TEST_DATA;
const fs::path kPictures = kData / "preprocess";
constexpr const char* kPicture = "g_112x112_RGBA.png"; // 2 x 2 tiles of 56 and the thumbnail at most

std::string base64(const std::string& bytes)
{
    constexpr const char* kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
        };
        const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * k) & 63];
    }
    return out;
}

class Encoder : public testing::Test
{
protected:
    void SetUp() override
    {
        const fs::path model = m_folder / "model";
        fs::create_directories(model);
        fs::copy_file(kData / "model/hf_disk/config.json", model / "config.json");
        for (const char* name : { "tokenizer.json", "tokenizer_config.json", "chat_template.jinja" })
            fs::copy_file(kData / "tokenizer" / name, model / name);
        auto prompts = text::PromptSet::bundled("msrl");
        ASSERT_TRUE(prompts) << prompts.error().message();
        auto config = model::readConfig(model);
        ASSERT_TRUE(config) << config.error().message();
        auto encoder = SampleEncoder::make(model, *config, *std::move(prompts));
        ASSERT_TRUE(encoder) << encoder.error().message();
        m_encoder = std::make_unique<SampleEncoder>(*std::move(encoder));
    }

    data::Sample sampleOf(const char* task, const base::Json& media) const
    {
        const base::Json row { { "id", "7" }, { "task", task }, { "query", "Which?" },
            { "media", base::Json::array({ media }) }, { "a", "one" }, { "b", "two" } };
        auto sample = data::sampleFromJson(row, "rows.jsonl:1", m_folder.path());
        EXPECT_TRUE(sample) << sample.error().message();
        return *std::move(sample);
    }
    base::Result<EncodedPrompt> encode(const data::Sample& sample, const PromptLimits& limits) const
    {
        return m_encoder->encode(sample, text::PromptMode::Visual, limits, SampleEncoder::Pixels::Load);
    }
    void expectSame(const data::Sample& one, const data::Sample& other, std::int64_t tiles) const
    {
        const auto first = encode(one, { 4096 });
        const auto second = encode(other, { 4096 });
        ASSERT_TRUE(first) << first.error().message();
        ASSERT_TRUE(second) << second.error().message();
        EXPECT_EQ(first->input.ids, second->input.ids);
        EXPECT_EQ(first->input.pixels.size(0), tiles);
        EXPECT_TRUE(first->input.pixels.equal(second->input.pixels));
    }

    tests::TemporaryFolder m_folder;
    std::unique_ptr<SampleEncoder> m_encoder;
};

TEST_F(Encoder, aPictureInTheRowIsThatOfTheFile)
{
    fs::copy_file(kPictures / kPicture, m_folder / "a.png");
    const std::string bytes = *base::readFile(kPictures / kPicture);
    const data::Sample inside
        = sampleOf("image_understanding", { { "image", "data:image/png;base64," + base64(bytes) } });
    expectSame(sampleOf("image_understanding", { { "image", "a.png" } }), inside, 5);
    EXPECT_EQ(data::sampleToJson(inside)["media"][0]["image"], "data:image/png;base64," + base64(bytes));
    // What is known of one picture in a row is not taken for another's.
    const std::string other = *base::readFile(kPictures / "a_57x43_RGB.png");
    const data::Sample another
        = sampleOf("image_understanding", { { "image", "data:image/png;base64," + base64(other) } });
    const auto known = m_encoder->pixelsHash(inside.media[0], { 4096 });
    ASSERT_TRUE(known);
    EXPECT_EQ(*known, *m_encoder->pixelsHash(inside.media[0], { 4096 }));
    EXPECT_NE(*known, *m_encoder->pixelsHash(another.media[0], { 4096 }));
    // A damaged one is named without its bytes.
    const data::Sample cut = sampleOf(
        "image_understanding", { { "image", "data:image/png;base64," + base64(bytes.substr(0, 999)) } });
    const auto refused = encode(cut, { 4096 });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::BadInput);
    EXPECT_THAT(refused.error().message(), HasSubstr("image in the row"));
    EXPECT_LT(refused.error().message().size(), 200U);
}

TEST_F(Encoder, aVideoFileIsItsFolderOfFrames)
{
    fs::create_directories(m_folder / "clip");
    std::vector<vision::Image> frames;
    for (const char* name : { "a_57x43_RGB.png", "a_57x43_RGB.png", "a_57x43_RGB.png" }) {
        const std::string copy = "clip/" + std::to_string(frames.size()) + ".png";
        fs::copy_file(kPictures / name, m_folder / copy);
        frames.push_back(*vision::readImage(m_folder / copy));
    }
    std::ofstream(m_folder / "clip.avi", std::ios::binary) << tests::madeAvi(frames, 2);
    const base::Json file { { "video", "clip.avi" }, { "frames", 3 }, { "frame_rule", "hf" } };
    expectSame(
        sampleOf("video_understanding", { { "video", "clip" } }), sampleOf("video_understanding", file), 3);
    const auto prompt = encode(sampleOf("video_understanding", file), { 4096 });
    EXPECT_THAT(prompt->text, HasSubstr("Frame1: <img>"));
    EXPECT_THAT(prompt->text, HasSubstr("\nFrame3: <img>"));
}

TEST_F(Encoder, limitsOnTilesHold)
{
    fs::copy_file(kPictures / kPicture, m_folder / "a.png");
    const data::Sample sample = sampleOf("image_understanding", { { "image", "a.png" } });
    const auto fewer = encode(sample, { .tokens = 4096, .tilesPerImage = 2 });
    ASSERT_TRUE(fewer) << fewer.error().message();
    EXPECT_LE(fewer->input.pixels.size(0), 3);
    EXPECT_TRUE(encode(sample, { .tokens = 4096, .tilesPerSample = 5 }));
    const auto refused = encode(sample, { .tokens = 4096, .tilesPerSample = 4 });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::BadInput);
    EXPECT_THAT(refused.error().message(), HasSubstr("rows.jsonl:1, sample 7"));
    EXPECT_THAT(refused.error().message(), HasSubstr("5 tiles, the limit is 4"));
}

TEST_F(Encoder, theTokenizerMustHaveTheModelsImageTokens)
{
    const fs::path model = m_folder / "model";
    const auto refusal = [&] {
        auto config = model::readConfig(model);
        EXPECT_TRUE(config) << config.error().message();
        const auto encoder = SampleEncoder::make(model, *config, *text::PromptSet::bundled("msrl"));
        return encoder ? std::string("was made") : encoder.error().message();
    };
    EXPECT_EQ(refusal(), "was made");
    base::Json config = *base::parseJson(*base::readFile(model / "config.json"), "config.json");
    config["image_token_id"] = 880;
    std::ofstream(model / "config.json") << config.dump();
    EXPECT_THAT(
        refusal(), testing::AllOf(HasSubstr("884"), HasSubstr("880"), HasSubstr("not of the same model")));
    fs::remove(model / "tokenizer_config.json"); // it names the same tokens
    for (const char* name : { "<img>", "</img>", "<IMG_CONTEXT>" }) {
        base::Json tokenizer
            = *base::parseJson(*base::readFile(kData / "tokenizer/tokenizer.json"), "tokenizer.json");
        base::Json kept = base::Json::array();
        for (const base::Json& token : tokenizer["added_tokens"]) {
            if (token["content"] != name)
                kept.push_back(token);
        }
        tokenizer["added_tokens"] = kept;
        std::ofstream(model / "tokenizer.json") << tokenizer.dump();
        EXPECT_THAT(refusal(), HasSubstr("no " + std::string(name)));
    }
}

} // namespace
} // namespace msrl::stages
