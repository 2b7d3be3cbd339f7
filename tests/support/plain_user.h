// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody may do who may only read, whoever runs the tests.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <vector>

namespace msrl::tests {

// While it lives nobody but root may write to the folder and what is in it, and everybody may read it.
class ReadOnlyFolder
{
public:
    explicit ReadOnlyFolder(const std::filesystem::path& root)
        : m_folders { root }
    {
        namespace fs = std::filesystem;
        const fs::perms read = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
        const fs::perms enter = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
            if (entry.is_directory())
                m_folders.push_back(entry.path());
            else if (entry.is_regular_file())
                fs::permissions(entry.path(), read);
        }
        for (const fs::path& folder : m_folders)
            fs::permissions(folder, read | enter);
    }
    ReadOnlyFolder(const ReadOnlyFolder&) = delete;
    ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;
    ~ReadOnlyFolder()
    {
        std::error_code ignored;
        for (const std::filesystem::path& folder : m_folders)
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
    }

private:
    std::vector<std::filesystem::path> m_folders;
};

// Whether `work`, done in a process without the rights of root, returns true there.
inline bool worksForPlainUser(const std::function<bool()>& work)
{
    constexpr uid_t kNobody = 65534;
    const pid_t child = ::fork();
    if (child == 0) {
        const bool plain = ::geteuid() != 0 || (::setgid(kNobody) == 0 && ::setuid(kNobody) == 0);
        ::_exit(plain && work() ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status == 0;
}

} // namespace msrl::tests
