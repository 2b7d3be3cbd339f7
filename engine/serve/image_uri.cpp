// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/image_uri.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <limits>

namespace msrl::serve {

base::Result<std::string> imageBytes(std::string_view uri, const std::string& place)
{
    constexpr std::array<std::string_view, 3> kHeads { "data:image/png;base64,", "data:image/jpeg;base64,",
        "data:image/webp;base64," };
    std::string_view text;
    for (const std::string_view head : kHeads) {
        if (uri.starts_with(head))
            text = uri.substr(head.size());
    }
    if (text.empty())
        return base::badInput(fmt::format("begins with '{}'", uri.substr(0, 30)), place,
            "give the image itself: data:image/png;base64,… (png, jpeg or webp); nothing is fetched");
    if (text.size() % 4 != 0 || text.size() > std::numeric_limits<int>::max())
        return base::badInput(fmt::format("{} characters are not whole base64", text.size()), place);
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0)
        return base::badInput("is not base64", place);
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

} // namespace msrl::serve
