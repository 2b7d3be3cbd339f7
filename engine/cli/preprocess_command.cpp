// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine preprocess: what a model's vision tower is given for one image.
#include "core/base/json.h"
#include "engine/cli/command.h"
#include "engine/model/config.h"
#include "engine/model/safetensors.h"
#include "engine/vision/decode.h"
#include "engine/vision/preprocess.h"
#include "engine/vision/tiling.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>

namespace msrl::cli {
namespace {

constexpr std::int64_t kMostTiles = 1024;

struct PreprocessOptions
{
    std::string model;
    std::string image;
    std::optional<std::int64_t> maxTiles;
    std::string resize = "pil";
    std::string out;
    bool json = false;
};

base::Result<vision::PreprocessSettings> settingsFor(
    const PreprocessOptions& options, const model::ModelConfig& config)
{
    if (config.architecture != "internvl")
        return base::badInput("its images are not cut into InternVL's tiles", options.model,
            "preprocess knows the architecture internvl");
    auto settings = vision::readPreprocessSettings(options.model, config.vision.imageSize);
    if (settings && options.maxTiles) {
        settings->maxTiles = *options.maxTiles;
        if (settings->minTiles > settings->maxTiles)
            return base::badInput(fmt::format("is {}, preprocessor_config.json asks for at least {} tiles",
                                      settings->maxTiles, settings->minTiles),
                "--max-tiles");
    }
    return settings;
}

base::Status preprocess(const PreprocessOptions& options)
{
    const auto config = model::readConfig(options.model);
    if (!config)
        return config.error();
    const auto settings = settingsFor(options, *config);
    if (!settings)
        return settings.error();
    const auto image = vision::readImage(options.image);
    if (!image)
        return image.error();
    const vision::Grid grid = vision::chooseGrid(
        image->width, image->height, settings->tileSize, settings->minTiles, settings->maxTiles);
    const auto tiles = vision::cutTiles(*image, grid, settings->tileSize, settings->thumbnail);
    const auto count = static_cast<std::int64_t>(tiles.size());
    const std::int64_t tokens = count * config->tokensPerTile();
    if (!options.out.empty()) {
        const model::NamedTensor pixels { "pixel_values", vision::normalise(tiles, *settings) };
        if (const base::Status fault = model::writeSafetensors(options.out, { pixels }); !fault)
            return fault;
    }
    const base::Json said
        = { { "image", options.image }, { "width", image->width }, { "height", image->height },
              { "resize", options.resize }, { "grid", { { "cols", grid.cols }, { "rows", grid.rows } } },
              { "tile_size", settings->tileSize }, { "tiles", count }, { "thumbnail", count > grid.tiles() },
              { "tokens_per_tile", config->tokensPerTile() }, { "tokens", tokens },
              { "out", options.out.empty() ? base::Json() : base::Json(options.out) } };
    print(options.json
            ? said.dump(-1, ' ', true) + "\n"
            : fmt::format("{} x {} pixels, grid {} x {} (columns x rows), {} tiles of {} x {}{}, {} "
                          "tokens\n",
                image->width, image->height, grid.cols, grid.rows, count, settings->tileSize,
                settings->tileSize, count > grid.tiles() ? " with the thumbnail" : "", tokens));
    return {};
}

} // namespace

void addPreprocessCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand(
        "preprocess", "Cut an image into a model's tiles: the grid, tiles, tokens and pixel values.");
    const auto options = std::make_shared<PreprocessOptions>();
    command
        ->add_option("--model", options->model,
            "A model folder; config.json and, where there is one, preprocessor_config.json are read.")
        ->required();
    command->add_option("--image", options->image, "PNG, JPEG or WebP.")->required();
    command
        ->add_option("--max-tiles", options->maxTiles,
            "Most tiles, thumbnail not counted; the model's own when absent.")
        ->check(CLI::Range(std::int64_t { 1 }, kMostTiles));
    command->add_option("--resize", options->resize, "Whose bicubic resize: pil (Pillow's, bit for bit).")
        ->check(CLI::IsMember({ "pil" }));
    command->add_option("--out", options->out, "A safetensors file for pixel_values [tiles,3,S,S], float32.");
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] { action = [options] { return preprocess(*options); }; });
}

} // namespace msrl::cli
