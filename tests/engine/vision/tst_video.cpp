// SPDX-License-Identifier: GPL-3.0-or-later
// Video files whose pixels are known: uncompressed ones to the bit, compressed ones nearly and in order.
#include "core/base/files.h"
#include "engine/vision/media.h"
#include "tests/engine/vision/encoded_video.h"
#include "tests/support/made_video.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>
#include <tuple>

namespace msrl::vision {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Indices = std::vector<std::int64_t>;

// Different in every pixel and from every other number.
Image pictureOf(int number, std::int64_t width = 10, std::int64_t height = 7)
{
    Image image { width, height, {} };
    for (std::int64_t i = 0; i < 3 * width * height; ++i)
        image.rgb.push_back(static_cast<std::uint8_t>((i * 7 + number * 29) % 256));
    return image;
}

std::vector<Image> picturesUpTo(int count)
{
    std::vector<Image> out;
    for (int i = 0; i < count; ++i)
        out.push_back(pictureOf(i));
    return out;
}

// Luma of limited range as RGB shows it.
double shownAs(int luma)
{
    return std::clamp((luma - 16) * 255.0 / 219.0, 0.0, 255.0);
}

class Video : public testing::Test
{
protected:
    fs::path write(const std::string& name, const std::string& bytes) const
    {
        std::ofstream(m_folder / name, std::ios::binary) << bytes;
        return m_folder / name;
    }
    std::string refusal(const fs::path& path, const FrameRequest& request = {}) const
    {
        const auto video = readVideo(path, request);
        if (video)
            return "was read";
        EXPECT_EQ(video.error().code, base::ErrorCode::BadInput);
        const std::string message = video.error().message();
        EXPECT_THAT(message, HasSubstr(path.filename().string()));
        EXPECT_EQ(message.find('\n'), std::string::npos);
        return message;
    }

    tests::TemporaryFolder m_folder;
};

TEST_F(Video, framesAreThoseThatWereWritten)
{
    const fs::path path = write("raw.avi", tests::madeAvi(picturesUpTo(9), 5));
    const auto video = readVideo(path, { .numSegments = 4 });
    ASSERT_TRUE(video) << video.error().message();
    EXPECT_EQ(video->totalFrames, 9);
    EXPECT_EQ(video->fps, 5);
    EXPECT_EQ(video->indices, (Indices { 1, 3, 5, 7 })); // segments of 2: 1 + 0, 2, 4, 6
    ASSERT_EQ(video->images.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(video->images[i], pictureOf(static_cast<int>(video->indices[i]))) << i;
    const auto hf = readVideo(path, { .rule = data::FrameRule::HuggingFace, .numSegments = 9 });
    ASSERT_TRUE(hf);
    EXPECT_EQ(hf->images, picturesUpTo(9));
    const auto part = readVideo(path, { .numSegments = 2, .seconds = std::pair(1.0, 1.4) });
    ASSERT_TRUE(part);
    EXPECT_EQ(part->indices, (Indices { 5, 6 })); // frames 5 to 7, segments of 1: 5.5 and 6.5
}

TEST_F(Video, framesRepeatWhereThereAreTooFew)
{
    const fs::path path = write("short.avi", tests::madeAvi(picturesUpTo(2), 5));
    const auto video = readVideo(path, { .numSegments = 5 });
    ASSERT_TRUE(video) << video.error().message();
    EXPECT_EQ(video->images.size(), 5U);
    EXPECT_EQ(video->images.front(), pictureOf(0));
    EXPECT_EQ(video->images.back(), pictureOf(static_cast<int>(video->indices.back())));
    EXPECT_THAT(refusal(path, { .rule = data::FrameRule::HuggingFace, .numSegments = 5 }),
        HasSubstr("5 frames wanted of a video of 2"));
}

TEST_F(Video, compressedFramesAreNearAndInOrder)
{
    std::vector<int> levels;
    for (int i = 0; i < 20; ++i)
        levels.push_back(30 + 9 * i);
    const fs::path path = m_folder / "grey.mp4";
    tests::encodeGreys(path, levels, 64, 48);
    const auto video = readVideo(path, { .rule = data::FrameRule::HuggingFace, .numSegments = 20 });
    ASSERT_TRUE(video) << video.error().message();
    EXPECT_EQ(video->totalFrames, 20);
    EXPECT_NEAR(video->fps, 25, 0.01);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const Image& image = video->images[i];
        ASSERT_EQ(image.width, 64);
        ASSERT_EQ(image.height, 48);
        for (int x = 0; x < 64; ++x)
            ASSERT_NEAR(image.rgb[3 * x], shownAs(levels[i] + (x < 32 ? 0 : tests::kStep)), 6)
                << "frame " << i << " column " << x;
    }
}

TEST_F(Video, codecsThatLoseNothingGiveThePicturesBack)
{
    const std::tuple<tests::Lossless, const char*> files[] = { { tests::Lossless::H264, "a.mp4" },
        { tests::Lossless::H264, "a.mkv" }, { tests::Lossless::H265, "b.mp4" },
        { tests::Lossless::Vp9, "c.webm" }, { tests::Lossless::Ffv1, "d.mkv" } };
    std::vector<Image> shown;
    for (int i = 0; i < 23; ++i)
        shown.push_back(pictureOf(i, 64, 48));
    int seen = 0;
    for (const auto& [codec, name] : files) {
        if (!tests::hasEncoder(codec))
            continue; // FFmpeg was built without it
        tests::encodePictures(m_folder / name, codec, shown);
        const auto all
            = readVideo(m_folder / name, { .rule = data::FrameRule::HuggingFace, .numSegments = 23 });
        ASSERT_TRUE(all) << name << ": " << all.error().message();
        EXPECT_EQ(all->totalFrames, 23) << name;
        EXPECT_NEAR(all->fps, 25, 0.01) << name;
        EXPECT_TRUE(all->images == shown) << name;
        const auto some = readVideo(m_folder / name, { .numSegments = 4 });
        ASSERT_TRUE(some) << name << ": " << some.error().message();
        EXPECT_EQ(some->indices, (Indices { 2, 8, 13, 18 })) << name; // 2.75 + round(0, 5.5, 11, 16.5)
        for (std::size_t i = 0; i < 4; ++i)
            EXPECT_TRUE(some->images[i] == shown[static_cast<std::size_t>(some->indices[i])]) << name << i;
        ++seen;
    }
    EXPECT_GT(seen, 0); // FFV1 is FFmpeg's own
}

TEST_F(Video, theDisplayMatrixTurnsFrames)
{
    const fs::path path = m_folder / "upright.mp4";
    tests::encodeGreys(path, { 100, 100 }, 64, 48);
    std::string bytes = *base::readFile(path);
    // The matrix lies 40 bytes into the track's header: x' = -y, y' = x is a quarter turn clockwise.
    const std::size_t at = bytes.find("tkhd") + 4 + 40;
    const std::string quarter("\0\0\0\0\0\1\0\0\0\0\0\0\xff\xff\0\0\0\0\0\0\0\0\0\0", 24);
    bytes.replace(at, quarter.size(), quarter);
    const auto video = readVideo(write("turned.mp4", bytes), { .numSegments = 1 });
    ASSERT_TRUE(video) << video.error().message();
    EXPECT_EQ(video->images[0].width, 48);
    EXPECT_EQ(video->images[0].height, 64);
    // What was left is on top.
    EXPECT_NEAR(video->images[0].rgb.front(), shownAs(100), 6);
    EXPECT_NEAR(video->images[0].rgb.back(), shownAs(100 + tests::kStep), 6);
}

TEST_F(Video, whatIsNotAVideoIsRefused)
{
    EXPECT_THAT(refusal(m_folder / "none.mp4"), HasSubstr("no such video file"));
    EXPECT_THAT(refusal(write("empty.mp4", "")), HasSubstr("not a video"));
    EXPECT_THAT(refusal(write("text.mp4", "what shall this be?")), HasSubstr("not a video"));
    EXPECT_THAT(refusal(write("no-frames.avi", tests::madeAvi({}, 5))), HasSubstr("no frames"));
    // A playlist would lead elsewhere.
    EXPECT_THAT(refusal(write("list.m3u8", "#EXTM3U\n#EXTINF:1,\nraw.avi\n#EXT-X-ENDLIST\n")),
        HasSubstr("not a video"));
    EXPECT_THAT(
        refusal(fs::path(MSRL_TEST_DATA) / "preprocess" / "e_56x56_RGB.png"), HasSubstr("not a video"));
}

TEST_F(Video, cutOffFilesAreRefused)
{
    const fs::path path = m_folder / "whole.mp4";
    tests::encodeGreys(path, std::vector<int>(20, 90), 64, 48);
    const std::string bytes = *base::readFile(path);
    EXPECT_THAT(refusal(write("half.mp4", bytes.substr(0, bytes.size() / 2))), HasSubstr("cut off"));
    const std::string avi = tests::madeAvi(picturesUpTo(9), 5);
    EXPECT_THAT(refusal(write("half.avi", avi.substr(0, avi.size() / 2))), HasSubstr("cut off"));
}

TEST_F(Video, damagedBytesEndInAResult)
{
    const fs::path path = m_folder / "whole.mp4";
    tests::encodeGreys(path, std::vector<int>(12, 90), 32, 32);
    for (const std::string& whole : { *base::readFile(path), tests::madeAvi(picturesUpTo(4), 5) }) {
        std::size_t refused = 0;
        for (std::size_t i = 0; i < 150; ++i) {
            std::string bytes = whole;
            for (std::size_t k = 0; k < 4; ++k) {
                const std::size_t at = (i * 7919 + k * 104'729) % bytes.size();
                bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + (i * 31 + k * 17) % 255));
            }
            const auto video = readVideo(write("damaged", bytes), { .numSegments = 3 });
            if (video) {
                EXPECT_EQ(video->images.size(), 3U);
                continue;
            }
            EXPECT_EQ(video.error().code, base::ErrorCode::BadInput) << video.error().message();
            ++refused;
        }
        EXPECT_GT(refused, 0U);
    }
}

TEST_F(Video, mediaOfRowsAreReadAlike)
{
    PreprocessSettings settings;
    settings.tileSize = 14;
    const fs::path picture = fs::path(MSRL_TEST_DATA) / "preprocess" / "a_57x43_RGB.png";
    const data::Media image { data::Media::Kind::Image, "a.png", picture };
    EXPECT_EQ(*countTiles(image, settings), (Indices { 13 }));
    const auto pixels = loadMedia(image, settings);
    ASSERT_TRUE(pixels);
    EXPECT_EQ(pixels->size(0), 13);
    // A file, a folder of frames by number, and the file through the rule.
    const data::Media file { data::Media::Kind::Video, "raw.avi",
        write("raw.avi", tests::madeAvi(picturesUpTo(9), 5)), 3 };
    EXPECT_EQ(*countTiles(file, settings), (Indices { 1, 1, 1 }));
    const auto frames = loadMedia(file, settings);
    ASSERT_TRUE(frames) << frames.error().message();
    // Segments of 8/3: 1.33, 1.33 + 3, 1.33 + 5.
    const std::vector<Image> wanted { pictureOf(1), pictureOf(4), pictureOf(6) };
    EXPECT_TRUE(frames->equal(tilesOfFrames(wanted, settings)));
    EXPECT_TRUE(checkDecodes(file));
    fs::create_directories(m_folder / "frames");
    for (int i = 0; i < 4; ++i)
        fs::copy_file(picture, m_folder / ("frames/" + std::to_string(i) + ".png"));
    data::Media folder { data::Media::Kind::Video, "frames", m_folder / "frames" };
    EXPECT_EQ(countTiles(folder, settings)->size(), 4U);
    EXPECT_EQ(loadMedia(folder, settings)->size(0), 4);
    folder.frames = 2;
    EXPECT_EQ(countTiles(folder, settings)->size(), 2U);
    EXPECT_EQ(loadMedia(folder, settings)->size(0), 2);
    folder.frames = 5;
    folder.frameRule = data::FrameRule::HuggingFace;
    EXPECT_THAT(checkDecodes(folder).error().message(), HasSubstr("frames"));
}

} // namespace
} // namespace msrl::vision
