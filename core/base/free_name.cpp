// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/free_name.h"

#include "core/base/descriptor.h"
#include "core/base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace msrl::base {
namespace fs = std::filesystem;

namespace {

// For file systems that cannot rename without replacing (FAT, some network ones): an empty file takes the
// name first, which only one can do, and is then replaced.
bool moveOverPlaceholder(const fs::path& from, const fs::path& to)
{
    if (Descriptor placeholder(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        placeholder.get() < 0)
        return false;
    if (::rename(from.c_str(), to.c_str()) == 0)
        return true;
    const int why = errno;
    ::unlink(to.c_str());
    errno = why;
    return false;
}

} // namespace

Status moveToFreeName(const fs::path& from, const fs::path& to)
{
    if (Status synced = syncToDisk(from); !synced)
        return synced;
    bool moved = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0;
    if (!moved && (errno == EINVAL || errno == ENOSYS))
        moved = moveOverPlaceholder(from, to);
    if (!moved && errno == EEXIST)
        return badInput("exists already", to.string());
    if (!moved)
        return failed("cannot move into place: " + errnoText(), to.string());
    return syncToDisk(fs::absolute(to).parent_path());
}

} // namespace msrl::base
