// SPDX-License-Identifier: GPL-3.0-or-later
// Text files by line, plain or gzipped, with the place of every line for messages.
#pragma once

#include "core/base/result.h"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

struct gzFile_s;

namespace msrl::data {

// Lines of a plain or gzipped file; they are told apart by content.
class LineReader
{
public:
    explicit LineReader(const std::filesystem::path& path);

    // The next line without its end; nothing at the end of the file. BadInput for a file that cannot be
    // opened, for damaged compressed data and for a line beyond 64 MiB.
    base::Result<std::optional<std::string>> next();

    // Of the line read last: "train.jsonl:12".
    std::string place() const;

private:
    bool refill();
    std::optional<base::Error> readFault() const;

    std::string m_path;
    std::unique_ptr<gzFile_s, int (*)(gzFile_s*)> m_file;
    std::array<char, 1 << 16> m_buffer {};
    std::size_t m_begin = 0; // of what is unread in m_buffer
    std::size_t m_end = 0;
    std::size_t m_row = 0;
};

} // namespace msrl::data
