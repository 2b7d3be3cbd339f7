// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/benchmark.h"
#include "core/data/inspection.h"
#include "core/data/leakage.h"
#include "core/data/readers.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/convert_data.h"
#include "engine/cli/data_options.h"
#include "engine/cli/media_faults.h"
#include "engine/cli/tile_counts.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace msrl::cli {

namespace {

constexpr std::int64_t kHistogramWidth = 40;

struct DataOptions
{
    DataFileOptions file;
    std::string target;
    std::string mediaFolder; // convert
    std::string against; // check: a benchmark's data
    std::string benchmark = "own";
    bool noDecode = false; // check
    bool tiles = false;
    std::int64_t tileSize = 448;
    std::int64_t maxTiles = 12;
    bool json = false;
};

using TileCounts = std::map<std::int64_t, std::int64_t>;

std::string barOf(std::int64_t count, std::int64_t all)
{
    return std::string(
        static_cast<std::size_t>((count * kHistogramWidth + all - 1) / std::max<std::int64_t>(all, 1)), '#');
}

std::string forPeople(const data::Inspection& found, bool looksInside)
{
    std::string text = fmt::format(
        "{} samples, gold A {}, B {}, none {}\n", found.samples, found.goldA, found.goldB, found.withoutGold);
    for (const auto& [task, count] : found.byTask)
        text += fmt::format("  {:<24} {}\n", task, count);
    text += fmt::format("text of a sample: {} to {} bytes, {:.0f} on average\n", found.text.least,
        found.text.most, found.text.mean);
    for (const auto& [from, count] : found.lengths)
        text += fmt::format("  {:>9} bytes and more {:>9} {}\n", from, count, barOf(count, found.samples));
    text += fmt::format(
        "{} duplicates, {} of them contradict\n", found.repetitions.size(), found.contradictions());
    for (const data::Repetition& one : found.repetitions)
        text += fmt::format(
            "  {} repeats {}{}\n", one.place, one.firstPlace, one.contradicts ? ", other gold" : "");
    text += fmt::format("{} samples lack media{}\n", found.missingMedia.size(),
        looksInside ? ""
                    : " (the files are looked for; data check decodes them, as a run does before it starts)");
    for (const std::string& one : found.missingMedia)
        text += "  " + one + "\n";
    return text;
}

std::string forPeople(const MediaFaults& media)
{
    std::string text = fmt::format("{} images and {} videos decoded, {} fields name one that cannot be\n",
        media.images, media.videos, media.faults.size());
    for (const std::string& one : media.faults)
        text += "  " + one + "\n";
    return text;
}

std::string forPeople(const TileCounts& tiles, std::int64_t samples)
{
    std::string text = "tiles of a sample\n";
    for (const auto& [number, count] : tiles)
        text += fmt::format("  {:>9} tiles {:>18} {}\n", number, count, barOf(count, samples));
    return text;
}

base::Json tilesJson(const TileCounts& tiles)
{
    base::Json json = base::Json::array();
    for (const auto& [number, count] : tiles)
        json.push_back({ { "tiles", number }, { "samples", count } });
    return json;
}

// Of the benchmark's samples; those of "own" are of any format that core/data reads.
base::Result<std::vector<data::Leak>> leaksOf(
    const std::vector<data::Sample>& samples, const DataOptions& options)
{
    const auto sets = bench::findBenchmark(options.benchmark)->judgingSets(options.against);
    if (!sets)
        return sets.error();
    std::vector<data::Sample> all;
    for (const bench::JudgingSet& set : *sets)
        all.insert(all.end(), set.samples.begin(), set.samples.end());
    return data::findLeaks(samples, all);
}

base::Json leaksJson(const std::vector<data::Leak>& leaks)
{
    base::Json json = base::Json::object();
    for (const auto kind : { data::Leak::Kind::Media, data::Leak::Kind::Pair, data::Leak::Kind::Question })
        json[data::leakKindName(kind)] = data::countLeaks(leaks, kind);
    json["list"] = base::Json::array();
    for (const data::Leak& leak : leaks)
        json["list"].push_back({ { "kind", data::leakKindName(leak.kind) }, { "sample", leak.place },
            { "benchmark", leak.other }, { "what", leak.what } });
    return json;
}

std::string forPeople(const std::vector<data::Leak>& leaks)
{
    std::string text = fmt::format("also in the benchmark: {} media, {} pairs, {} questions alone\n",
        data::countLeaks(leaks, data::Leak::Kind::Media), data::countLeaks(leaks, data::Leak::Kind::Pair),
        data::countLeaks(leaks, data::Leak::Kind::Question));
    for (const data::Leak& leak : leaks)
        text += fmt::format(
            "  {} {} is in {}: {}\n", data::leakKindName(leak.kind), leak.place, leak.other, leak.what);
    return text;
}

// What was found of one file; what was not looked for is absent.
struct Findings
{
    data::Inspection rows;
    std::optional<MediaFaults> media;
    std::optional<std::vector<data::Leak>> leaks;
    std::optional<TileCounts> tiles;

    std::size_t undecodable() const { return media ? media->faults.size() : 0; }
};

base::Result<Findings> look(const std::vector<data::Sample>& samples, const DataOptions& options, bool decode)
{
    Findings found;
    found.rows = data::inspect(samples);
    if (decode) {
        auto media = findMediaFaults(samples);
        if (!media)
            return media.error();
        found.media = *std::move(media);
    }
    const bool allThere = found.rows.missingMedia.empty();
    if (!options.against.empty()) {
        auto leaks = allThere ? leaksOf(samples, options) : std::vector<data::Leak>();
        if (!leaks)
            return leaks.error();
        found.leaks = *std::move(leaks);
    }
    if (options.tiles) {
        auto tiles = allThere && found.undecodable() == 0
            ? tileCounts(samples, options.tileSize, options.maxTiles)
            : TileCounts();
        if (!tiles)
            return tiles.error();
        found.tiles = *std::move(tiles);
    }
    return found;
}

base::Json toJson(const Findings& found)
{
    base::Json json = found.rows.toJson();
    if (found.media)
        json["decoded"] = found.media->toJson();
    if (found.tiles)
        json["tile_histogram"] = tilesJson(*found.tiles);
    if (found.leaks)
        json["leakage"] = leaksJson(*found.leaks);
    return json;
}

std::string forPeople(const Findings& found)
{
    return forPeople(found.rows, found.media || found.tiles) + (found.media ? forPeople(*found.media) : "")
        + (found.tiles ? forPeople(*found.tiles, found.rows.samples) : "")
        + (found.leaks ? forPeople(*found.leaks) : "");
}

base::Status faultOf(const Findings& found, const std::string& file)
{
    const std::int64_t contradictions = found.rows.contradictions();
    const std::size_t missing = found.rows.missingMedia.size();
    if (contradictions > 0 || missing > 0 || found.undecodable() > 0)
        return base::badInput(
            fmt::format("{} contradictory duplicates, {} samples without their media, {} media that cannot "
                        "be decoded",
                contradictions, missing, found.undecodable()),
            file, "the list names them");
    const auto leaked
        = [&](data::Leak::Kind kind) { return found.leaks ? data::countLeaks(*found.leaks, kind) : 0; };
    if (leaked(data::Leak::Kind::Media) > 0 || leaked(data::Leak::Kind::Pair) > 0)
        return base::badInput(fmt::format("{} samples share a medium with the benchmark, {} a pair",
                                  leaked(data::Leak::Kind::Media), leaked(data::Leak::Kind::Pair)),
            file, "the list names them; leave them out of the training");
    return {};
}

base::Status inspectFile(const DataOptions& options, bool refuseFaults)
{
    const auto how = loadOptions(options.file);
    if (!how)
        return how.error();
    const auto samples = data::loadSamples(options.file.file, *how);
    if (!samples)
        return samples.error();
    const auto found = look(*samples, options, refuseFaults && !options.noDecode);
    if (!found)
        return found.error();
    print(options.json ? toJson(*found).dump(1, ' ', true) + "\n" : forPeople(*found));
    return refuseFaults ? faultOf(*found, options.file.file) : base::Status();
}

base::Status convertFile(const DataOptions& options)
{
    const auto how = loadOptions(options.file);
    if (!how)
        return how.error();
    return convertData({ options.file.file, *how, options.target, options.mediaFolder });
}

void addTiles(CLI::App& command, DataOptions& options)
{
    command.add_flag(
        "--tiles", options.tiles, "Also a histogram of the tiles of a sample; decodes each image.");
    command.add_option("--tile-size", options.tileSize, "Side of a tile in pixels.")
        ->check(wholeBetween(1, 1 << 14))
        ->capture_default_str();
    command.add_option("--max-tiles", options.maxTiles, "Most tiles of one image.")
        ->check(wholeBetween(1, 1024))
        ->capture_default_str();
}

void addAgainst(CLI::App& command, DataOptions& options)
{
    std::vector<std::string> names;
    for (const bench::Benchmark& one : bench::benchmarks())
        names.emplace_back(one.name);
    command.add_option("--against", options.against,
        "A benchmark's data: exit code 2 when a picture, a video or a pair of it is in FILE.");
    command
        .add_option(
            "--benchmark", options.benchmark, "Which benchmark that is; own: a data file of any format.")
        ->check(CLI::IsMember(names))
        ->capture_default_str();
}

} // namespace

void addDataCommands(CLI::App& app, Action& action)
{
    CLI::App* parent = app.add_subcommand("data", "Look at data files before a run, and convert them.");
    parent->require_subcommand(1);
    const auto options = std::make_shared<DataOptions>();
    for (const bool check : { false, true }) {
        CLI::App* command = check
            ? parent->add_subcommand("check",
                "As inspect, and each image and video decoded; exit code 2 for contradictions, "
                "media that are missing or damaged, and leakage.")
            : parent->add_subcommand(
                "inspect", "Counts, label balance, lengths, tiles, duplicates and missing media.");
        addDataFileOptions(*command, options->file);
        addTiles(*command, *options);
        command->add_flag("--json", options->json, "As JSON.");
        if (check) {
            addAgainst(*command, *options);
            command->add_flag("--no-decode", options->noDecode,
                "Only look for the media: no image and no video is decoded, which takes long of a huge set.");
        }
        command->callback([&action, options, check] {
            action = [options, check] { return inspectFile(*options, check); };
        });
    }
    CLI::App* convert = parent->add_subcommand("convert", "Write the samples as rows of our own format.");
    addDataFileOptions(*convert, options->file);
    convert
        ->add_option(
            "TARGET", options->target, "The file to write: *.jsonl, or *.parquet with the images inside.")
        ->required();
    convert->add_option("--media", options->mediaFolder,
        "Images that stand inside the rows are written to this folder, and *.jsonl names them.");
    convert->callback([&action, options] { action = [options] { return convertFile(*options); }; });
}

} // namespace msrl::cli
