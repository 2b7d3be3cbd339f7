// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/judged_media.h"

#include "core/data/media_paths.h"

namespace msrl::pages {

namespace {

namespace fs = std::filesystem;

// Of a folder of frames: its frames, none where they are gone.
base::Json framesOf(const std::string& folder)
{
    data::Media video;
    video.kind = data::Media::Kind::Video;
    video.path = folder;
    video.file = folder;
    base::Json frames = base::Json::array();
    if (const auto files = data::mediaFiles(video)) {
        for (const fs::path& file : *files)
            frames.push_back(file.string());
    }
    return frames;
}

base::Json mediumOf(const base::Json& told)
{
    if (told.is_array())
        return { { "kind", "video" }, { "files", told } };
    const std::string path = told.is_string() ? told.get<std::string>() : std::string();
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return { { "kind", "video" }, { "files", framesOf(path) } };
    if (fs::path(path).is_absolute() && data::isImagePath(path))
        return { { "kind", "image" }, { "files", base::Json::array({ path }) } };
    return base::Json::object();
}

} // namespace

base::Json sampleMedia(const data::Sample& sample)
{
    base::Json media = base::Json::array();
    const auto add = [&media](const data::Media& medium, const char* role) {
        const bool isVideo = medium.kind == data::Media::Kind::Video;
        base::Json files = base::Json::array();
        if (medium.inRow())
            files.push_back(medium.dataUri());
        else if (!isVideo)
            files.push_back(medium.file.string());
        else if (const auto frames = data::mediaFiles(medium); frames && data::isFrameFolder(medium)) {
            for (const fs::path& frame : *frames)
                files.push_back(frame.string());
        }
        if (!files.empty())
            media.push_back(
                { { "role", role }, { "kind", isVideo ? "video" : "image" }, { "files", std::move(files) } });
    };
    for (const data::Media& medium : sample.media)
        add(medium, "context");
    if (sample.mediaA)
        add(*sample.mediaA, "A");
    if (sample.mediaB)
        add(*sample.mediaB, "B");
    return media;
}

base::Json judgedMedia(const store::SampleRow& row)
{
    const bool isChoice = row.taskType.ends_with("generation") && row.media.size() == 2;
    base::Json media = base::Json::array();
    for (std::size_t i = 0; i < row.media.size(); ++i) {
        base::Json medium = mediumOf(row.media[i]);
        if (medium.empty() || medium["files"].empty())
            continue;
        medium["role"] = !isChoice ? "context" : i == 0 ? "A" : "B";
        media.push_back(std::move(medium));
    }
    return media;
}

} // namespace msrl::pages
