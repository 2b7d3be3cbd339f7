// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "engine/vision/decode.h"

#include <gtest/gtest.h>
#include <jpeglib.h>
#include <webp/encode.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

namespace msrl::vision {
namespace {

namespace fs = std::filesystem;

Image gradient()
{
    Image image { 24, 16, {} };
    for (int y = 0; y < 16; ++y) {
        for (int x = 0; x < 24; ++x) {
            for (const int value : { x * 10, y * 15, 128 })
                image.rgb.push_back(static_cast<std::uint8_t>(value));
        }
    }
    return image;
}

std::string asWebp(const Image& image)
{
    std::uint8_t* out = nullptr;
    const std::size_t size = WebPEncodeLosslessRGB(image.rgb.data(), static_cast<int>(image.width),
        static_cast<int>(image.height), 3 * static_cast<int>(image.width), &out);
    std::string bytes(reinterpret_cast<char*>(out), size);
    WebPFree(out);
    return bytes;
}

std::string asJpeg(const Image& image)
{
    jpeg_error_mgr errors {};
    jpeg_compress_struct info {};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* out = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &out, &size);
    info.image_width = static_cast<JDIMENSION>(image.width);
    info.image_height = static_cast<JDIMENSION>(image.height);
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 95, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        auto* row = const_cast<std::uint8_t*>(image.rgb.data() + 3 * info.image_width * info.next_scanline);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::string bytes(reinterpret_cast<char*>(out), size);
    std::free(out);
    return bytes;
}

TEST(Decode, losslessWebpIsExact)
{
    const auto image = decodeImage(asWebp(gradient()), "x.webp");
    ASSERT_TRUE(image) << image.error().message();
    EXPECT_EQ(*image, gradient());
}

// The arithmetic of what stands before white, by another road.
std::uint8_t beforeWhite(int colour, int alpha)
{
    return static_cast<std::uint8_t>(std::lround(255.0 + (colour - 255.0) * alpha / 255.0));
}

TEST(Decode, whatIsTransparentStandsBeforeWhiteOnRequest)
{
    std::vector<std::uint8_t> rgba;
    for (int i = 0; i < 256; ++i)
        for (const int value : { i, 255 - i, 40, (i * 7) % 256 })
            rgba.push_back(static_cast<std::uint8_t>(value));
    std::uint8_t* out = nullptr;
    const std::size_t size = WebPEncodeLosslessRGBA(rgba.data(), 16, 16, 64, &out);
    const std::string webp(reinterpret_cast<char*>(out), size);
    WebPFree(out);
    const auto image = decodeImage(webp, "x.webp", Alpha::White);
    ASSERT_TRUE(image) << image.error().message();
    ASSERT_EQ(image->rgb.size(), 3U * 256U);
    for (std::size_t i = 0; i < 256; ++i) {
        for (std::size_t c = 0; c < 3; ++c)
            ASSERT_EQ(image->rgb[3 * i + c], beforeWhite(rgba[4 * i + c], rgba[4 * i + 3])) << i << " " << c;
    }
    EXPECT_EQ(*decodeImage(asWebp(gradient()), "x.webp", Alpha::White), gradient());
}

// Subsampled, progressive, grey and ink JPEGs, lossy WebP, 16-bit PNGs; tests/data/pictures/pillow.json is by
// Pillow 13.
TEST(Decode, pixelsAreThoseOfPillow)
{
    const fs::path folder = fs::path(MSRL_TEST_DATA) / "pictures";
    const base::Json all = *base::parseJson(*base::readFile(folder / "pillow.json"), "pillow.json");
    ASSERT_GT(all.size(), 10U);
    for (const auto& [name, want] : all.items()) {
        const auto image = readImage(folder / name);
        ASSERT_TRUE(image) << image.error().message();
        EXPECT_EQ(image->width, want["width"]) << name;
        EXPECT_EQ(image->height, want["height"]) << name;
        const std::string_view pixels(reinterpret_cast<const char*>(image->rgb.data()), image->rgb.size());
        EXPECT_EQ(base::sha256(pixels), want["sha256"]) << name;
    }
}

TEST(Decode, jpegIsNear)
{
    const auto image = decodeImage(asJpeg(gradient()), "x.jpg");
    ASSERT_TRUE(image) << image.error().message();
    ASSERT_EQ(image->rgb.size(), gradient().rgb.size());
    for (std::size_t i = 0; i < image->rgb.size(); ++i)
        EXPECT_NEAR(image->rgb[i], gradient().rgb[i], 12);
}

TEST(Decode, refusesDamagedFilesWithTheirName)
{
    const std::string png = *base::readFile(fs::path(MSRL_TEST_DATA) / "preprocess" / "e_56x56_RGB.png");
    const std::string jpeg = asJpeg(gradient());
    const std::string webp = asWebp(gradient());
    for (const std::string& whole : { png, jpeg, webp }) {
        for (const std::size_t size : { std::size_t { 0 }, std::size_t { 5 }, std::size_t { 12 },
                 std::size_t { 20 }, whole.size() / 2, whole.size() * 3 / 4 }) {
            const auto image = decodeImage(whole.substr(0, size), "media/7.img");
            ASSERT_FALSE(image) << size << " of " << whole.size();
            EXPECT_EQ(image.error().code, base::ErrorCode::BadInput);
            EXPECT_NE(image.error().message().find("media/7.img"), std::string::npos);
        }
    }
    EXPECT_FALSE(decodeImage("GIF89a", "x.gif"));
    EXPECT_FALSE(readImage("/nowhere/x.png"));
    EXPECT_FALSE(probeImage("/nowhere/x.png"));
    EXPECT_TRUE(probeImage(fs::path(MSRL_TEST_DATA) / "preprocess" / "e_56x56_RGB.png"));
}

} // namespace
} // namespace msrl::vision
