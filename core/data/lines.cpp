// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/lines.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

namespace msrl::data {

namespace {

constexpr std::size_t kMaxRowBytes = std::size_t { 64 } << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

} // namespace

LineReader::LineReader(const std::filesystem::path& path)
    : m_path(path.string())
    , m_file(gzopen(m_path.c_str(), "rb"), gzclose_r)
{
}

std::string LineReader::place() const
{
    return fmt::format("{}:{}", m_path, m_row);
}

base::Result<std::optional<std::string>> LineReader::next()
{
    if (!m_file)
        return base::badInput(fmt::format("cannot be opened: {}", std::strerror(errno)), m_path);
    std::string line;
    bool ended = false;
    while (!ended) {
        if (m_begin == m_end && !refill())
            break;
        const auto* newline
            = static_cast<const char*>(std::memchr(&m_buffer[m_begin], '\n', m_end - m_begin));
        const std::size_t stop = newline ? static_cast<std::size_t>(newline - m_buffer.data()) + 1 : m_end;
        line.append(&m_buffer[m_begin], stop - m_begin);
        m_begin = stop;
        ended = newline != nullptr;
        if (line.size() > kMaxRowBytes)
            return base::badInput(fmt::format("the row is longer than {} bytes", kMaxRowBytes),
                fmt::format("{}:{}", m_path, m_row + 1));
    }
    if (auto fault = readFault())
        return *fault;
    if (line.empty())
        return std::optional<std::string>();
    ++m_row;
    while (line.ends_with('\n') || line.ends_with('\r'))
        line.pop_back();
    if (m_row == 1 && line.starts_with(kByteOrderMark))
        line.erase(0, kByteOrderMark.size());
    return std::optional(std::move(line));
}

bool LineReader::refill()
{
    const int size = gzread(m_file.get(), m_buffer.data(), static_cast<unsigned>(m_buffer.size()));
    m_begin = 0;
    m_end = size > 0 ? static_cast<std::size_t>(size) : 0;
    return m_end > 0;
}

std::optional<base::Error> LineReader::readFault() const
{
    int code = Z_OK;
    const char* text = gzerror(m_file.get(), &code);
    if (code == Z_OK || code == Z_STREAM_END)
        return std::nullopt;
    const std::string what = code == Z_ERRNO ? std::strerror(errno)
        : code == Z_BUF_ERROR                ? "the compressed data end too early"
                                             : text;
    return base::badInput("cannot be read: " + what, fmt::format("{}:{}", m_path, m_row + 1));
}

} // namespace msrl::data
