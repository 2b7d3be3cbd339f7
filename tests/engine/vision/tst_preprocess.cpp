// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels and tiles against Pillow, torchvision and the model's reference code.
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "engine/vision/decode.h"
#include "engine/vision/preprocess.h"

#include <fmt/format.h>
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

TEST(Preprocess, pixelsAndTilesAreThoseOfBothReferences)
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
            const Grid grid = gridFor(image->width, image->height, settings);
            EXPECT_EQ(grid, (Grid { c["cols"].get<std::int64_t>(), c["rows"].get<std::int64_t>() })) << file;
            EXPECT_EQ(numTiles(image->width, image->height, settings), c["tiles"].get<std::int64_t>());
            for (const auto& [name, how] :
                { std::pair("pil", Resize::Pil), std::pair("torchvision", Resize::Torchvision) }) {
                settings.resize = how;
                const std::string where
                    = fmt::format("{} {} size {} max {}", file, name, settings.tileSize, settings.maxTiles);
                EXPECT_EQ(hashOf(cutTiles(*image, grid, settings.cut())),
                    c[name]["sha256_uint8_thwc"].get<std::string>())
                    << where;
                const at::Tensor pixels = tilesOf(*image, settings);
                EXPECT_EQ(
                    base::sha256({ static_cast<const char*>(pixels.const_data_ptr()), pixels.nbytes() }),
                    c[name]["sha256_float_tchw"].get<std::string>())
                    << where;
            }
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

TEST(Preprocess, paddedTilesKeepTheAspectRatio)
{
    // 60 x 30 on a canvas of 40 x 40: resized to 40 x 20, ten black rows above and below.
    Image image { 60, 30, std::vector<std::uint8_t>(3 * 60 * 30, 200) };
    const std::vector<Image> tiles = cutPadded(image, { 2, 2 }, { .tileSize = 20 });
    ASSERT_EQ(tiles.size(), 5U);
    EXPECT_EQ(tiles[0], (Image { 20, 20, std::vector<std::uint8_t>(3 * 20 * 20, 200) }));
    for (std::size_t tile = 1; tile < 5; ++tile) {
        for (std::size_t y = 0; y < 20; ++y) {
            const bool padding = tile < 3 ? y < 10 : y >= 10;
            EXPECT_EQ(tiles[tile].rgb[3 * 20 * y], padding ? 0 : 200) << tile << " row " << y;
        }
    }
    // An odd remainder goes to the right: 5 x 8 on 8 x 8 has one black column to the left and two to the
    // right.
    image = { 5, 8, std::vector<std::uint8_t>(3 * 5 * 8, 200) };
    const Image padded = cutPadded(image, { 1, 1 }, { .tileSize = 8 })[1];
    const auto red = [&](std::size_t x) { return padded.rgb[3 * x]; };
    EXPECT_EQ((std::vector<int> { red(0), red(1), red(5), red(6), red(7) }),
        (std::vector<int> { 0, 200, 200, 0, 0 }));
}

TEST(Preprocess, settingsComeFromTheModelFolder)
{
    const fs::path folder = fs::temp_directory_path() / ("msrl-preprocess-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    EXPECT_EQ(readPreprocessSettings(folder, { .tileSize = 56 })->maxTiles, 12);
    const auto write = [&](const char* text) {
        ASSERT_TRUE(base::writeFileAtomically(folder / "preprocessor_config.json", text));
    };
    write(
        R"({"image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25], "max_patches": 1, "size": {"height": 56, "width": 56}})");
    const auto settings = readPreprocessSettings(folder, { .tileSize = 56 });
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_EQ(settings->deviation[2], 0.25F);
    EXPECT_EQ(settings->maxTiles, 1);
    EXPECT_FALSE(readPreprocessSettings(folder, { .tileSize = 448 }));
    EXPECT_EQ(withMostTiles(*settings, 6, "x")->maxTiles, 1);
    write(R"({"min_patches": 4, "max_patches": 8})");
    EXPECT_EQ(withMostTiles(*readPreprocessSettings(folder, { .tileSize = 56 }), 6, "x")->maxTiles, 6);
    EXPECT_FALSE(withMostTiles(*readPreprocessSettings(folder, { .tileSize = 56 }), 3, "x"));
    write(R"({"image_std": [0.25, 0, 0.25]})");
    EXPECT_FALSE(readPreprocessSettings(folder, { .tileSize = 56 }));
    fs::remove_all(folder);
}

} // namespace
} // namespace msrl::vision
