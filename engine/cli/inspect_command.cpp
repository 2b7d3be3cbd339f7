// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine inspect: what a model folder holds and what memory it takes, without reading its weights.
#include "core/base/json.h"
#include "core/text/tokenizer.h"
#include "engine/cli/command.h"
#include "engine/device/cuda_plugin.h"
#include "engine/device/device.h"
#include "engine/model/architecture.h"
#include "engine/model/loading.h"
#include "engine/model/weight_folder.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <map>
#include <memory>

namespace msrl::cli {
namespace {

constexpr std::int64_t kDeviceCounts[] = { 1, 2, 4, 8 };
constexpr std::int64_t kSingle = 4; // bytes of a float32
constexpr const char* kTokens[] = { "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<img>", "</img>",
    "<IMG_CONTEXT>", "<image>", "<video>", "<think>", "</think>" };

struct Stored
{
    std::string spelling;
    std::map<std::string, std::int64_t> elements; // by number format
    std::uint64_t bytes = 0;
};

base::Result<Stored> storedIn(const std::string& folder, const model::Architecture& architecture)
{
    const auto weights = model::WeightFolder::open(folder);
    if (!weights)
        return weights.error();
    Stored out;
    model::Spelling spelling = model::Spelling::HuggingFace;
    for (const auto& item : weights->items()) {
        const model::Respelled respelled = architecture.respell(item.entry->name);
        // The language model's names are those of the disk form in the original spelling too.
        if (respelled.spelling != model::Spelling::HuggingFace)
            spelling = respelled.spelling;
        out.elements[device::dtypeName(item.entry->dtype)] += item.entry->numElements();
        out.bytes += item.entry->end - item.entry->begin;
    }
    out.spelling = model::spellingName(spelling);
    return out;
}

// Bytes per device: everything on each, or everything divided. Activations are not in it.
base::Json memoryJson(const model::Policy& policy, std::int64_t weightBytes)
{
    const std::int64_t count = policy.numParameters();
    const model::TextConfig& text = policy.config.text;
    const bool mixed = weightBytes < kSingle;
    const base::Json training = { { "weights", count * weightBytes }, { "gradients", count * weightBytes },
        { "adamw_states", 2 * count * kSingle }, { "fp32_master", mixed ? count * kSingle : 0 } };
    std::int64_t total = 0;
    for (const auto& part : training)
        total += part.get<std::int64_t>();
    base::Json out
        = { { "inference",
                { { "weights", count * weightBytes },
                    { "kv_cache_per_token", 2 * text.layers * text.kvHeads * text.headDim * weightBytes } } },
              { "training", training }, { "by_devices", base::Json::array() } };
    for (const std::int64_t devices : kDeviceCounts)
        out["by_devices"].push_back(
            { { "devices", devices }, { "inference_sharded", (count * weightBytes + devices - 1) / devices },
                { "training_replicated", total }, { "training_sharded", (total + devices - 1) / devices } });
    return out;
}

// Null where the folder has no tokenizer, or the tokenizer no such token.
base::Result<base::Json> tokensJson(const std::string& folder)
{
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::path(folder) / "tokenizer.json", ignored))
        return base::Json();
    const auto tokenizer = text::Tokenizer::load(folder);
    if (!tokenizer)
        return tokenizer.error();
    base::Json out = base::Json::object();
    for (const char* name : kTokens) {
        const auto id = tokenizer->tokenId(name);
        out[name] = id ? base::Json(*id) : base::Json();
    }
    const auto end = tokenizer->endOfSequence();
    const auto padding = tokenizer->padding();
    out["eos"] = end ? base::Json(*end) : base::Json();
    out["pad"] = padding ? base::Json(*padding) : base::Json();
    return out;
}

// What is here to hold it.
base::Json devicesJson()
{
    base::Json all = base::Json::array();
    for (const device::DeviceMemory& memory : device::cudaMemory())
        all.push_back({ { "device", fmt::format("cuda:{}", all.size()) }, { "used_bytes", memory.usedBytes },
            { "total_bytes", memory.totalBytes } });
    return all;
}

base::Result<base::Json> inspection(const std::string& folder)
{
    // On the meta device every name and shape is checked and no weight is read.
    const auto policy = model::loadPolicy(folder, c10::ScalarType::Float, c10::Device(c10::kMeta),
        { model::ImageToken::MayBeUnknown, model::WeightMemory::Own });
    if (!policy)
        return policy.error();
    const model::ModelConfig& config = policy->config;
    const auto stored = storedIn(folder, model::architectureOf(config));
    if (!stored)
        return stored.error();
    const auto tokens = tokensJson(folder);
    if (!tokens)
        return tokens.error();
    base::Json parameters = base::Json::object();
    for (const model::Part part : { model::Part::Vision, model::Part::Projector, model::Part::Language })
        parameters[std::string(model::partName(part))] = policy->numParameters(part);
    parameters["total"] = policy->numParameters();
    base::Json memory = base::Json::object();
    memory["float32"] = memoryJson(*policy, kSingle);
    memory["bfloat16"] = memoryJson(*policy, 2);
    const std::string dtype = stored->elements.size() == 1 ? stored->elements.begin()->first : "mixed";
    return base::Json { { "model", folder }, { "architecture", config.architecture },
        { "decoder", config.text.modelType }, { "spelling", stored->spelling }, { "dtype", dtype },
        { "elements_by_dtype", stored->elements }, { "stored_bytes", stored->bytes },
        { "tied_head", config.tiedHead }, { "parameters", parameters },
        { "vocabulary", config.text.vocabulary }, { "max_positions", config.text.maxPositions },
        { "tile_size", config.vision.imageSize }, { "tokens_per_tile", config.tokensPerTile() },
        { "image_token_id", config.imageTokenId < 0 ? base::Json() : base::Json(config.imageTokenId) },
        { "video_token_id", config.videoTokenId < 0 ? base::Json() : base::Json(config.videoTokenId) },
        { "token_ids", *tokens }, { "memory_bytes", memory }, { "devices", devicesJson() } };
}

std::string mebibytes(const base::Json& bytes)
{
    return fmt::format("{:.1f} MiB", bytes.get<double>() / (1 << 20));
}

std::string forPeople(const base::Json& said)
{
    const base::Json& count = said["parameters"];
    std::string text = fmt::format("{} with {}, spelling {}, {}\nparameters: {} vision, {} projector, {} "
                                   "language, {} in total{}\n",
        said["architecture"].get<std::string>(), said["decoder"].get<std::string>(),
        said["spelling"].get<std::string>(), said["dtype"].get<std::string>(), count["vision"].dump(),
        count["projector"].dump(), count["language"].dump(), count["total"].dump(),
        said["tied_head"].get<bool>() ? " (tied head)" : "");
    text += fmt::format("image token {}", said["image_token_id"].dump());
    if (said["token_ids"].is_object()) {
        for (const auto& [name, id] : said["token_ids"].items())
            text += fmt::format(", {} {}", name, id.is_null() ? "absent" : id.dump());
    } else {
        text += ", no tokenizer.json";
    }
    text += "\nmemory, without activations:\n";
    for (const auto& [dtype, memory] : said["memory_bytes"].items()) {
        text += fmt::format(
            "  {}: inference {} and {} bytes per cached token; training {} weights, {} gradients, "
            "{} AdamW states, {} fp32 master\n",
            dtype, mebibytes(memory["inference"]["weights"]),
            memory["inference"]["kv_cache_per_token"].dump(), mebibytes(memory["training"]["weights"]),
            mebibytes(memory["training"]["gradients"]), mebibytes(memory["training"]["adamw_states"]),
            mebibytes(memory["training"]["fp32_master"]));
        for (const auto& row : memory["by_devices"])
            text += fmt::format(
                "    {} devices, each: inference {} sharded; training {} replicated, {} sharded\n",
                row["devices"].dump(), mebibytes(row["inference_sharded"]),
                mebibytes(row["training_replicated"]), mebibytes(row["training_sharded"]));
    }
    for (const auto& device : said["devices"])
        text += fmt::format("{}: {} of {} in use\n", device["device"].get<std::string>(),
            mebibytes(device["used_bytes"]), mebibytes(device["total_bytes"]));
    return text;
}

} // namespace

void addInspectCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("inspect",
        "What a model folder holds: architecture, spelling, number format, parameters, token ids, memory. "
        "Every "
        "tensor's name and shape is checked; no weight is read.");
    const auto folder = std::make_shared<std::string>();
    const auto json = std::make_shared<bool>(false);
    command->add_option("MODEL", *folder, "The model folder.")->required();
    command->add_flag("--json", *json, "As JSON, memory in bytes.");
    command->callback([&action, folder, json] {
        action = [folder, json]() -> base::Status {
            const auto said = inspection(*folder);
            if (!said)
                return said.error();
            print(*json ? said->dump(1, ' ', true) + "\n" : forPeople(*said));
            return {};
        };
    });
}

} // namespace msrl::cli
