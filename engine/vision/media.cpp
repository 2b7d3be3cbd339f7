// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/media.h"

#include "core/base/hash.h"
#include "engine/vision/decode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>

namespace msrl::vision {
namespace {

namespace fs = std::filesystem;

bool isVideo(const data::Media& media)
{
    return media.kind == data::Media::Kind::Video;
}

struct ChosenFiles
{
    std::vector<fs::path> all;
    std::vector<std::int64_t> indices;
};

base::Result<ChosenFiles> chooseFiles(const data::Media& media, FrameRequest request)
{
    auto files = data::mediaFiles(media);
    if (!files)
        return files.error();
    ChosenFiles out { *std::move(files), {} };
    request.totalFrames = static_cast<std::int64_t>(out.all.size());
    if (media.frames == 0) {
        out.indices.resize(out.all.size());
        std::iota(out.indices.begin(), out.indices.end(), 0);
        return out;
    }
    auto indices = chooseFrames(request);
    if (!indices)
        return base::within(indices.error(), media.file.string());
    out.indices = *std::move(indices);
    return out;
}

base::Result<VideoFrames> readFolder(const data::Media& media, const FrameRequest& request)
{
    auto chosen = chooseFiles(media, request);
    if (!chosen)
        return chosen.error();
    VideoFrames out;
    out.totalFrames = static_cast<std::int64_t>(chosen->all.size());
    out.indices = std::move(chosen->indices);
    for (const std::int64_t index : out.indices) {
        auto image = readImage(chosen->all[static_cast<std::size_t>(index)]);
        if (!image)
            return image.error();
        out.images.push_back(*std::move(image));
    }
    return out;
}

} // namespace

base::Result<Image> readImage(const data::Media& media, Alpha alpha)
{
    if (!media.inRow()) {
        // A missing file is told as one of a data set, with what to do.
        if (const auto files = data::mediaFiles(media); !files)
            return files.error();
        return readImage(media.file, alpha);
    }
    const auto bytes = data::inRowBytes(media);
    if (!bytes)
        return bytes.error();
    return decodeImage(*bytes, media.name(), alpha);
}

FrameRequest requestFor(const data::Media& media)
{
    FrameRequest request;
    request.rule = media.frameRule;
    request.numSegments = media.frames > 0 ? media.frames : data::kDefaultFrames;
    return request;
}

base::Result<std::vector<fs::path>> frameFiles(const data::Media& media, const FrameRequest& request)
{
    const auto chosen = chooseFiles(media, request);
    if (!chosen)
        return chosen.error();
    std::vector<fs::path> files;
    for (const std::int64_t index : chosen->indices)
        files.push_back(chosen->all[static_cast<std::size_t>(index)]);
    return files;
}

base::Result<VideoFrames> readFrames(const data::Media& media, const FrameRequest& request)
{
    return data::isFrameFolder(media) ? readFolder(media, request) : readVideo(media.file, request);
}

base::Result<std::vector<std::int64_t>> countTiles(
    const data::Media& media, const PreprocessSettings& settings)
{
    if (isVideo(media)) {
        const auto files = data::mediaFiles(media);
        if (!files)
            return files.error();
        const bool wholeFolder = media.frames == 0 && data::isFrameFolder(media);
        const auto frames
            = wholeFolder ? files->size() : static_cast<std::size_t>(requestFor(media).numSegments);
        return std::vector<std::int64_t>(frames, 1);
    }
    if (settings.maxTiles == 1)
        return std::vector<std::int64_t> { 1 }; // whatever the size
    const auto image = readImage(media);
    if (!image)
        return image.error();
    return std::vector<std::int64_t> { numTiles(image->width, image->height, settings) };
}

base::Result<at::Tensor> loadMedia(const data::Media& media, const PreprocessSettings& settings)
{
    if (isVideo(media)) {
        const auto frames = readFrames(media, requestFor(media));
        if (!frames)
            return frames.error();
        return tilesOfFrames(frames->images, settings);
    }
    const auto image = readImage(media);
    if (!image)
        return image.error();
    return tilesOf(*image, settings);
}

base::Result<std::string> contentHash(const data::Media& media, const PreprocessSettings& settings)
{
    base::Sha256 hash;
    hash.add(fmt::format("{} {} {} {} {} {} {} {} {} {}\n", isVideo(media), media.frames,
        data::frameRuleName(media.frameRule), settings.tileSize, settings.minTiles, settings.maxTiles,
        settings.thumbnail, static_cast<int>(settings.resize), fmt::join(settings.mean, " "),
        fmt::join(settings.deviation, " ")));
    if (media.inRow()) {
        const auto bytes = data::inRowBytes(media);
        if (!bytes)
            return bytes.error();
        hash.add(*bytes);
        return hash.finish();
    }
    const auto files = data::mediaFiles(media);
    if (!files)
        return files.error();
    for (const fs::path& file : *files) {
        const auto digest = base::sha256OfFile(file);
        if (!digest)
            return digest.error();
        hash.add(*digest);
    }
    return hash.finish();
}

base::Status checkDecodes(const data::Media& media)
{
    if (isVideo(media)) {
        const auto frames = readFrames(media, requestFor(media));
        return frames ? base::Status() : base::Status(frames.error());
    }
    const auto image = readImage(media);
    return image ? base::Status() : base::Status(image.error());
}

} // namespace msrl::vision
