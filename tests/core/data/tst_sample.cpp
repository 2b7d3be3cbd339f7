// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/inspection.h"
#include "core/data/sample.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace msrl::data {
namespace {

using tests::TemporaryFolder;

using base::Json;
using testing::HasSubstr;

base::Result<Sample> read(const std::string& text)
{
    return sampleFromJson(Json::parse(text), "train.jsonl:12", "/media");
}

std::string refusal(const std::string& text)
{
    const auto sample = read(text);
    EXPECT_FALSE(sample.ok()) << text;
    return sample.ok() ? "" : sample.error().message();
}

const std::string kText
    = R"({"id":"t","task":"text","context":"Ann black hat.","query":"What?","a":"hat","b":"box","gold":"A"})";
const std::string kImage
    = R"({"id":"i","task":"image_understanding","query":"Color?","media":[{"image":"x/1.png"}],"a":"red","b":"blue","caption":"NW red circle.","gold":"B","source":"s","weight":2.0})";
const std::string kVideo
    = R"({"id":"v","task":"video_generation","query":"red moves","media_a":{"video":"f/1"},"media_b":{"video":"f/2"},"caption_a":"one","caption_b":"two"})";

const std::string kClip
    = R"({"id":"c","task":"video_understanding","query":"q","media":[{"video":"c.mp4","frames":4,"frame_rule":"hf"}],"a":"x","b":"y"})";
const std::string kInRow
    = R"({"id":"r","task":"image_understanding","query":"q","media":[{"image":"data:image/png;base64,Zm9vYg=="}],"a":"x","b":"y"})";

TEST(Inspection, isReadBackFromItsJson)
{
    std::vector<Sample> samples { *read(kText), *read(kImage), *read(kText) };
    samples[2].gold = Side::B; // contradicts the first
    const Inspection counts = inspect(samples);
    ASSERT_EQ(counts.contradictions(), 1);
    ASSERT_EQ(counts.missingMedia.size(), 1U);
    const auto again = inspectionFromJson(counts.toJson(), "engine");
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->toJson(), counts.toJson());
    Json damaged = counts.toJson();
    damaged["gold"]["A"] = "many";
    EXPECT_FALSE(inspectionFromJson(damaged, "engine"));
    EXPECT_FALSE(inspectionFromJson(Json::array(), "engine"));
}

TEST(Sample, rowsComeBackUnchanged)
{
    for (const std::string& text : { kText, kImage, kVideo, kClip, kInRow }) {
        const auto sample = read(text);
        ASSERT_TRUE(sample.ok()) << sample.error().message();
        EXPECT_EQ(sampleToJson(*sample), Json::parse(text));
    }
}

TEST(Sample, mediaAreJoinedToTheRoot)
{
    const auto sample = read(kVideo);
    ASSERT_TRUE(sample.ok());
    ASSERT_EQ(sample->allMedia().size(), 2u);
    EXPECT_EQ(sample->allMedia()[1].file, "/media/f/2");
    EXPECT_EQ(sample->gold, std::nullopt);
    EXPECT_EQ(sample->where(), "train.jsonl:12, sample v");
}

TEST(Sample, faultsNameRowAndField)
{
    const auto with = [](const std::string& text, const char* key, const Json& value) {
        Json row = Json::parse(text);
        if (value.is_discarded())
            row.erase(key);
        else
            row[key] = value;
        return row.dump();
    };
    const Json gone(Json::value_t::discarded);
    const auto withMedia = [&](const Json& media) { return with(kClip, "media", Json::array({ media })); };
    struct Case
    {
        std::string row;
        const char* field;
        const char* what;
    };
    const Case cases[] = {
        { with(kText, "gold", "C"), "field gold", "is \"C\", expected \"A\" or \"B\"" },
        { with(kText, "gold", 1), "field gold", "expected \"A\" or \"B\"" },
        { with(kText, "gold", "a"), "field gold", "expected \"A\" or \"B\"" },
        { with(kText, "task", "audio"), "field task", "is 'audio'" },
        { with(kText, "id", gone), "field id", "is missing" },
        { with(kText, "id", ""), "field id", "is empty" },
        { with(kText, "b", gone), "field b", "is missing" },
        { with(kText, "colour", "red"), "field colour", "not a known field" },
        { with(kText, "weight", -1), "field weight", "is -1" },
        { with(kText, "media", Json::array({ { { "image", "x.png" } } })), "field media", "text task" },
        { with(kText, "media_a", Json { { "image", "x.png" } }), "field media_a", "not a known field" },
        { with(kImage, "media", Json::array({ { { "picture", "x.png" } } })), "field media", "either" },
        { with(kImage, "media", Json::array({ { { "image", " " } } })), "field media, field image",
            "is blank" },
        { with(kImage, "media", Json::array({ { { "video", "f" } } })), "field media", "holds no image" },
        { with(kVideo, "caption_b", gone), "field caption_b", "is missing" },
        { with(kVideo, "media_b", Json { { "image", "x.png" } }), "field media_b", "must be a video" },
        { withMedia({ { "video", "c" }, { "frames", 0 } }), "field frames", "is 0" },
        { withMedia({ { "video", "c" }, { "frame_rule", "hf" } }), "field frame_rule", "without" },
        { withMedia({ { "video", "c" }, { "frames", 2 }, { "frame_rule", "last" } }), "field frame_rule",
            "is 'last'" },
        { withMedia({ { "image", "c.png" }, { "frames", 2 } }), "field frames", "not a known field" },
        { withMedia({ { "image", "data:image/png;base64,Zm9" } }), "field media", "no valid base64" },
        { withMedia({ { "image", "data:image/gif;base64,Zm9v" } }), "field media", "not a data URI" },
        { withMedia({ { "video", "data:video/mp4;base64,Zm9v" } }), "field video", "data URI" },
        { "[1]", "train.jsonl:12", "expected a JSON object" },
    };
    for (const Case& c : cases) {
        const std::string message = refusal(c.row);
        EXPECT_THAT(message, HasSubstr("train.jsonl:12"));
        EXPECT_THAT(message, HasSubstr(c.field));
        EXPECT_THAT(message, HasSubstr(c.what));
    }
}

TEST(Sample, framesAndInRowImagesAreKept)
{
    const Media clip = read(kClip)->media[0];
    EXPECT_EQ(clip.frames, 4);
    EXPECT_EQ(clip.frameRule, FrameRule::HuggingFace);
    EXPECT_EQ(clip.name(), "c.mp4");
    const Media inside = read(kInRow)->media[0];
    EXPECT_TRUE(inside.inRow());
    EXPECT_TRUE(inside.file.empty());
    EXPECT_EQ(*inRowBytes(inside), "foob");
    EXPECT_EQ(inside.path, "data:image/png;base64,") << "no second copy of the picture";
    EXPECT_EQ(swapped(*read(kInRow)).media[0], inside);
    const Sample sample = *read(kInRow);
    EXPECT_EQ(swapped(sample).media[0].bytes, sample.media[0].bytes) << "shared";
    EXPECT_NE(imageInRow("data:image/png;base64,Zm9vYg=="), imageInRow("data:image/png;base64,Zm9v"));
    EXPECT_EQ(sampleToJson(sample)["media"][0]["image"], "data:image/png;base64,Zm9vYg==");
    EXPECT_EQ(inside.name(), "image in the row");
    EXPECT_TRUE(mediaFiles(inside)->empty());
    EXPECT_TRUE(checkMedia(*read(kInRow)).ok());
}

TEST(Sample, captionsMayStandForMedia)
{
    EXPECT_TRUE(
        read(R"({"id":"1","task":"image_understanding","query":"q","a":"x","b":"y","caption":"c"})").ok());
    EXPECT_FALSE(read(R"({"id":"1","task":"image_understanding","query":"q","a":"x","b":"y"})").ok());
    EXPECT_FALSE(read(R"({"id":"1","task":"image_generation","query":"q"})").ok());
}

TEST(Sample, swappingTwiceChangesNothing)
{
    for (const std::string& text : { kText, kImage, kVideo }) {
        const Sample sample = *read(text);
        EXPECT_NE(sampleToJson(swapped(sample)), sampleToJson(sample));
        EXPECT_EQ(sampleToJson(swapped(swapped(sample))), sampleToJson(sample));
    }
    const Sample text = swapped(*read(kText));
    EXPECT_EQ(text.responseA, "box");
    EXPECT_EQ(text.gold, Side::B);
    EXPECT_EQ(swapped(*read(kVideo)).captionA, "two");
}

TEST(Sample, framesComeByName)
{
    const TemporaryFolder folder;
    for (const char* name : { "2.png", "10.JPG", "1.jpeg", "notes.txt" })
        folder.write(std::string("clip/") + name, "x");
    const auto files = mediaFiles({ Media::Kind::Video, "clip", folder.path() / "clip" });
    ASSERT_TRUE(files.ok());
    std::vector<std::string> names;
    for (const auto& file : *files)
        names.push_back(file.filename().string());
    EXPECT_EQ(names, (std::vector<std::string> { "1.jpeg", "10.JPG", "2.png" }));
}

TEST(Sample, missingMediaAreNamedWithTheirRow)
{
    const TemporaryFolder folder;
    folder.write("empty/notes.txt", "x");
    auto sample = sampleFromJson(Json::parse(kImage), "train.jsonl:12", folder.path());
    ASSERT_TRUE(sample.ok());
    const auto missing = checkMedia(*sample);
    ASSERT_FALSE(missing.ok());
    EXPECT_THAT(missing.error().message(), HasSubstr("train.jsonl:12, sample i"));
    EXPECT_THAT(missing.error().message(), HasSubstr("x/1.png"));
    folder.write("x/1.png", "x");
    EXPECT_TRUE(checkMedia(*sample).ok());
    EXPECT_FALSE(isFrameFolder({ Media::Kind::Video, "a.mp4", folder.write("a.mp4", "x") }));
    EXPECT_EQ(mediaFiles({ Media::Kind::Video, "a.mp4", folder.path() / "a.mp4" })->size(), 1U);
    EXPECT_FALSE(mediaFiles({ Media::Kind::Video, "empty", folder.path() / "empty" }).ok());
    EXPECT_FALSE(mediaFiles({ Media::Kind::Video, "gone", folder.path() / "gone" }).ok());
}

TEST(Media, aVideoMayBeAListOfFrames)
{
    const TemporaryFolder folder;
    folder.write("f/1.png", "one");
    folder.write("f/0.png", "zero");
    const std::string start
        = R"({"id":"v","task":"video_understanding","query":"q","a":"x","b":"y","media":[{"video":)";
    const auto read = [&](const std::string& video) {
        return sampleFromJson(*base::parseJson(start + video + "}]}", "row"), "rows.jsonl:1", folder.path());
    };
    const auto sample = read(R"(["f/1.png","f/0.png"])");
    ASSERT_TRUE(sample) << sample.error().message();
    const auto files = mediaFiles(sample->media.at(0));
    ASSERT_TRUE(files) << files.error().message();
    // In the order of the row, not of the names.
    EXPECT_EQ(*files, (std::vector { folder.path() / "f/1.png", folder.path() / "f/0.png" }));
    EXPECT_EQ(sampleFromJson(sampleToJson(*sample), "again", folder.path())->media, sample->media);
    EXPECT_NE(sample->media[0].key(), read(R"(["f/0.png","f/1.png"])")->media[0].key());
    EXPECT_THAT(mediaFiles(read(R"(["f/0.png","f/2.png"])")->media[0]).error().message(),
        testing::HasSubstr("f/2.png"));
    EXPECT_THAT(read("[]").error().message(), testing::HasSubstr("no frames"));
    EXPECT_THAT(read("[7]").error().message(), testing::HasSubstr("frame 0"));
}

} // namespace
} // namespace msrl::data
