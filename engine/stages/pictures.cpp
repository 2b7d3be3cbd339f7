// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/pictures.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "engine/stages/rl_records.h"
#include "engine/vision/encode.h"
#include "engine/vision/media.h"

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

base::Result<fs::path> writePicture(const vision::Image& image, const fs::path& folder)
{
    const auto png = vision::encodePng(image);
    if (!png)
        return png.error();
    fs::path file = folder / (base::sha256(*png) + ".png");
    std::error_code ignored;
    if (fs::exists(file, ignored))
        return file;
    if (const base::Status made = base::createFolders(folder); !made)
        return made.error();
    if (const base::Status written = base::writeFileAtomically(file, *png); !written)
        return written.error();
    return file;
}

base::Result<vision::Grid> gridOf(const data::Media& image, const vision::PreprocessSettings& shown)
{
    if (shown.maxTiles == 1)
        return vision::Grid {}; // whatever the size
    const auto read = vision::readImage(image);
    if (!read)
        return read.error();
    return vision::gridFor(read->width, read->height, shown);
}

base::Result<std::vector<vision::Image>> imagesOf(const data::Media& media)
{
    if (media.kind == data::Media::Kind::Video) {
        auto frames = vision::readFrames(media, vision::requestFor(media));
        if (!frames)
            return frames.error();
        return std::move(frames->images);
    }
    auto image = vision::readImage(media);
    if (!image)
        return image.error();
    return std::vector<vision::Image> { *std::move(image) };
}

} // namespace

base::Result<std::vector<fs::path>> pictureFiles(const data::Media& media, const fs::path& folder)
{
    if (data::isFrameFolder(media))
        return vision::frameFiles(media, vision::requestFor(media));
    if (media.kind == data::Media::Kind::Image && !media.inRow())
        return data::mediaFiles(media);
    const auto images = imagesOf(media);
    if (!images)
        return images.error();
    std::vector<fs::path> files;
    for (const vision::Image& image : *images) {
        auto file = writePicture(image, folder);
        if (!file)
            return file.error();
        files.push_back(*std::move(file));
    }
    return files;
}

void keepPicturesOf(StageContext& context, std::vector<store::SampleRow>& rows, const SampledStep& sampled)
{
    if (!context.isLead())
        return;
    const base::Status kept = keepPictures(rows, sampled, context.artefacts.root() / kPicturesFolder);
    if (!kept)
        context.log(store::EventLevel::Warning, "log",
            "pictures of these samples are not kept: " + kept.error().message());
}

base::Result<base::Json> picturesOf(
    const data::Sample& sample, const fs::path& folder, const vision::PreprocessSettings& shown)
{
    base::Json json = base::Json::array();
    const auto add = [&](const char* role, const data::Media& media) -> base::Status {
        const auto found = pictureFiles(media, folder);
        if (!found)
            return base::within(found.error(), sample.where());
        base::Json files = base::Json::array();
        for (const fs::path& file : *found)
            files.push_back(fs::absolute(file).string());
        const bool isVideo = media.kind == data::Media::Kind::Video;
        json.push_back({ { "role", role }, { "kind", isVideo ? "video" : "image" }, { "files", files } });
        if (isVideo)
            return {};
        const auto grid = gridOf(media, shown);
        if (!grid)
            return base::within(grid.error(), sample.where());
        json.back().update({ { "tile_size", shown.tileSize }, { "thumbnail", shown.thumbnail },
            { "grids", base::Json::array({ base::Json::array({ grid->cols, grid->rows }) }) } });
        return {};
    };
    for (const data::Media& media : sample.media) {
        if (const base::Status added = add("context", media); !added)
            return added.error();
    }
    for (const auto& [role, media] : { std::pair("A", &sample.mediaA), std::pair("B", &sample.mediaB) }) {
        if (!*media)
            continue;
        if (const base::Status added = add(role, **media); !added)
            return added.error();
    }
    return json;
}

} // namespace msrl::stages
