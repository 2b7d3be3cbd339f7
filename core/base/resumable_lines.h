// SPDX-License-Identifier: GPL-3.0-or-later
// A file of lines that a long job writes batch by batch and that a killed job goes on with: no line is lost
// and none is written twice.
//
// Beside FILE lies FILE.state. Its first line says what was asked for; each further line says how many rows
// of the input are done and how many bytes of FILE hold their lines. It is written, and both files are
// synced, after the lines themselves, so bytes of FILE beyond the last such line belong to a batch that was
// cut off.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace msrl::base {

class ResumableLines
{
public:
    // Begins FILE, or goes on with it: what a batch that was cut off left behind is removed. BadInput when
    // FILE was not begun by such a job, when it was begun for another `request` (the error names the first
    // member that differs), when another process is writing it, and when it is shorter than its state says.
    static Result<ResumableLines> open(const std::filesystem::path& file, const Json& request);
    ResumableLines(ResumableLines&& other) noexcept;
    ResumableLines& operator=(ResumableLines&&) = delete;
    ~ResumableLines();

    // Rows of the input whose lines are in the file.
    std::uint64_t rowsDone() const { return m_rows; }
    // Lines of the next `rows` rows of the input (a row may have none), each with its line end. On disk when
    // it returns.
    Status append(std::string_view lines, std::uint64_t rows);

private:
    ResumableLines(std::filesystem::path file, int lines, int state);
    Status begin(const Json& request, bool fileExists);
    Status readState(std::string_view text, const Json& request);

    std::filesystem::path m_file;
    int m_lines = -1; // descriptors; the state's carries the lock
    int m_state = -1;
    std::uint64_t m_rows = 0;
    std::uint64_t m_bytes = 0;
};

} // namespace msrl::base
