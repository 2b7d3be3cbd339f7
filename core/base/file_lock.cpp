// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

namespace msrl::base {
namespace fs = std::filesystem;

namespace {

// A holder removes the file before it lets go: a lock on the removed one locks nobody out.
bool isStillThere(int fd, const fs::path& file)
{
    struct stat opened
    {
    };
    struct stat named
    {
    };
    return ::fstat(fd, &opened) == 0 && ::stat(file.c_str(), &named) == 0 && opened.st_dev == named.st_dev
        && opened.st_ino == named.st_ino;
}

} // namespace

FileLock::FileLock(fs::path file, Descriptor fd)
    : m_file(std::move(file))
    , m_fd(std::move(fd))
{
}

FileLock::FileLock(FileLock&& other) noexcept
    : m_file(std::exchange(other.m_file, {}))
    , m_fd(std::move(other.m_fd))
{
}

FileLock::~FileLock()
{
    if (!m_file.empty())
        ::unlink(m_file.c_str());
}

Result<std::optional<FileLock>> FileLock::tryLock(const fs::path& file)
{
    for (;;) {
        Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        if (!fd.isOpen())
            return failed("cannot write: " + errnoText(), file.string(),
                "check that the folder exists and is writable");
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK)
                return std::optional<FileLock>();
            return failed("cannot be locked: " + errnoText(), file.string());
        }
        if (!isStillThere(fd.get(), file))
            continue;
        FileLock lock(file, std::move(fd));
        if (Status written = writeAll(lock.m_fd.get(), fmt::format("{}\n", ::getpid()), file); !written)
            return written.error();
        if (::ftruncate(lock.m_fd.get(), ::lseek(lock.m_fd.get(), 0, SEEK_CUR)) != 0)
            return failed("cannot write: " + errnoText(), file.string());
        return std::optional<FileLock>(std::move(lock));
    }
}

std::int64_t FileLock::holder(const fs::path& file)
{
    std::int64_t pid = 0;
    std::ifstream in(file);
    return in >> pid ? pid : 0;
}

} // namespace msrl::base
