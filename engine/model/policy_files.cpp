// SPDX-License-Identifier: GPL-3.0-or-later
// Policies from and to Hugging Face folders.
#include "core/base/files.h"
#include "engine/device/device.h"
#include "engine/device/large_blocks.h"
#include "engine/model/architecture.h"
#include "engine/model/export.h"
#include "engine/model/loading.h"
#include "engine/model/policy.h"
#include "engine/model/range.h"
#include "engine/model/safetensors.h"
#include "engine/model/weight_folder.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/StorageImpl.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>

#include <cstdint>
#include <map>
#include <utility>

namespace msrl::model {
namespace {

// The weights of a model whose activations are worth giving back between their uses. Those of a smaller one
// stay in the caches, where fresh pages would have to be cleared.
constexpr std::int64_t kLargePolicy = std::int64_t { 64 } << 20;
constexpr const char* kHead = "language_model.lm_head.weight";

struct Source
{
    WeightFolder::Item item;
    std::int64_t part = 0;
    std::int64_t parts = 1;

    std::string place() const { return item.file->path().string() + ", tensor " + item.entry->name; }
    // The shape of the part; of the whole, which fits no parameter, when it cannot be divided.
    std::vector<std::int64_t> shape() const
    {
        std::vector<std::int64_t> out = item.entry->shape;
        if (parts > 1 && !out.empty() && out[0] % parts == 0)
            out[0] /= parts;
        return out;
    }
};

using Sources = std::map<std::string, Source>;

base::Result<Sources> collect(const WeightFolder& folder, const Architecture& architecture)
{
    Sources out;
    for (const WeightFolder::Item& item : folder.items()) {
        for (const Target& target : architecture.respell(item.entry->name).targets) {
            const Source source { item, target.part, target.parts };
            if (!out.emplace(target.name, source).second)
                return base::badInput(
                    "a second tensor for the parameter '" + target.name + "'", source.place());
        }
    }
    return out;
}

// Names, shapes and number formats, before memory is taken for the values.
base::Status check(const Policy& policy, const Sources& sources, const std::string& place)
{
    for (const Parameter& parameter : policy.parameters) {
        const auto found = sources.find(parameter.name);
        if (found == sources.end())
            return base::badInput("tensor '" + parameter.name + "' is missing", place,
                "the weights do not belong to this config.json, or a shard is missing");
        const Source& source = found->second;
        if (source.shape() != parameter.value.sizes().vec())
            return base::badInput(
                fmt::format("shape [{}], config.json asks for [{}]", fmt::join(source.shape(), ","),
                    fmt::join(parameter.value.sizes().vec(), ",")),
                source.place());
        if (!at::isFloatingType(source.item.entry->dtype))
            return base::badInput(fmt::format("holds {}, a weight is a floating point number",
                                      tagFromDtype(source.item.entry->dtype)),
                source.place(), "quantised weights are not implemented");
    }
    for (const auto& [name, source] : sources) {
        if (!policy.find(name))
            return base::badInput("the model of config.json has no such tensor", source.place());
    }
    return {};
}

// New memory in large pages where the system offers them on request: most of the time of loading a model from
// the system's cache is spent on getting the pages.
void preferLargePages(const at::Tensor& values)
{
    constexpr std::uintptr_t kPage = std::uintptr_t { 2 } << 20;
    if (!values.is_cpu())
        return;
    const auto begin = reinterpret_cast<std::uintptr_t>(values.const_data_ptr());
    const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage;
    const std::uintptr_t last = (begin + values.nbytes()) / kPage * kPage;
    if (last > first) // a refusal costs time only
        ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

// The parameter's values in the mapped file.
at::Tensor storedAs(const Source& source)
{
    const at::Tensor whole = source.item.file->view(*source.item.entry);
    if (source.parts == 1)
        return whole;
    const std::int64_t rows = source.shape()[0];
    return whole.narrow(0, source.part * rows, rows);
}

using Indices = std::vector<std::size_t>;

// The parameters of each block of memory, in their order there.
std::vector<Indices> byStorage(const Policy& policy)
{
    std::vector<Indices> out;
    const c10::StorageImpl* last = nullptr;
    for (std::size_t i = 0; i < policy.parameters.size(); ++i) {
        const c10::StorageImpl* storage = policy.parameters[i].value.storage().unsafeGetStorageImpl();
        if (storage != last)
            out.emplace_back();
        last = storage;
        out.back().push_back(i);
    }
    return out;
}

// Whether these tensors of a file lie one after the other and are what the block of memory is to hold.
bool fitAsStored(const std::vector<at::Tensor>& stored, const at::Tensor& first)
{
    std::size_t bytes = 0;
    const auto* begin = static_cast<const char*>(stored.front().const_data_ptr());
    for (const at::Tensor& part : stored) {
        if (part.scalar_type() != first.scalar_type() || part.const_data_ptr() != begin + bytes)
            return false;
        bytes += part.nbytes();
    }
    return first.is_cpu() && bytes == first.storage().nbytes();
}

// All tensors of the block see the file from here on; the mapping lives as long as the block.
void useFile(const std::vector<at::Tensor>& stored, const at::Tensor& first)
{
    void* begin
        = const_cast<void*>(stored.front().const_data_ptr()); // mapped for writing to a copy of its own
    first.storage().unsafeGetStorageImpl()->set_data_ptr_noswap(
        at::InefficientStdFunctionContext::makeDataPtr(
            begin, [stored](void*) {}, first.device()));
}

base::Status copyFromFile(const Source& source, const at::Tensor& stored, const at::Tensor& parameter)
{
    preferLargePages(parameter);
    if (const base::Status fault = copyInRange(stored, parameter, source.place()); !fault)
        return fault;
    // The next part of the same tensor maps its pages again.
    source.item.file->release(*source.item.entry);
    return {};
}

// REQUIRES: check()
base::Status fill(const Policy& policy, const Sources& sources, WeightMemory memory)
{
    for (const Indices& block : byStorage(policy)) {
        std::vector<at::Tensor> stored;
        for (const std::size_t i : block)
            stored.push_back(storedAs(sources.at(policy.parameters[i].name)));
        if (memory == WeightMemory::Mapped && fitAsStored(stored, policy.parameters[block.front()].value)) {
            useFile(stored, policy.parameters[block.front()].value);
            continue;
        }
        for (std::size_t part = 0; part < block.size(); ++part) {
            const Parameter& parameter = policy.parameters[block[part]];
            if (const base::Status fault
                = copyFromFile(sources.at(parameter.name), stored[part], parameter.value);
                !fault)
                return fault;
        }
    }
    return {};
}

} // namespace

base::Result<Policy> loadPolicy(
    const std::filesystem::path& folder, c10::ScalarType dtype, c10::Device device)
{
    return loadPolicy(folder, dtype, device, LoadOptions());
}

base::Result<Policy> loadPolicy(const std::filesystem::path& folder, c10::ScalarType dtype,
    c10::Device device, const LoadOptions& options)
{
    auto config = readConfig(folder, options.imageToken);
    if (!config)
        return config.error();
    const auto weights = WeightFolder::open(folder);
    if (!weights)
        return weights.error();
    const auto sources = collect(*weights, architectureOf(*config));
    if (!sources)
        return sources.error();
    // The flag in config.json is wrong in published files: what is stored decides.
    config->tiedHead = !sources->contains(kHead);
    const at::NoGradGuard noGrad;
    try {
        Policy policy = architectureOf(*config).allocate(*config, dtype, c10::Device(c10::kMeta));
        if (const base::Status fault = check(policy, *sources, folder.string()); !fault)
            return fault.error();
        if (device.is_cpu() && options.memory == WeightMemory::Own && policy.numBytes() >= kLargePolicy)
            device::mapLargeBlocks();
        if (device.type() != c10::kMeta) {
            policy = architectureOf(*config).allocate(*config, dtype, device);
            if (const base::Status fault = fill(policy, *sources, options.memory); !fault)
                return fault.error();
        }
        policy.folder = folder;
        return policy;
    } catch (const std::exception& e) {
        return base::failed(fmt::format("cannot load: {}", e.what()), folder.string());
    }
}

base::Status savePolicy(const Policy& policy, const std::filesystem::path& folder, c10::ScalarType dtype)
{
    auto transaction = base::FolderTransaction::begin(folder);
    if (!transaction)
        return transaction.error();
    const std::filesystem::path& staging = transaction->staging();
    if (const base::Status fault = copyCompanionFiles(policy.folder, staging); !fault)
        return fault;
    const std::string config = configToJson(policy.config, device::dtypeName(dtype)).dump(2) + "\n";
    if (const base::Status fault = base::writeFileAtomically(staging / "config.json", config); !fault)
        return fault;
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : policy.parameters) {
        auto value = convertedInRange(parameter.value.detach(), dtype, parameter.name);
        if (!value)
            return value.error();
        tensors.emplace_back(parameter.name, std::move(*value));
    }
    if (const base::Status fault = writeSafetensors(staging / "model.safetensors", tensors); !fault)
        return fault;
    return transaction->commit();
}

} // namespace msrl::model
