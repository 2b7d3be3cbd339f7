// SPDX-License-Identifier: GPL-3.0-or-later
// A file descriptor that is closed with its scope, and writing all bytes to one.
#pragma once

#include "core/base/result.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace msrl::base {

class Descriptor
{
public:
    explicit Descriptor(int fd = -1)
        : m_fd(fd)
    {
    }
    Descriptor(Descriptor&& other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor() { close(); }

    int get() const { return m_fd; }
    bool isOpen() const { return m_fd >= 0; }
    // As ::close(): some file systems tell only now that bytes are lost. 0 when there is nothing to close.
    int close()
    {
        const int fd = std::exchange(m_fd, -1);
        return fd >= 0 ? ::close(fd) : 0;
    }

private:
    int m_fd;
};

// The text of errno.
std::string errnoText();

// All bytes, however many calls it takes. `path` is for the error alone.
Status writeAll(int fd, std::string_view bytes, const std::filesystem::path& path);

} // namespace msrl::base
