// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/checkpoint/training_state.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "engine/model/safetensors.h"

#include <ATen/core/grad_mode.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

namespace msrl::checkpoint {

namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "state.json";
constexpr const char* kParameters = "parameters.safetensors";
constexpr const char* kOptimiser = "optimiser.safetensors";
constexpr std::array<const char*, 2> kFiles = { kParameters, kOptimiser };
constexpr const char* kFormat = "msrl-checkpoint";
constexpr std::int64_t kVersion = 1;
constexpr std::string_view kPrefix = "step-";

base::Result<base::Json> describeFile(const fs::path& path)
{
    base::Result<std::string> hash = base::sha256OfFile(path);
    if (!hash)
        return hash.error();
    std::error_code fault;
    const std::uintmax_t bytes = fs::file_size(path, fault);
    if (fault)
        return base::failed(fault.message(), path.string());
    return base::Json { { "bytes", bytes }, { "sha256", *hash } };
}

base::Status checkFile(const fs::path& path, const base::Json& expected)
{
    base::Result<base::Json> found = describeFile(path);
    if (!found)
        return found.error();
    if (*found != expected)
        return base::failed("the file is not the one that was saved (other size or hash)", path.string(),
            "remove this checkpoint folder to go on from the one before");
    return {};
}

struct Manifest
{
    TrainingState state;
    base::Json files;
};

base::Result<Manifest> readManifest(const fs::path& folder)
{
    const fs::path path = folder / kManifest;
    base::Result<base::Json> json = base::readJsonFile(path);
    if (!json)
        return json.error();
    base::ObjectReader in(*json, path.string());
    const std::string format = in.text("format");
    const std::int64_t version = in.integer("version");
    Manifest manifest;
    manifest.state.step = in.integer("step");
    manifest.state.cursor = in.any("cursor");
    if (in.has("score"))
        manifest.state.score = in.real("score");
    if (in.has("recent_scores"))
        for (const base::Json& one : in.array("recent_scores"))
            manifest.state.recentScores.push_back(one.is_number() ? one.get<double>() : 0.0);
    manifest.files = in.object("files");
    if (base::Status status = in.finish(); !status)
        return status.error();
    if (format != kFormat || version != kVersion)
        return base::badInput(fmt::format("format {} version {}, this program reads {} version {}", format,
                                  version, kFormat, kVersion),
            path.string(), "use the program version that wrote it");
    return manifest;
}

base::Result<std::vector<model::NamedTensor>> readTensors(const fs::path& path)
{
    base::Result<model::SafetensorsFile> file = model::SafetensorsFile::open(path);
    if (!file)
        return file.error();
    std::vector<model::NamedTensor> tensors;
    for (const model::TensorEntry& entry : file->entries())
        tensors.emplace_back(entry.name, file->view(entry));
    return tensors;
}

// The stored tensor of every parameter, in the policy's order; all checked before anything is written.
base::Result<std::vector<at::Tensor>> matchParameters(
    const model::Policy& policy, const std::vector<model::NamedTensor>& stored, const std::string& place)
{
    const std::map<std::string, at::Tensor> byName(stored.begin(), stored.end());
    if (byName.size() != policy.parameters.size())
        return base::badInput(
            fmt::format("{} tensors, the policy has {}", byName.size(), policy.parameters.size()), place);
    std::vector<at::Tensor> matched;
    for (const model::Parameter& parameter : policy.parameters) {
        const auto found = byName.find(parameter.name);
        if (found == byName.end())
            return base::badInput(
                "no tensor " + parameter.name, place, "the checkpoint belongs to another model");
        if (found->second.sizes() != parameter.value.sizes()
            || found->second.scalar_type() != parameter.value.scalar_type())
            return base::badInput("another shape or type than the policy's", place + ", " + parameter.name,
                "the checkpoint belongs to another model");
        matched.push_back(found->second);
    }
    return matched;
}

// A checkpoint that cannot be read is told of when it is to be loaded.
std::optional<double> scoreOf(const fs::path& folder)
{
    const base::Result<Manifest> manifest = readManifest(folder);
    return manifest ? manifest->state.score : std::nullopt;
}

std::optional<std::int64_t> stepOfFolder(const fs::path& folder)
{
    const std::string name = folder.filename().string();
    if (name.rfind(kPrefix, 0) != 0)
        return std::nullopt;
    std::int64_t step = 0;
    const char* end = name.data() + name.size();
    const auto [at, fault] = std::from_chars(name.data() + kPrefix.size(), end, step);
    if (fault != std::errc() || at != end)
        return std::nullopt;
    return step;
}

} // namespace

base::Status saveCheckpoint(const fs::path& root, const model::Policy& policy,
    const OptimiserState& optimiser, const TrainingState& state)
{
    const fs::path target = root / fmt::format("{}{:08}", kPrefix, state.step);
    if (fs::exists(target / kManifest))
        return {};
    if (base::Status status = base::createFolders(root); !status)
        return status;
    std::error_code ignored;
    fs::remove_all(target, ignored); // what an interrupted removal left
    base::Result<base::FolderTransaction> transaction = base::FolderTransaction::begin(target);
    if (!transaction)
        return transaction.error();
    const fs::path& staging = transaction->staging();
    std::vector<model::NamedTensor> parameters;
    for (const model::Parameter& parameter : policy.parameters)
        parameters.emplace_back(parameter.name, parameter.value.detach());
    if (base::Status status = model::writeSafetensors(staging / kParameters, parameters); !status)
        return status;
    if (base::Status status = model::writeSafetensors(staging / kOptimiser, optimiser); !status)
        return status;
    base::Json files = base::Json::object();
    for (const char* name : kFiles) {
        base::Result<base::Json> entry = describeFile(staging / name);
        if (!entry)
            return entry.error();
        files[name] = *entry;
    }
    base::Json manifest { { "format", kFormat }, { "version", kVersion }, { "step", state.step },
        { "cursor", state.cursor }, { "files", files } };
    if (state.score)
        manifest["score"] = *state.score;
    if (!state.recentScores.empty())
        manifest["recent_scores"] = state.recentScores;
    if (base::Status status = base::writeFileAtomically(staging / kManifest, manifest.dump(1) + "\n");
        !status)
        return status;
    return transaction->commit();
}

base::Result<TrainingState> loadCheckpoint(const fs::path& folder, model::Policy& policy,
    const std::function<base::Status(const OptimiserState&)>& restore)
{
    base::Result<Manifest> manifest = readManifest(folder);
    if (!manifest)
        return manifest.error();
    for (const char* name : kFiles) {
        if (!manifest->files.contains(name))
            return base::badInput(fmt::format("no entry for {}", name), (folder / kManifest).string());
        if (base::Status status = checkFile(folder / name, manifest->files.at(name)); !status)
            return status.error();
    }
    auto parameters = readTensors(folder / kParameters);
    if (!parameters)
        return parameters.error();
    auto moments = readTensors(folder / kOptimiser);
    if (!moments)
        return moments.error();
    auto matched = matchParameters(policy, *parameters, (folder / kParameters).string());
    if (!matched)
        return matched.error();
    if (base::Status status = restore(*moments); !status)
        return base::within(status.error(), (folder / kOptimiser).string());
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < matched->size(); ++i)
        policy.parameters[i].value.detach().copy_((*matched)[i]);
    return std::move(manifest->state);
}

base::Result<std::vector<StoredCheckpoint>> listCheckpoints(const fs::path& root)
{
    std::vector<StoredCheckpoint> found;
    std::error_code fault;
    if (!fs::exists(root, fault))
        return found;
    for (fs::directory_iterator entry(root, fault), end; !fault && entry != end; entry.increment(fault))
        if (const std::optional<std::int64_t> step = stepOfFolder(entry->path());
            step && fs::exists(entry->path() / kManifest))
            found.push_back({ *step, entry->path(), scoreOf(entry->path()) });
    if (fault)
        return base::failed("the folder cannot be read: " + fault.message(), root.string());
    std::sort(found.begin(), found.end(),
        [](const StoredCheckpoint& a, const StoredCheckpoint& b) { return a.step < b.step; });
    return found;
}

base::Result<std::optional<StoredCheckpoint>> latestCheckpoint(const fs::path& root)
{
    base::Result<std::vector<StoredCheckpoint>> all = listCheckpoints(root);
    if (!all)
        return all.error();
    if (all->empty())
        return std::optional<StoredCheckpoint>();
    return std::optional<StoredCheckpoint>(all->back());
}

base::Result<std::optional<StoredCheckpoint>> bestCheckpoint(const fs::path& root)
{
    base::Result<std::vector<StoredCheckpoint>> all = listCheckpoints(root);
    if (!all)
        return all.error();
    std::optional<StoredCheckpoint> best;
    for (StoredCheckpoint& one : *all)
        if (one.score && (!best || *one.score > *best->score))
            best = std::move(one);
    return best;
}

base::Status pruneCheckpoints(const fs::path& root, std::size_t keep)
{
    base::Result<std::vector<StoredCheckpoint>> all = listCheckpoints(root);
    if (!all)
        return all.error();
    const base::Result<std::optional<StoredCheckpoint>> best = bestCheckpoint(root);
    if (!best)
        return best.error();
    for (std::size_t i = 0; i + keep < all->size(); ++i) {
        if (*best && (*best)->step == (*all)[i].step)
            continue;
        // The manifest goes first: a removal that is cut short leaves no half checkpoint that counts.
        std::error_code fault;
        fs::remove((*all)[i].folder / kManifest, fault);
        if (!fault)
            fs::remove_all((*all)[i].folder, fault);
        if (fault)
            return base::failed(
                "an old checkpoint cannot be removed: " + fault.message(), (*all)[i].folder.string());
    }
    return {};
}

} // namespace msrl::checkpoint
