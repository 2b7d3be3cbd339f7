// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/resumable_lines.h"

#include "core/base/descriptor.h"
#include "core/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

namespace msrl::base {
namespace fs = std::filesystem;

namespace {

Status writeToDisk(int file, std::string_view bytes, const fs::path& path)
{
    if (Status written = writeAll(file, bytes, path); !written)
        return written;
    if (::fdatasync(file) != 0)
        return failed("cannot write: " + errnoText(), path.string());
    return {};
}

// Cuts the file there and goes on writing at its end.
Status cutAt(int file, std::uintmax_t size, const fs::path& path)
{
    const auto end = static_cast<off_t>(size);
    if (::ftruncate(file, end) != 0 || ::lseek(file, end, SEEK_SET) != end)
        return failed("cannot be cut: " + errnoText(), path.string());
    return {};
}

fs::path stateOf(const fs::path& file)
{
    return file.string() + ".state";
}

// Of a file or folder: says nothing to people.
bool isHash(const Json& value)
{
    constexpr std::size_t kSha256Letters = 64;
    return value.is_string() && value.get_ref<const std::string&>().size() == kSha256Letters
        && value.get_ref<const std::string&>().find_first_not_of("0123456789abcdef") == std::string::npos;
}

// What tells two requests apart, for people: "voting is 4, it was begun with 1".
std::string difference(const Json& before, const Json& now)
{
    for (const auto& [key, value] : now.items()) {
        if (before.contains(key) && before[key] != value && isHash(before[key]) && isHash(value))
            return fmt::format("{}: the content is another than it was begun with", key);
        if (!before.contains(key) || before[key] != value)
            return fmt::format("{} is {}, it was begun with {}", key, value.dump(),
                before.contains(key) ? before[key].dump() : "none");
    }
    return "it was begun with further settings";
}

} // namespace

ResumableLines::ResumableLines(fs::path file, int lines, int state)
    : m_file(std::move(file))
    , m_lines(lines)
    , m_state(state)
{
}

ResumableLines::ResumableLines(ResumableLines&& other) noexcept
    : m_file(std::move(other.m_file))
    , m_lines(std::exchange(other.m_lines, -1))
    , m_state(std::exchange(other.m_state, -1))
    , m_rows(other.m_rows)
    , m_bytes(other.m_bytes)
{
}

ResumableLines::~ResumableLines()
{
    for (const int descriptor : { m_lines, m_state }) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

Result<ResumableLines> ResumableLines::open(const fs::path& file, const Json& request)
{
    std::error_code ignored;
    const bool fileExists = fs::exists(file, ignored);
    if (fileExists && !fs::exists(stateOf(file), ignored))
        return badInput("is already there", file.string(), "nothing is overwritten; name another file");
    const int state = ::open(stateOf(file).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (state < 0)
        return badInput("cannot be written: " + errnoText(), stateOf(file).string());
    ResumableLines out(file, -1, state);
    if (::flock(state, LOCK_EX | LOCK_NB) != 0)
        return badInput("another process is writing it", file.string(), "wait for it, or name another file");
    if (Status begun = out.begin(request, fileExists); !begun)
        return begun.error();
    return out;
}

Status ResumableLines::begin(const Json& request, bool fileExists)
{
    const Result<std::string> text = readFile(stateOf(m_file));
    if (!text)
        return text.error();
    const bool begun = text->find('\n') != std::string::npos;
    if (begun) {
        if (Status read = readState(*text, request); !read)
            return read;
    }
    std::error_code ec;
    const std::uintmax_t size = fileExists ? fs::file_size(m_file, ec) : 0;
    if (ec)
        return badInput("its size cannot be told: " + ec.message(), m_file.string(), "name another file");
    if (!begun && size > 0)
        return badInput("its state says nothing about it", m_file.string(), "name another file");
    if (size < m_bytes)
        return badInput(fmt::format("holds {} bytes, its state says {}", size, m_bytes), m_file.string(),
            "it was changed by hand; name another file");
    m_lines = ::open(m_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (m_lines < 0)
        return badInput("cannot be written: " + errnoText(), m_file.string());
    if (Status cut = cutAt(m_lines, m_bytes, m_file); !cut)
        return cut;
    // A state line that was cut off is replaced.
    const std::size_t kept = text->rfind('\n') == std::string::npos ? 0 : text->rfind('\n') + 1;
    if (Status cut = cutAt(m_state, kept, stateOf(m_file)); !cut)
        return cut;
    if (begun)
        return {};
    if (Status written = writeToDisk(m_state, request.dump() + "\n", stateOf(m_file)); !written)
        return written;
    return syncToDisk(fs::absolute(m_file).parent_path());
}

Status ResumableLines::readState(std::string_view text, const Json& request)
{
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos)
            return {};
        const std::string place = fmt::format("{}:{}", stateOf(m_file).string(), number);
        const Result<Json> line = parseJson(text.substr(0, end), place);
        if (!line)
            return line.error();
        text.remove_prefix(end + 1);
        if (number == 1) {
            if (*line != request)
                return badInput(difference(*line, request), m_file.string(),
                    "go on with the same settings, or name another file");
            continue;
        }
        ObjectReader in(*line, place);
        m_rows = static_cast<std::uint64_t>(in.integer("rows"));
        m_bytes = static_cast<std::uint64_t>(in.integer("bytes"));
        if (Status read = in.finish(); !read)
            return read;
    }
    return {};
}

Status ResumableLines::append(std::string_view lines, std::uint64_t rows)
{
    if (Status written = writeToDisk(m_lines, lines, m_file); !written)
        return written;
    m_rows += rows;
    m_bytes += lines.size();
    const Json line = { { "rows", m_rows }, { "bytes", m_bytes } };
    return writeToDisk(m_state, line.dump() + "\n", stateOf(m_file));
}

} // namespace msrl::base
