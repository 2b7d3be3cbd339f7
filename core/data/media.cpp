// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/media.h"

#include "core/base/base64.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kImageHeads { "data:image/png;base64,", "data:image/jpeg;base64,",
    "data:image/webp;base64," };
constexpr const char* kRootHint = "check the data set's media root";

bool isFrameFile(const fs::path& path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".webp";
}

base::Result<std::vector<fs::path>> framesIn(const fs::path& folder)
{
    std::vector<fs::path> frames;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error) && isFrameFile(entry.path()))
            frames.push_back(entry.path());
    }
    if (frames.empty())
        return base::badInput("folder of frames holds no PNG, JPEG or WebP file", folder.string());
    std::sort(frames.begin(), frames.end());
    return frames;
}

base::Result<std::vector<fs::path>> listedFrames(const Media& media)
{
    std::vector<fs::path> frames;
    std::error_code ignored;
    for (const std::string& frame : media.frameFiles) {
        frames.push_back(media.file / fs::u8path(frame));
        if (!fs::is_regular_file(frames.back(), ignored))
            return base::badInput("frame file not found", frames.back().string(), kRootHint);
    }
    return frames;
}

} // namespace

const char* frameRuleName(FrameRule rule)
{
    return rule == FrameRule::Original ? "original" : "hf";
}

std::optional<FrameRule> frameRuleFromName(std::string_view name)
{
    for (const FrameRule rule : { FrameRule::Original, FrameRule::HuggingFace }) {
        if (name == frameRuleName(rule))
            return rule;
    }
    return std::nullopt;
}

std::string Media::name() const
{
    return inRow() ? "image in the row" : path;
}

std::string Media::key() const
{
    std::string text = !frameFiles.empty() ? std::string() : inRow() ? dataUri() : path;
    for (const std::string& frame : frameFiles)
        text += frame + '\x1e';
    return text;
}

Media mediaOfFrames(std::vector<std::string> frames, const fs::path& mediaRoot)
{
    Media media { Media::Kind::Video, frames.front(), mediaRoot };
    media.frameFiles = std::move(frames);
    return media;
}

std::string Media::dataUri() const
{
    return bytes ? path + base::base64Encode(*bytes) : path;
}

bool Media::operator==(const Media& other) const
{
    const auto fields = [](const Media& one) {
        return std::tie(one.kind, one.path, one.file, one.frames, one.frameRule, one.frameFiles);
    };
    const bool sameBytes = bytes == other.bytes || (bytes && other.bytes && *bytes == *other.bytes);
    return sameBytes && fields(*this) == fields(other);
}

Media imageInRow(std::string uri)
{
    Media media;
    for (const std::string_view head : kImageHeads) {
        if (!uri.starts_with(head))
            continue;
        auto bytes = base::base64Decode(std::string_view(uri).substr(head.size()));
        if (bytes && !bytes->empty()) {
            media.bytes = std::make_shared<const std::string>(*std::move(bytes));
            media.path = head;
            return media;
        }
    }
    media.path = std::move(uri);
    return media;
}

base::Result<std::string_view> inRowBytes(const Media& media)
{
    if (media.bytes)
        return std::string_view(*media.bytes);
    const bool isImage = std::any_of(kImageHeads.begin(), kImageHeads.end(),
        [&](std::string_view head) { return media.path.starts_with(head); });
    if (isImage)
        return base::badInput("the data URI holds no valid base64", media.name());
    return base::badInput("is not a data URI of an image in base64", media.name(),
        "data:image/png;base64,… or with jpeg or webp");
}

bool isFrameFolder(const Media& media)
{
    std::error_code ignored;
    return media.kind == Media::Kind::Video
        && (!media.frameFiles.empty() || fs::is_directory(media.file, ignored));
}

base::Result<std::vector<fs::path>> mediaFiles(const Media& media)
{
    if (media.inRow())
        return std::vector<fs::path> {};
    if (!media.frameFiles.empty())
        return listedFrames(media);
    if (isFrameFolder(media))
        return framesIn(media.file);
    std::error_code ignored;
    if (fs::is_regular_file(media.file, ignored))
        return std::vector<fs::path> { media.file };
    if (media.kind == Media::Kind::Image)
        return base::badInput("image file not found", media.file.string(), kRootHint);
    return base::badInput("no such video file or folder of frames", media.file.string(), kRootHint);
}

} // namespace msrl::data
