// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/preprocess.h"

#include "core/base/json.h"

#include <ATen/ops/empty.h>

#include <fmt/format.h>

#include <algorithm>

namespace msrl::vision {
namespace {

constexpr std::int64_t kMostTiles = 1024;

void readChannels(base::ObjectReader& in, const char* key, bool positive, std::array<float, 3>& out)
{
    if (!in.has(key))
        return;
    const base::Json& values = in.array(key);
    if (values.size() != out.size()) {
        in.fault(key, "expected three numbers");
        return;
    }
    for (std::size_t c = 0; c < out.size(); ++c) {
        if (!values[c].is_number() || (positive && values[c].get<double>() <= 0)) {
            in.fault(key, "expected three numbers" + std::string(positive ? " above 0" : ""));
            return;
        }
        out[c] = values[c].get<float>();
    }
}

// "size": 448, {"height": 448, "width": 448} or {"shortest_edge": 448}.
void checkTileSize(base::ObjectReader& in, std::int64_t tileSize)
{
    for (const char* key : { "size", "crop_size" }) {
        const base::Json& size = in.any(key);
        const bool object = size.is_object();
        for (const char* side : { "height", "width", "shortest_edge" }) {
            const base::Json value = object ? size.value(side, base::Json()) : size;
            if (value.is_number_integer() && value.get<std::int64_t>() != tileSize)
                in.fault(key, fmt::format("is {}, the vision tower reads {}", value.dump(), tileSize));
        }
    }
}

// Null where there is no such file.
base::Result<base::Json> jsonOf(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return base::Json();
    return base::readJsonFile(path);
}

void readTiles(base::ObjectReader& in, const char* least, const char* most, PreprocessSettings& out)
{
    out.minTiles = in.integer(least, out.minTiles);
    out.maxTiles = in.integer(most, out.maxTiles);
    if (out.minTiles < 1 || out.maxTiles < out.minTiles || out.maxTiles > kMostTiles)
        in.fault(most, fmt::format("tiles from {} to {}", out.minTiles, out.maxTiles));
}

// The original form says in config.json how its images are cut.
base::Status readOriginal(const std::filesystem::path& folder, PreprocessSettings& out)
{
    const std::filesystem::path path = folder / "config.json";
    const auto json = jsonOf(path);
    if (!json)
        return json.error();
    if (!json->is_object() || json->value("model_type", base::Json()) != "internvl_chat")
        return {};
    base::ObjectReader in(*json, path.string());
    readTiles(in, "min_dynamic_patch", "max_dynamic_patch", out);
    out.thumbnail = in.boolean("use_thumbnail", out.thumbnail);
    if (!in.boolean("dynamic_image_size", true)) {
        out.minTiles = 1;
        out.maxTiles = 1;
    }
    return in.finish(base::ObjectReader::Unknown::Keep);
}

} // namespace

base::Result<PreprocessSettings> readPreprocessSettings(
    const std::filesystem::path& folder, const PreprocessSettings& defaults)
{
    PreprocessSettings out = defaults;
    if (const base::Status fault = readOriginal(folder, out); !fault)
        return fault.error();
    const std::filesystem::path path = folder / "preprocessor_config.json";
    const auto json = jsonOf(path);
    if (!json)
        return json.error();
    if (json->is_null())
        return out;
    base::ObjectReader in(*json, path.string());
    readChannels(in, "image_mean", false, out.mean);
    readChannels(in, "image_std", true, out.deviation);
    readTiles(in, "min_patches", "max_patches", out);
    checkTileSize(in, out.tileSize);
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    return out;
}

base::Result<PreprocessSettings> withMostTiles(
    PreprocessSettings settings, std::int64_t most, const std::string& place)
{
    settings.maxTiles = std::min(settings.maxTiles, most);
    if (settings.minTiles > settings.maxTiles)
        return base::badInput(fmt::format("is {}, preprocessor_config.json asks for at least {} tiles", most,
                                  settings.minTiles),
            place);
    return settings;
}

Grid gridFor(std::int64_t width, std::int64_t height, const PreprocessSettings& settings)
{
    return chooseGrid(width, height, settings.tileSize, settings.minTiles, settings.maxTiles);
}

std::int64_t numTiles(std::int64_t width, std::int64_t height, const PreprocessSettings& settings)
{
    const std::int64_t tiles = gridFor(width, height, settings).tiles();
    return tiles + (settings.thumbnail && tiles > 1 ? 1 : 0);
}

at::Tensor normalise(std::span<const Image> tiles, const PreprocessSettings& settings)
{
    const std::int64_t side = settings.tileSize;
    at::Tensor out = at::empty({ static_cast<std::int64_t>(tiles.size()), 3, side, side }, at::kFloat);
    // All values there are, formed in the reference's order of operations.
    std::array<std::array<float, 256>, 3> table {};
    const bool rescaled = settings.resize == Resize::Pil;
    for (std::size_t c = 0; c < 3; ++c) {
        const float mean = rescaled ? settings.mean[c] : settings.mean[c] * 255.0F;
        const float deviation = rescaled ? settings.deviation[c] : settings.deviation[c] * 255.0F;
        for (std::size_t v = 0; v < 256; ++v) {
            const float value = rescaled ? static_cast<float>(v) / 255.0F : static_cast<float>(v);
            table[c][v] = (value - mean) / deviation;
        }
    }
    float* to = out.mutable_data_ptr<float>();
    const auto pixels = static_cast<std::size_t>(side * side);
    for (const Image& tile : tiles) {
        for (std::size_t c = 0; c < 3; ++c) {
            for (std::size_t i = 0; i < pixels; ++i)
                *to++ = table[c][tile.rgb[3 * i + c]];
        }
    }
    return out;
}

at::Tensor tilesOf(const Image& image, const PreprocessSettings& settings)
{
    return normalise(cutTiles(image, gridFor(image.width, image.height, settings), settings.cut()), settings);
}

at::Tensor tilesOfFrames(std::span<const Image> frames, const PreprocessSettings& settings)
{
    std::vector<Image> tiles;
    for (const Image& frame : frames)
        tiles.push_back(resizeBicubic(frame, settings.tileSize, settings.tileSize, settings.resize));
    return normalise(tiles, settings);
}

} // namespace msrl::vision
