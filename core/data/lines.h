// SPDX-License-Identifier: GPL-3.0-or-later
// Text files by line and JSON files by row, plain or gzipped, with the place of every row for messages.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

struct JsonRow
{
    base::Json value; // an object
    std::string place; // "train.jsonl:12", or "all.json[11]" in an array
};

// The rows of a JSON Lines file (blank lines are passed over) or of one JSON array of objects; they are told
// apart by the first character. BadInput for anything else.
base::Result<std::vector<JsonRow>> readJsonRows(const std::filesystem::path& path);

} // namespace msrl::data
