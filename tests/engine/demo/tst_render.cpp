// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/render.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cmath>

namespace msrl::demo {
namespace {

Scene oneObject(std::size_t cell, std::size_t color, Action action = {}, bool video = false)
{
    return { video, { { cell, color, 1, action } }, 2 }; // a square
}

// Mean colour of the middle of a cell.
std::array<double, 3> middle(const Image& image, std::size_t cell)
{
    std::array<double, 3> out {};
    for (std::size_t row = 12; row < 16; ++row)
        for (std::size_t column = 12; column < 16; ++column)
            for (std::size_t channel = 0; channel < 3; ++channel)
                out[channel]
                    += image[((row + 28 * (cell / 2)) * kImageSide + column + 28 * (cell % 2)) * 3 + channel]
                    / 16.0;
    return out;
}

bool isRed(const std::array<double, 3>& color)
{
    return color[0] > 180 && color[1] < 80 && color[2] < 80;
}

bool isGround(const std::array<double, 3>& color)
{
    return std::abs(color[0] - 127.5) < 20 && std::abs(color[1] - 127.5) < 20
        && std::abs(color[2] - 127.5) < 20;
}

TEST(Render, drawsTheObjectInItsCellOnGrey)
{
    for (std::size_t cell = 0; cell < kCells.size(); ++cell) {
        base::RandomStream random(1, "test", { cell });
        const std::vector<Image> images = drawScene(oneObject(cell, 0), random);
        ASSERT_EQ(images.size(), 1u);
        for (std::size_t other = 0; other < kCells.size(); ++other)
            EXPECT_TRUE(other == cell ? isRed(middle(images[0], other)) : isGround(middle(images[0], other)));
    }
}

TEST(Render, theActionShowsFromItsFrameOn)
{
    base::RandomStream random(2, "test");
    const std::vector<Image> moved = drawScene(oneObject(0, 0, { Action::Kind::Moves, 1 }, true), random);
    ASSERT_EQ(moved.size(), kVideoFrames);
    for (std::size_t frame = 0; frame < kVideoFrames; ++frame) {
        EXPECT_EQ(isRed(middle(moved[frame], 0)), frame < 2);
        EXPECT_EQ(isRed(middle(moved[frame], 1)), frame >= 2);
    }
    const std::vector<Image> turned = drawScene(oneObject(3, 2, { Action::Kind::Turns, 0 }, true), random);
    for (std::size_t frame = 0; frame < kVideoFrames; ++frame)
        EXPECT_EQ(isRed(middle(turned[frame], 3)), frame >= 2);
}

TEST(Render, theSameStreamDrawsTheSameBytes)
{
    base::RandomStream one(3, "test");
    base::RandomStream two(3, "test");
    EXPECT_EQ(drawScene(oneObject(1, 1), one), drawScene(oneObject(1, 1), two));
}

TEST(Render, thePngHoldsExactlyThePixels)
{
    base::RandomStream random(4, "test");
    const Image drawn = drawScene(oneObject(2, 3), random).front();
    const std::string png = encodePng(drawn).value();
    png_image header {};
    header.version = PNG_IMAGE_VERSION;
    ASSERT_TRUE(png_image_begin_read_from_memory(&header, png.data(), png.size()));
    EXPECT_EQ(header.width, kImageSide);
    EXPECT_EQ(header.height, kImageSide);
    header.format = PNG_FORMAT_RGB;
    Image read {};
    ASSERT_TRUE(png_image_finish_read(&header, nullptr, read.data(), 0, nullptr));
    EXPECT_EQ(read, drawn);
}

} // namespace
} // namespace msrl::demo
