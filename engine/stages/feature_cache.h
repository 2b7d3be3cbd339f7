// SPDX-License-Identifier: GPL-3.0-or-later
// Image features of a stage whose vision tower is frozen, by the content that they were made from: in memory
// up to a limit, then on disk up to another.
//
// What is kept stays: epochs come by every picture once, so that making room by age would drop each picture
// just before it is wanted again.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace msrl::stages {

struct FeatureCacheOptions
{
    std::filesystem::path folder; // made with the first file; what an earlier process left there is used
    std::uint64_t memoryBytes = 0;
    std::uint64_t diskBytes = 0;
    std::uint64_t reserveBytes = 0; // of the disk, left free for others
};

struct FeatureCounts
{
    std::int64_t fromMemory = 0;
    std::int64_t fromDisk = 0;
    std::int64_t notKept = 0; // for want of room
};

// Owner: the training thread.
class FeatureCache
{
public:
    explicit FeatureCache(FeatureCacheOptions options);

    // As they were kept, bit for bit, on the CPU; undefined: not there, or damaged on disk, which is removed.
    at::Tensor find(const std::string& key);
    // A file that cannot be written ends the use of the disk, not the run.
    void keep(const std::string& key, const at::Tensor& features);

    const FeatureCounts& counts() const { return m_counts; }
    // What went wrong since the last call, for the log.
    std::vector<std::string> takeFaults();

private:
    std::filesystem::path fileOf(const std::string& key) const;
    bool fitsOnDisk(std::uint64_t bytes) const;
    at::Tensor readFile(const std::string& key);
    void writeFile(const std::string& key, const at::Tensor& features);

    FeatureCacheOptions m_options;
    std::map<std::string, at::Tensor> m_memory;
    std::uint64_t m_memoryBytes = 0;
    std::map<std::string, std::uint64_t> m_files; // key -> bytes
    std::uint64_t m_diskBytes = 0;
    FeatureCounts m_counts;
    std::vector<std::string> m_faults;
};

} // namespace msrl::stages
