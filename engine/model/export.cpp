// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/export.h"

#include "core/base/files.h"
#include "engine/device/device.h"
#include "engine/model/architecture.h"
#include "engine/model/range.h"
#include "engine/model/safetensors.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <fmt/format.h>

#include <map>
#include <utility>

namespace msrl::model {
namespace {

// Everything beside the weights that belongs to a model folder.
constexpr const char* kCompanionFiles[]
    = { "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
          "vocab.json", "merges.txt", "chat_template.jinja", "generation_config.json",
          "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json" };

// A tensor of the file and the parameters whose rows it holds, in order.
struct Piece
{
    std::string name;
    std::vector<at::Tensor> rows;
    std::uint64_t bytes = 0;
};

std::vector<Piece> piecesOf(const Policy& policy, const ExportOptions& options)
{
    const Architecture& architecture = architectureOf(policy.config);
    std::vector<Piece> out;
    std::map<std::string, std::size_t> index;
    for (const Parameter& parameter : policy.parameters) {
        std::string name = architecture.spell(parameter.name, options.spelling);
        const auto [at, isNew] = index.emplace(name, out.size());
        if (isNew)
            out.push_back({ std::move(name), {}, 0 });
        Piece& piece = out[at->second];
        piece.rows.push_back(parameter.value.detach());
        piece.bytes += static_cast<std::uint64_t>(parameter.value.numel()) * c10::elementSize(options.dtype);
    }
    return out;
}

std::vector<std::vector<Piece>> shardsOf(std::vector<Piece> pieces, std::uint64_t maxBytes)
{
    std::vector<std::vector<Piece>> out(1);
    std::uint64_t bytes = 0;
    for (Piece& piece : pieces) {
        if (!out.back().empty() && bytes + piece.bytes > maxBytes) {
            out.emplace_back();
            bytes = 0;
        }
        bytes += piece.bytes;
        out.back().push_back(std::move(piece));
    }
    return out;
}

base::Status writeShard(
    const std::filesystem::path& path, const std::vector<Piece>& pieces, c10::ScalarType dtype)
{
    std::vector<NamedTensor> tensors;
    for (const Piece& piece : pieces) {
        const at::Tensor whole = piece.rows.size() == 1 ? piece.rows.front() : at::cat(piece.rows, 0);
        auto value = convertedInRange(whole, dtype, piece.name);
        if (!value)
            return value.error();
        tensors.emplace_back(piece.name, std::move(*value));
    }
    return writeSafetensors(path, tensors);
}

base::Status writeWeights(
    const Policy& policy, const std::filesystem::path& folder, const ExportOptions& options)
{
    const auto shards = shardsOf(piecesOf(policy, options), options.maxShardBytes);
    if (shards.size() == 1)
        return writeShard(folder / "model.safetensors", shards.front(), options.dtype);
    base::Json map = base::Json::object();
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
        if (const base::Status fault = writeShard(folder / name, shards[i], options.dtype); !fault)
            return fault;
        for (const Piece& piece : shards[i]) {
            map[piece.name] = name;
            total += piece.bytes;
        }
    }
    const base::Json index = { { "metadata", { { "total_size", total } } }, { "weight_map", map } };
    return base::writeFileAtomically(folder / "model.safetensors.index.json", index.dump(2) + "\n");
}

base::Status checkExport(const Policy& policy, const ExportOptions& options)
{
    const std::string place = policy.folder.string();
    const Architecture& architecture = architectureOf(policy.config);
    if (architecture.spell(policy.parameters.front().name, options.spelling).empty())
        return base::badInput(fmt::format("the architecture {} has no {} spelling", architecture.name,
                                  spellingName(options.spelling)),
            place);
    if (options.spelling != Spelling::Original && policy.config.imageTokenId < 0)
        return base::badInput(
            "the id of the image token is unknown, and this spelling says it in config.json", place,
            "put the checkpoint's tokenizer.json beside its weights, name the id (--image-token), or use the "
            "original spelling");
    if (options.spelling != Spelling::Original && policy.config.pixelShuffle != "v2")
        return base::badInput(
            "ps_version '" + policy.config.pixelShuffle + "' can be said only in the original form", place,
            "use the original spelling");
    return {};
}

// The original form is loaded by the code beside its weights.
base::Status copyRemoteCode(const Policy& policy, const std::filesystem::path& to)
{
    const base::Json& source = policy.config.source;
    if (policy.folder.empty() || !source.is_object() || source.value("model_type", "") != "internvl_chat")
        return {};
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(policy.folder, error)) {
        if (error || file.path().extension() != ".py")
            continue;
        std::filesystem::copy_file(file.path(), to / file.path().filename(), error);
        if (error)
            return base::failed("cannot copy: " + error.message(), file.path().string());
    }
    return {};
}

} // namespace

base::Status copyCompanionFiles(const std::filesystem::path& from, const std::filesystem::path& to)
{
    for (const char* name : kCompanionFiles) {
        std::error_code error;
        if (from.empty() || !std::filesystem::exists(from / name, error))
            continue;
        std::filesystem::copy_file(from / name, to / name, error);
        if (error)
            return base::failed("cannot copy: " + error.message(), (from / name).string());
    }
    return {};
}

base::Status exportPolicy(
    const Policy& policy, const std::filesystem::path& folder, const ExportOptions& options)
{
    if (const base::Status fault = checkExport(policy, options); !fault)
        return fault;
    auto transaction = base::FolderTransaction::begin(folder);
    if (!transaction)
        return transaction.error();
    const at::NoGradGuard noGrad;
    const std::filesystem::path& staging = transaction->staging();
    if (const base::Status fault = copyCompanionFiles(policy.folder, staging); !fault)
        return fault;
    if (options.spelling == Spelling::Original) {
        if (const base::Status fault = copyRemoteCode(policy, staging); !fault)
            return fault;
    }
    const std::string dtype = device::dtypeName(options.dtype);
    const base::Json config = options.spelling == Spelling::Original
        ? writeOriginalInternVl(policy.config, dtype)
        : configToJson(policy.config, dtype);
    if (const base::Status fault = base::writeFileAtomically(staging / "config.json", config.dump(2) + "\n");
        !fault)
        return fault;
    if (const base::Status fault = writeWeights(policy, staging, options); !fault)
        return fault;
    return transaction->commit();
}

} // namespace msrl::model
