// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readers.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <memory>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxRowBytes = std::size_t { 64 } << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Lines of a plain or gzipped file; zlib tells them apart by content.
class LineReader
{
public:
    explicit LineReader(const fs::path& path)
        : m_path(path.string())
        , m_file(gzopen(m_path.c_str(), "rb"), gzclose_r)
    {
    }

    // The next line without its end; nothing at the end of the file.
    base::Result<std::optional<std::string>> next()
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
            const std::size_t stop
                = newline ? static_cast<std::size_t>(newline - m_buffer.data()) + 1 : m_end;
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

    std::string place() const { return fmt::format("{}:{}", m_path, m_row); }

private:
    bool refill()
    {
        const int size = gzread(m_file.get(), m_buffer.data(), static_cast<unsigned>(m_buffer.size()));
        m_begin = 0;
        m_end = size > 0 ? static_cast<std::size_t>(size) : 0;
        return m_end > 0;
    }

    std::optional<base::Error> readFault() const
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

    std::string m_path;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> m_file;
    std::array<char, 1 << 16> m_buffer {};
    std::size_t m_begin = 0; // of what is unread in m_buffer
    std::size_t m_end = 0;
    std::size_t m_row = 0;
};

bool isJsonl(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.ends_with(".jsonl") || name.ends_with(".jsonl.gz");
}

base::Result<std::vector<Sample>> readJsonl(const fs::path& path, const fs::path& mediaRoot)
{
    LineReader lines(path);
    std::vector<Sample> samples;
    for (;;) {
        const auto line = lines.next();
        if (!line)
            return line.error();
        if (!*line)
            return samples;
        const std::string& text = **line;
        if (text.find_first_not_of(" \t") == std::string::npos)
            continue;
        auto row = base::parseJson(text, lines.place());
        if (!row)
            return row.error();
        auto sample = sampleFromJson(*row, lines.place(), mediaRoot);
        if (!sample)
            return sample.error();
        samples.push_back(std::move(*sample));
    }
}

} // namespace

const SampleFormat kJsonlFormat { "msrl-jsonl", "MSRL rows", "One JSON object per line, plain or gzipped.",
    isJsonl, readJsonl };

} // namespace msrl::data
