// SPDX-License-Identifier: GPL-3.0-or-later
// What a row says about one image or video: where it is, and which frames of a video are shown.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::data {

// How frames are chosen: as InternVL's own code does, or as its processor in Hugging Face's transformers
// does. engine/vision/frames.h has the formulas.
enum class FrameRule { Original, HuggingFace };
const char* frameRuleName(FrameRule rule); // "original", "hf"
std::optional<FrameRule> frameRuleFromName(std::string_view name);

// Frames shown of a video file where nothing else is said.
inline constexpr std::int64_t kDefaultFrames = 8;
inline constexpr std::int64_t kMostFrames = 1024;

struct Media
{
    enum class Kind { Image, Video };
    Kind kind = Kind::Image;
    // As in the row: a path, or of an image in the row the head of its data URI ("data:image/png;base64,",
    // also jpeg and webp); the whole of one that holds no such image.
    std::string path;
    // Media root / path: an image file, a video file or a folder of frames; empty for an image in the row.
    std::filesystem::path file;
    // Frames shown of a video; 0: all of a folder, kDefaultFrames of a file.
    std::int64_t frames = 0;
    FrameRule frameRule = FrameRule::Original;
    // The frames of a video one by one, as in the row; then `path` is the first of them and `file` is the
    // media root.
    std::vector<std::string> frameFiles = {};
    // Of an image in the row: decoded once, shared by all copies. See imageInRow().
    std::shared_ptr<const std::string> bytes = nullptr;

    bool inRow() const { return kind == Kind::Image && path.starts_with("data:"); }
    // For messages: the path, or "image in the row".
    std::string name() const;
    // Tells two media of one root apart.
    std::string key() const;

    // Of an image in the row, as rows have it.
    std::string dataUri() const;

    bool operator==(const Media& other) const; // images in the row by their bytes
};

// An image that stands in a row as a data URI. Whether it holds one is told by inRowBytes().
Media imageInRow(std::string uri);
// The bytes of an image in the row, as long as the medium lives. BadInput: not a data URI of a PNG, JPEG or
// WebP image in base64. REQUIRES: media.inRow()
base::Result<std::string_view> inRowBytes(const Media& media);

// A video whose row lists its frames. REQUIRES: at least one frame
Media mediaOfFrames(std::vector<std::string> frames, const std::filesystem::path& mediaRoot);

// The files of one medium: the image, the video, the listed frames, or the folder's (*.png, *.jpg, *.jpeg,
// *.webp) by name; none for an image in the row. BadInput when missing or empty.
base::Result<std::vector<std::filesystem::path>> mediaFiles(const Media& media);

// A video whose frames are files of their own, in a folder or listed, not one video file.
bool isFrameFolder(const Media& media);

} // namespace msrl::data
