// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_bytes.h"

#include "core/base/base64.h"

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

} // namespace msrl::data
