// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/media_paths.h"

#include <algorithm>

namespace msrl::data {

namespace fs = std::filesystem;

Media imageAt(const std::string& path, const fs::path& mediaRoot)
{
    if (path.starts_with("data:"))
        return imageInRow(path);
    Media media;
    media.path = path;
    media.file = mediaRoot / fs::u8path(path);
    return media;
}

Media videoAt(const std::string& path, const fs::path& mediaRoot)
{
    Media media;
    media.kind = Media::Kind::Video;
    std::error_code ignored;
    media.path = fs::exists(mediaRoot / fs::u8path(path), ignored)
        ? path
        : fs::u8path(path).replace_extension().string();
    media.file = mediaRoot / fs::u8path(media.path);
    return media;
}

bool isBlankPath(const std::string& path)
{
    return path.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
}

bool isImagePath(const std::string& path)
{
    if (path.starts_with("data:"))
        return path.starts_with("data:image/");
    std::string ending = fs::u8path(path).extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return ending == ".png" || ending == ".jpg" || ending == ".jpeg" || ending == ".webp" || ending == ".bmp";
}

} // namespace msrl::data
