// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/judged_media.h"

#include "app/models/strings.h"
#include "app/pages/picture_source.h"
#include "app/services/engine_pictures.h"
#include "core/data/media_paths.h"

#include <QCoreApplication>

#include <algorithm>

namespace msrl::pages {

namespace {

namespace fs = std::filesystem;

struct MediaTexts
{
    Q_DECLARE_TR_FUNCTIONS(Media)
};

base::Json filesOf(const std::vector<fs::path>& paths)
{
    base::Json files = base::Json::array();
    for (const fs::path& file : paths)
        files.push_back(file.string());
    return files;
}

// Nothing can be shown of it.
base::Json untoldMedium(const char* kind, const QString& sentence)
{
    return { { "kind", kind }, { "files", base::Json::array() }, { "problem", sentence.toStdString() } };
}

// Its frames where they are files, else what the engine is to be asked.
base::Json videoOf(const data::Media& video)
{
    if (!video.frameFiles.empty() || (data::isFrameFolder(video) && video.frames == 0)) {
        const auto frames = data::mediaFiles(video);
        return frames ? base::Json { { "kind", "video" }, { "files", filesOf(*frames) } }
                      : untoldMedium("video", QString::fromStdString(frames.error().message()));
    }
    return { { "kind", "video" }, { "files", base::Json::array() }, { "video", video.file.string() },
        { "frames", video.frames > 0 ? video.frames : data::kDefaultFrames },
        { "frame_rule", data::frameRuleName(video.frameRule) } };
}

base::Json mediumOf(const base::Json& told)
{
    data::Media video;
    video.kind = data::Media::Kind::Video;
    if (told.is_array())
        return { { "kind", "video" }, { "files", told } };
    if (told.is_object()) {
        const base::Json file = told.value("video", base::Json());
        const base::Json frames = told.value("frames", base::Json());
        const base::Json rule = told.value("frame_rule", base::Json());
        video.file = file.is_string() ? file.get<std::string>() : std::string();
        video.frames = frames.is_number_integer() ? frames.get<std::int64_t>() : 0;
        if (rule.is_string())
            video.frameRule = data::frameRuleFromName(rule.get<std::string>()).value_or(video.frameRule);
        return videoOf(video);
    }
    const std::string path = told.is_string() ? told.get<std::string>() : std::string();
    if (!fs::path(path).is_absolute())
        return untoldMedium("image",
            MediaTexts::tr("The run kept no copy of this image, which stands inside a row of the data."));
    if (data::isImagePath(path))
        return { { "kind", "image" }, { "files", base::Json::array({ path }) } };
    video.file = path;
    return videoOf(video);
}

// What the engine is asked of one medium, with where its answer goes; nothing where all can be read here.
services::PictureAnswer picturesOf(const base::Json& medium, services::EnginePictures& pictures)
{
    if (medium.contains("video"))
        return pictures.look({ models::toQt(medium["video"].get<std::string>()),
            static_cast<int>(medium.value("frames", data::kDefaultFrames)),
            models::toQt(medium.value("frame_rule", std::string("original"))) });
    services::PictureAnswer all { false, {}, {} };
    for (const base::Json& one : medium["files"]) {
        const QString file = one.is_string() ? models::toQt(one.get<std::string>()) : QString();
        services::PictureAnswer answer { false, { file }, {} };
        if (needsEngine(file))
            answer = pictures.look({ file, 0, {} });
        all.waiting = all.waiting || answer.waiting;
        all.pictures << answer.pictures;
        if (all.problem.isEmpty())
            all.problem = answer.problem;
    }
    return all;
}

bool asksEngine(const base::Json& medium)
{
    const base::Json& files = medium["files"];
    return medium.contains("video") || std::any_of(files.begin(), files.end(), [](const base::Json& file) {
        return file.is_string() && needsEngine(models::toQt(file.get<std::string>()));
    });
}

} // namespace

base::Json sampleMedia(const data::Sample& sample)
{
    base::Json media = base::Json::array();
    const auto add = [&media](const data::Media& medium, const char* role) {
        if (medium.kind == data::Media::Kind::Video)
            media.push_back(videoOf(medium));
        else
            media.push_back({ { "kind", "image" },
                { "files",
                    base::Json::array({ medium.inRow() ? medium.dataUri() : medium.file.string() }) } });
        media.back()["role"] = role;
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
        medium["role"] = !isChoice ? "context" : i == 0 ? "A" : "B";
        media.push_back(std::move(medium));
    }
    return media;
}

base::Json withPictures(const base::Json& media, services::EnginePictures* pictures)
{
    base::Json shown = media;
    for (base::Json& medium : shown) {
        if (!medium.value("files", base::Json()).is_array() || !asksEngine(medium))
            continue;
        const services::PictureAnswer answer = pictures
            ? picturesOf(medium, *pictures)
            : services::PictureAnswer { false, {}, MediaTexts::tr("There is no engine here that reads it.") };
        medium["files"] = base::Json::array();
        if (answer.waiting)
            medium["waiting"] = true;
        else if (!answer.problem.isEmpty())
            medium["problem"] = answer.problem.toStdString();
        else
            for (const QString& file : answer.pictures)
                medium["files"].push_back(file.toStdString());
    }
    return shown;
}

} // namespace msrl::pages
