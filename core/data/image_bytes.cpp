// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_bytes.h"

#include "core/base/base64.h"
#include "core/base/files.h"
#include "core/base/hash.h"

namespace msrl::data {

std::optional<std::string_view> imageKindOf(std::string_view bytes)
{
    constexpr std::size_t kRiffHeader = 8; // "RIFF" and the length
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
        return "png";
    if (bytes.starts_with("\xff\xd8\xff"))
        return "jpeg";
    if (bytes.starts_with("RIFF") && bytes.size() > kRiffHeader
        && bytes.substr(kRiffHeader).starts_with("WEBP"))
        return "webp";
    return std::nullopt;
}

std::optional<std::string> imageDataUri(std::string_view bytes)
{
    const auto kind = imageKindOf(bytes);
    if (!kind)
        return std::nullopt;
    return "data:image/" + std::string(*kind) + ";base64," + base::base64Encode(bytes);
}

base::Result<std::filesystem::path> writeInRow(const Media& media, const std::filesystem::path& folder)
{
    const auto bytes = inRowBytes(media);
    if (!bytes)
        return bytes.error();
    const auto kind = imageKindOf(*bytes);
    if (!kind)
        return base::badInput("is not a PNG, JPEG or WebP image", media.name());
    if (auto made = base::createFolders(folder); !made)
        return made.error();
    std::filesystem::path file
        = folder / (base::sha256(*bytes) + (*kind == "jpeg" ? ".jpg" : "." + std::string(*kind)));
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        if (auto written = base::writeFileAtomically(file, *bytes); !written)
            return written.error();
    }
    return file;
}

} // namespace msrl::data
