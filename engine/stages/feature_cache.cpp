// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/feature_cache.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "engine/model/safetensors.h"

#include <fmt/format.h>

#include <utility>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr const char* kExtension = ".safetensors";
constexpr const char* kTensor = "features";
constexpr const char* kHash = "sha256";

std::string hashOf(const at::Tensor& features)
{
    base::Sha256 hash;
    hash.add(features.const_data_ptr(), features.nbytes());
    return hash.finish();
}

// Refused: anything but what writeFile() wrote, to the last bit.
base::Result<at::Tensor> readChecked(const fs::path& file)
{
    base::Result<model::SafetensorsFile> stored = model::SafetensorsFile::open(file);
    if (!stored)
        return stored.error();
    const model::TensorEntry* entry = stored->find(kTensor);
    const auto hash = stored->metadata().find(kHash);
    if (!entry || hash == stored->metadata().end())
        return base::failed("it is no file of features", file.string());
    at::Tensor features = stored->view(*entry).clone();
    if (hashOf(features) != hash->second)
        return base::failed("its content is not what was written", file.string());
    return features;
}

} // namespace

FeatureCache::FeatureCache(FeatureCacheOptions options)
    : m_options(std::move(options))
{
    std::error_code fault;
    for (fs::directory_iterator entry(m_options.folder, fault), end; !fault && entry != end;
         entry.increment(fault)) {
        if (entry->path().extension() != kExtension)
            continue;
        const std::uint64_t bytes = entry->file_size(fault);
        if (fault)
            break;
        m_files[entry->path().stem().string()] = bytes;
        m_diskBytes += bytes;
    }
}

fs::path FeatureCache::fileOf(const std::string& key) const
{
    return m_options.folder / (key + kExtension);
}

at::Tensor FeatureCache::find(const std::string& key)
{
    if (const auto kept = m_memory.find(key); kept != m_memory.end()) {
        ++m_counts.fromMemory;
        return kept->second;
    }
    return m_files.count(key) > 0 ? readFile(key) : at::Tensor();
}

at::Tensor FeatureCache::readFile(const std::string& key)
{
    base::Result<at::Tensor> features = readChecked(fileOf(key));
    if (features) {
        ++m_counts.fromDisk;
        return *std::move(features);
    }
    m_faults.push_back(fmt::format("kept image features are computed again: {}", features.error().message()));
    m_diskBytes -= m_files.at(key);
    m_files.erase(key);
    std::error_code ignored;
    fs::remove(fileOf(key), ignored);
    return {};
}

void FeatureCache::keep(const std::string& key, const at::Tensor& features)
{
    const at::Tensor own = features.to(at::kCPU).contiguous();
    if (m_memoryBytes + own.nbytes() <= m_options.memoryBytes) {
        m_memoryBytes += own.nbytes();
        m_memory.emplace(key, own);
    } else if (fitsOnDisk(own.nbytes())) {
        writeFile(key, own);
    } else {
        ++m_counts.notKept;
    }
}

bool FeatureCache::fitsOnDisk(std::uint64_t bytes) const
{
    if (m_diskBytes + bytes > m_options.diskBytes)
        return false;
    const base::Result<std::uint64_t> available = base::freeDiskBytes(m_options.folder);
    return available && *available >= bytes + m_options.reserveBytes;
}

void FeatureCache::writeFile(const std::string& key, const at::Tensor& features)
{
    base::Status written = base::createFolders(m_options.folder);
    if (written)
        written = model::writeSafetensors(
            fileOf(key), { { kTensor, features } }, { { kHash, hashOf(features) } });
    if (!written) {
        m_faults.push_back(
            fmt::format("image features are no longer kept on disk: {}", written.error().message()));
        m_options.diskBytes = 0;
        ++m_counts.notKept;
        return;
    }
    m_files[key] = features.nbytes();
    m_diskBytes += features.nbytes();
}

std::vector<std::string> FeatureCache::takeFaults()
{
    return std::exchange(m_faults, {});
}

} // namespace msrl::stages
