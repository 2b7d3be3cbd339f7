// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are whole or absent: reading with a limit, writing aside and renaming into place.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace msrl::base {

// Reads a whole file. Refused (BadInput) when missing, unreadable or larger than maxBytes.
Result<std::string> readFile(
    const std::filesystem::path& path, std::uint64_t maxBytes = std::uint64_t { 1 } << 30);

// Writes beside the target, fsyncs, renames over it and fsyncs the folder: a reader sees the old or the new
// content, also after a power cut. Creates no folders.
Status writeFileAtomically(const std::filesystem::path& path, std::string_view content);

Status createFolders(const std::filesystem::path& path);

// A folder that appears whole. Fill staging(), then commit() fsyncs every file in it and renames it to the
// target. Without commit() the destructor removes the staging folder. An existing target is an error.
class FolderTransaction
{
public:
    static Result<FolderTransaction> begin(const std::filesystem::path& target);
    FolderTransaction(FolderTransaction&& other) noexcept;
    FolderTransaction& operator=(FolderTransaction&&) = delete;
    ~FolderTransaction();

    const std::filesystem::path& staging() const { return m_staging; }
    // Where commit() puts it, when that is known only after filling.
    void retarget(const std::filesystem::path& target) { m_target = target; }
    Status commit();

private:
    FolderTransaction(std::filesystem::path staging, std::filesystem::path target);

    std::filesystem::path m_staging;
    std::filesystem::path m_target;
};

// fsync of one file or folder.
Status syncToDisk(const std::filesystem::path& path);

// Bytes that an ordinary user can still write on the file system that holds `path` (or its nearest
// existing parent).
Result<std::uint64_t> freeDiskBytes(const std::filesystem::path& path);

} // namespace msrl::base
