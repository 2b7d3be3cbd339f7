// SPDX-License-Identifier: GPL-3.0-or-later
// Videos with known pixels, written byte by byte: nothing of what reads them takes part.
#pragma once

#include "engine/vision/image.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace msrl::tests {

static_assert(std::endian::native == std::endian::little);

template <class... Numbers> std::string packed(Numbers... numbers)
{
    std::string out;
    const auto add
        = [&out](auto number) { out.append(reinterpret_cast<const char*>(&number), sizeof number); };
    (add(numbers), ...);
    return out;
}

inline std::string chunk(const std::string& name, const std::string& content)
{
    return name + packed(static_cast<std::uint32_t>(content.size())) + content
        + std::string(content.size() % 2, '\0');
}

inline std::string list(const std::string& name, const std::string& content)
{
    return chunk("LIST", name + content);
}

// Rows of an uncompressed picture in AVI: from the lowest up, blue first, four bytes aligned.
inline std::string bitmapRows(const vision::Image& image)
{
    std::string out;
    for (std::int64_t y = image.height - 1; y >= 0; --y) {
        const std::uint8_t* row = image.rgb.data() + 3 * y * image.width;
        for (std::int64_t x = 0; x < image.width; ++x) {
            for (const int channel : { 2, 1, 0 })
                out += static_cast<char>(row[3 * x + channel]);
        }
        out.append(static_cast<std::size_t>((4 - 3 * image.width % 4) % 4), '\0');
    }
    return out;
}

// An AVI of uncompressed pictures, all of one size, `fps` a second. `size` is that of an empty one.
inline std::string madeAvi(
    const std::vector<vision::Image>& frames, std::uint32_t fps, const vision::Image& size = { 8, 8, {} })
{
    const vision::Image& first = frames.empty() ? size : frames.front();
    const auto width = static_cast<std::uint32_t>(first.width);
    const auto height = static_cast<std::uint32_t>(first.height);
    const auto count = static_cast<std::uint32_t>(frames.size());
    const std::uint32_t none = 0;
    const std::uint32_t bytes = (3 * width + 3) / 4 * 4 * height;
    constexpr std::uint32_t kHasIndex = 0x10;
    const std::string main = packed(1'000'000 / fps, bytes * fps, none, kHasIndex, count, none, 1U, bytes,
        width, height, none, none, none, none);
    const std::string stream
        = "vidsDIB " + packed(none, none, none, 1U, fps, none, count, bytes, ~none, none, none, none);
    const std::string format = packed(
        40U, width, height, std::uint16_t { 1 }, std::uint16_t { 24 }, none, bytes, none, none, none, none);
    std::string movie;
    std::string index;
    for (const vision::Image& frame : frames) {
        const std::string rows = bitmapRows(frame);
        index += "00db" + packed(kHasIndex, static_cast<std::uint32_t>(movie.size() + 4), bytes);
        movie += chunk("00db", rows);
    }
    return chunk("RIFF",
        "AVI "
            + list("hdrl", chunk("avih", main) + list("strl", chunk("strh", stream) + chunk("strf", format)))
            + list("movi", movie) + chunk("idx1", index));
}

} // namespace msrl::tests
