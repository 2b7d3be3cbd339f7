// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/decode.h"

#include "core/base/files.h"
#include "engine/vision/codecs.h"

#include <fmt/format.h>

#include <array>
#include <fstream>

namespace msrl::vision {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t { 512 } << 20;
constexpr std::size_t kSignatureBytes = 12;

using Decoder = base::Result<Image> (*)(std::string_view, const std::string&, Alpha);

// Null when the first bytes belong to no known format.
Decoder decoderFor(std::string_view bytes)
{
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
        return decodePng;
    if (bytes.starts_with("\xff\xd8\xff"))
        return decodeJpeg;
    if (bytes.starts_with("RIFF") && bytes.size() >= kSignatureBytes && bytes.substr(8).starts_with("WEBP"))
        return decodeWebp;
    return nullptr;
}

base::Error notAnImage(const std::string& place)
{
    return base::badInput("not a PNG, JPEG or WebP image", place, "convert it, or correct the reference");
}

} // namespace

base::Status checkSize(std::int64_t width, std::int64_t height, const std::string& place)
{
    if (width > 0 && height > 0 && width <= kMaxPixels / height)
        return {};
    return base::badInput(
        fmt::format("an image of {} x {} pixels, the limit is {} in all", width, height, kMaxPixels), place);
}

base::Result<Image> decodeImage(std::string_view bytes, const std::string& place, Alpha alpha)
{
    const Decoder decoder = decoderFor(bytes);
    if (!decoder)
        return notAnImage(place);
    return decoder(bytes, place, alpha);
}

base::Result<Image> readImage(const std::filesystem::path& path, Alpha alpha)
{
    const auto bytes = base::readFile(path, kMaxFileBytes);
    if (!bytes)
        return bytes.error();
    return decodeImage(*bytes, path.string(), alpha);
}

base::Status probeImage(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return base::badInput("cannot be opened", path.string());
    std::array<char, kSignatureBytes> start {};
    file.read(start.data(), start.size());
    if (!decoderFor({ start.data(), static_cast<std::size_t>(file.gcount()) }))
        return notAnImage(path.string());
    return {};
}

} // namespace msrl::vision
