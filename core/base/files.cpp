// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include "core/base/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace msrl::base {
namespace fs = std::filesystem;

namespace {

fs::path parentOf(const fs::path& path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// A folder that cannot be read to its end is not known to be on the disk.
Status syncTree(const fs::path& root)
{
    std::error_code ec;
    fs::recursive_directory_iterator entry(root, ec);
    for (; !ec && entry != fs::recursive_directory_iterator(); entry.increment(ec)) {
        if (Status synced = syncToDisk(entry->path()); !synced)
            return synced;
    }
    if (ec)
        return failed("cannot read the folder: " + ec.message(), root.string());
    return syncToDisk(root);
}

} // namespace

Result<std::string> readFile(const fs::path& path, std::uint64_t maxBytes)
{
    std::error_code ec;
    const auto status = fs::status(path, ec);
    if (!fs::exists(status))
        return badInput("no such file", path.string());
    if (fs::is_directory(status))
        return badInput("is a folder, expected a file", path.string());
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0)
        return badInput("cannot read: " + errnoText(), path.string());
    std::string content;
    char buffer[1 << 16];
    for (;;) {
        const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return badInput("cannot read: " + errnoText(), path.string());
        if (count == 0)
            return content;
        content.append(buffer, static_cast<std::size_t>(count));
        if (content.size() > maxBytes)
            return badInput(fmt::format("larger than the limit of {} bytes", maxBytes), path.string());
    }
}

Status writeFileAtomically(const fs::path& path, std::string_view content)
{
    const fs::path aside = path.string() + fmt::format(".{}.tmp", ::getpid());
    Descriptor fd(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (fd.get() < 0)
        return failed(
            "cannot write: " + errnoText(), path.string(), "check that the folder exists and is writable");
    Status status = writeAll(fd.get(), content, path);
    if (status && ::fsync(fd.get()) != 0)
        status = failed("cannot write to disk: " + errnoText(), path.string());
    if (fd.close() != 0 && status)
        status = failed("cannot write: " + errnoText(), path.string());
    if (status && ::rename(aside.c_str(), path.c_str()) != 0)
        status = failed("cannot move into place: " + errnoText(), path.string());
    if (!status) {
        ::unlink(aside.c_str());
        return status;
    }
    return syncToDisk(parentOf(path));
}

Status createFolders(const fs::path& path)
{
    std::error_code ec;
    fs::create_directories(path, ec);
    if (ec)
        return failed("cannot create the folder: " + ec.message(), path.string());
    return {};
}

FolderTransaction::FolderTransaction(fs::path staging, fs::path target)
    : m_staging(std::move(staging))
    , m_target(std::move(target))
{
}

FolderTransaction::FolderTransaction(FolderTransaction&& other) noexcept
    : m_staging(std::exchange(other.m_staging, {}))
    , m_target(std::move(other.m_target))
{
}

Result<FolderTransaction> FolderTransaction::begin(const fs::path& target)
{
    std::error_code ec;
    if (fs::exists(target, ec))
        return badInput("already exists", target.string());
    const fs::path staging = target.string() + fmt::format(".{}.partial", ::getpid());
    fs::remove_all(staging, ec);
    if (Status made = createFolders(staging); !made)
        return made.error();
    return FolderTransaction(staging, target);
}

FolderTransaction::~FolderTransaction()
{
    if (!m_staging.empty()) {
        std::error_code ignored;
        fs::remove_all(m_staging, ignored);
    }
}

Status FolderTransaction::commit()
{
    if (Status synced = syncTree(m_staging); !synced)
        return synced;
    std::error_code ec;
    fs::rename(m_staging, m_target, ec);
    if (ec)
        return failed("cannot move into place: " + ec.message(), m_target.string());
    m_staging.clear();
    return syncToDisk(parentOf(m_target));
}

Status syncToDisk(const fs::path& path)
{
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0 || ::fsync(fd.get()) != 0)
        return failed("cannot write to disk: " + errnoText(), path.string());
    return {};
}

Result<std::uint64_t> freeDiskBytes(const fs::path& path)
{
    std::error_code ec;
    fs::path existing = fs::absolute(path, ec);
    while (!fs::exists(existing, ec) && existing.has_relative_path())
        existing = existing.parent_path();
    const fs::space_info space = fs::space(existing, ec);
    if (ec)
        return failed("cannot tell the free disk space: " + ec.message(), existing.string());
    return space.available;
}

} // namespace msrl::base
