// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine convert: a model folder in another spelling, number format or number of files.
#include "core/base/json.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/output_file.h"
#include "engine/device/device.h"
#include "engine/model/architecture.h"
#include "engine/model/export.h"
#include "engine/model/loading.h"
#include "engine/model/weight_folder.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <set>

namespace msrl::cli {
namespace {

struct ConvertOptions
{
    std::string model;
    std::string out;
    std::string spelling = "hf";
    std::string dtype; // empty: as stored
    std::string maxShardSize = "5GB";
    std::int64_t imageToken = -1; // -1: as the model's folder says
    bool json = false;
};

constexpr c10::ScalarType kWritten[]
    = { c10::ScalarType::Float, c10::ScalarType::BFloat16, c10::ScalarType::Half };

// "5GB", "200MB" (powers of 1000), "1GiB" (of 1024), or bytes.
base::Result<std::uint64_t> bytesFrom(const std::string& text)
{
    constexpr std::pair<const char*, std::uint64_t> kUnits[] = { { "", 1 }, { "B", 1 }, { "KB", 1'000 },
        { "MB", 1'000'000 }, { "GB", 1'000'000'000 }, { "KiB", std::uint64_t { 1 } << 10 },
        { "MiB", std::uint64_t { 1 } << 20 }, { "GiB", std::uint64_t { 1 } << 30 } };
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
    for (const auto& [name, factor] : kUnits) {
        if (error == std::errc() && unit == name && number > 0
            && number <= std::numeric_limits<std::uint64_t>::max() / factor)
            return number * factor;
    }
    return base::badInput("'" + text + "' is no size", "--max-shard-size", "for example 5GB, 200MB or 1GiB");
}

// The one format of all stored tensors.
base::Result<c10::ScalarType> storedFormat(const std::string& folder)
{
    if (const auto config = model::readConfig(folder, model::ImageToken::MayBeUnknown); !config)
        return config.error();
    const auto weights = model::WeightFolder::open(folder);
    if (!weights)
        return weights.error();
    std::set<std::string> names;
    c10::ScalarType format = c10::ScalarType::Undefined;
    for (const auto& item : weights->items()) {
        format = item.entry->dtype;
        names.insert(device::dtypeName(format));
    }
    if (names.size() == 1
        && std::find(std::begin(kWritten), std::end(kWritten), format) != std::end(kWritten))
        return format;
    return base::badInput(fmt::format("holds {}", fmt::join(names, " and ")), folder,
        "say the number format to write: --dtype float32, bfloat16 or float16");
}

base::Result<c10::ScalarType> writtenFormat(const ConvertOptions& options)
{
    if (options.dtype.empty())
        return storedFormat(options.model);
    const auto* format = std::find_if(std::begin(kWritten), std::end(kWritten),
        [&](c10::ScalarType known) { return device::dtypeName(known) == options.dtype; });
    return format != std::end(kWritten) ? *format : c10::ScalarType::Undefined; // the command line checked it
}

base::Result<model::ExportOptions> exportOptions(const ConvertOptions& options)
{
    model::ExportOptions out;
    out.spelling = *model::spellingFromName(options.spelling); // the command line checked it
    const auto bytes = bytesFrom(options.maxShardSize);
    if (!bytes)
        return bytes.error();
    out.maxShardBytes = *bytes;
    const auto format = writtenFormat(options);
    if (!format)
        return format.error();
    out.dtype = *format;
    return out;
}

// An original folder without a tokenizer does not say it.
base::Status setImageToken(std::int64_t id, const std::string& folder, model::ModelConfig& config)
{
    if (id >= config.text.vocabulary)
        return base::badInput(
            fmt::format("is {}, outside the vocabulary of {}", id, config.text.vocabulary), "--image-token");
    if (config.imageTokenId >= 0 && config.imageTokenId != id)
        return base::badInput(
            fmt::format("is {}, {} says {}", id, folder, config.imageTokenId), "--image-token");
    config.imageTokenId = id;
    return {};
}

base::Status convert(const ConvertOptions& options)
{
    const auto how = exportOptions(options);
    if (!how)
        return how.error();
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(options.out, ignored)))
        return base::badInput("is already there", options.out, "nothing is overwritten; name another folder");
    if (base::Status fine = checkOutputFolder(options.out); !fine)
        return fine;
    auto policy = model::loadPolicy(options.model, how->dtype, c10::kCPU,
        { model::ImageToken::MayBeUnknown, model::WeightMemory::Mapped });
    if (!policy)
        return policy.error();
    if (options.imageToken >= 0) {
        if (const base::Status fault = setImageToken(options.imageToken, options.model, policy->config);
            !fault)
            return fault;
    }
    if (const base::Status fault = model::exportPolicy(*policy, options.out, *how); !fault)
        return fault;
    base::Json said = { { "out", options.out }, { "spelling", options.spelling },
        { "dtype", device::dtypeName(how->dtype) }, { "parameters", policy->numParameters() },
        { "weight_files", base::Json::array() }, { "notes", base::Json::array() } };
    for (const auto& file : std::filesystem::directory_iterator(options.out)) {
        if (file.path().extension() == ".safetensors")
            said["weight_files"].push_back(file.path().filename().string());
    }
    if (how->spelling == model::Spelling::Original
        && !std::filesystem::exists(std::filesystem::path(options.out) / "tokenizer.json", ignored))
        said["notes"].push_back(
            "the original form has the image token's id in tokenizer.json alone, and there is none");
    if (options.json) {
        print(said.dump(1, ' ', true) + "\n");
        return {};
    }
    print(fmt::format("{}: {} parameters as {} in {} file(s)\n", options.out, policy->numParameters(),
        device::dtypeName(how->dtype), said["weight_files"].size()));
    for (const auto& note : said["notes"])
        print("note: " + note.get<std::string>() + "\n");
    return {};
}

} // namespace

void addConvertCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand(
        "convert", "Write a model folder in another spelling, number format or number of files.");
    const auto options = std::make_shared<ConvertOptions>();
    command->add_option("MODEL", options->model, "The model folder.")->required();
    command->add_option("OUT", options->out, "The folder to write; it must not exist.")->required();
    command
        ->add_option("--spelling", options->spelling,
            "hf (as transformers saves), transformers (its names in memory) or original (the remote-code "
            "form).")
        ->check(CLI::IsMember({ "hf", "transformers", "original" }))
        ->capture_default_str();
    command->add_option("--dtype", options->dtype, "The number format; the stored one unless named.")
        ->check(CLI::IsMember({ "float32", "bfloat16", "float16" }));
    command
        ->add_option("--image-token", options->imageToken,
            "Id of the image token, for a folder of the original form without a tokenizer.")
        ->check(wholeFrom(0));
    command
        ->add_option("--max-shard-size", options->maxShardSize, "Most bytes of one file: 5GB, 200MB, 1GiB.")
        ->capture_default_str();
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] { action = [options] { return convert(*options); }; });
}

} // namespace msrl::cli
