// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels, tiles and frames against Pillow and the model's reference code.
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "engine/vision/decode.h"
#include "engine/vision/frames.h"
#include "engine/vision/preprocess.h"
#include "engine/vision/tiling.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace msrl::vision {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(MSRL_TEST_DATA) / "preprocess";

base::Json readJson(const char* name)
{
    return *base::parseJson(*base::readFile(kData / name), name);
}

std::string hashOf(const std::vector<Image>& tiles)
{
    base::Sha256 hash;
    for (const Image& tile : tiles)
        hash.add(tile.rgb.data(), tile.rgb.size());
    return hash.finish();
}

TEST(Preprocess, pixelsAndTilesAreThoseOfPillow)
{
    const base::Json all = readJson("images.json");
    for (const base::Json& item : all["images"]) {
        const auto file = item["file"].get<std::string>();
        const auto image = readImage(kData / file);
        ASSERT_TRUE(image) << image.error().message();
        EXPECT_EQ(hashOf({ *image }), item["sha256_rgb_hwc"].get<std::string>()) << file;
        for (const base::Json& c : item["cases"]) {
            PreprocessSettings settings;
            settings.tileSize = c["image_size"].get<std::int64_t>();
            settings.maxTiles = c["max_num"].get<std::int64_t>();
            const Grid grid
                = chooseGrid(image->width, image->height, settings.tileSize, 1, settings.maxTiles);
            EXPECT_EQ(grid, (Grid { c["cols"].get<std::int64_t>(), c["rows"].get<std::int64_t>() })) << file;
            const std::vector<Image> tiles = cutTiles(*image, grid, settings.tileSize, true);
            EXPECT_EQ(hashOf(tiles), c["pil"]["sha256_uint8_thwc"].get<std::string>())
                << file << " size " << settings.tileSize << " max " << settings.maxTiles;
            const at::Tensor pixels = *loadImage(kData / file, settings);
            EXPECT_EQ(base::sha256({ static_cast<const char*>(pixels.const_data_ptr()), pixels.nbytes() }),
                c["pil"]["sha256_float_tchw"].get<std::string>())
                << file << " size " << settings.tileSize << " max " << settings.maxTiles;
            EXPECT_EQ(numTiles(image->width, image->height, settings), pixels.size(0));
        }
    }
}

TEST(Preprocess, gridsAreThoseOfTheReference)
{
    std::size_t count = 0;
    const base::Json all = readJson("grids.json");
    for (const base::Json& row : all["grids"]) {
        for (const auto& [range, want] : row[3].items()) {
            PreprocessSettings settings;
            settings.tileSize = row[2].get<std::int64_t>();
            settings.minTiles = std::stol(range);
            settings.maxTiles = std::stol(range.substr(range.find('-') + 1));
            const auto width = row[0].get<std::int64_t>();
            const auto height = row[1].get<std::int64_t>();
            const Grid grid
                = chooseGrid(width, height, settings.tileSize, settings.minTiles, settings.maxTiles);
            EXPECT_EQ(grid, (Grid { want[0].get<std::int64_t>(), want[1].get<std::int64_t>() }))
                << width << "x" << height << " " << range;
            EXPECT_EQ(numTiles(width, height, settings), want[2].get<std::int64_t>());
            ++count;
        }
    }
    EXPECT_GT(count, 100U);
}

TEST(Preprocess, framesAreThoseOfTheReference)
{
    std::size_t count = 0;
    const base::Json all = readJson("video.json");
    for (const base::Json& c : all["cases"]) {
        if (c["kind"] != "original")
            continue;
        FrameRequest request { c["total_frames"].get<std::int64_t>(), c["num_segments"].get<std::int64_t>(),
            c["fps"].get<double>(), std::nullopt };
        if (!c["bound"].is_null())
            request.seconds = std::pair(c["bound"][0].get<double>(), c["bound"][1].get<double>());
        const auto frames = segmentFrames(request);
        ASSERT_TRUE(frames);
        EXPECT_EQ(*frames, c["indices"].get<std::vector<std::int64_t>>()) << c.dump();
        ++count;
    }
    EXPECT_GT(count, 10U);
}

TEST(Preprocess, framesOfAVideoAreOneTileEach)
{
    PreprocessSettings settings;
    settings.tileSize = 56;
    const std::vector<fs::path> frames { kData / "e_56x56_RGB.png", kData / "a_57x43_RGB.png" };
    const auto pixels = loadFrames(frames, settings);
    ASSERT_TRUE(pixels);
    EXPECT_EQ(pixels->sizes().vec(), (std::vector<std::int64_t> { 2, 3, 56, 56 }));
    EXPECT_TRUE(pixels->narrow(0, 0, 1).equal(*loadImage(frames[0], settings)));
    const std::vector<fs::path> missing { frames[0], kData / "none.png" };
    EXPECT_NE(loadFrames(missing, settings).error().message().find("none.png"), std::string::npos);
}

TEST(Preprocess, settingsComeFromTheModelFolder)
{
    const fs::path folder = fs::temp_directory_path() / ("msrl-preprocess-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    EXPECT_EQ(readPreprocessSettings(folder, 56)->maxTiles, 12);
    const auto write = [&](const char* text) {
        ASSERT_TRUE(base::writeFileAtomically(folder / "preprocessor_config.json", text));
    };
    write(
        R"({"image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25], "max_patches": 1, "size": {"height": 56, "width": 56}})");
    const auto settings = readPreprocessSettings(folder, 56);
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_EQ(settings->deviation[2], 0.25F);
    EXPECT_EQ(settings->maxTiles, 1);
    EXPECT_FALSE(readPreprocessSettings(folder, 448));
    write(R"({"image_std": [0.25, 0, 0.25]})");
    EXPECT_FALSE(readPreprocessSettings(folder, 56));
    fs::remove_all(folder);
}

} // namespace
} // namespace msrl::vision
