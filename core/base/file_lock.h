// SPDX-License-Identifier: GPL-3.0-or-later
// A lock between processes. The kernel gives it back when its holder dies, so none is ever left behind.
#pragma once

#include "core/base/descriptor.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace msrl::base {

// Held from tryLock() to destruction, which removes the file. Another lock on the same file is refused, in
// this process too.
class FileLock
{
public:
    // Makes the file, which names this process, and locks it; nothing when it is locked already. Creates no
    // folders.
    static Result<std::optional<FileLock>> tryLock(const std::filesystem::path& file);
    // The process that the file names, for messages; 0 when it does not tell.
    static std::int64_t holder(const std::filesystem::path& file);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

private:
    FileLock(std::filesystem::path file, Descriptor fd);

    std::filesystem::path m_file; // empty: moved away
    Descriptor m_fd;
};

} // namespace msrl::base
