// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parquet/parquet_rows.h"
#include "targets.h"

#include <sys/mman.h>
#include <unistd.h>

namespace msrl::fuzz {
namespace {

constexpr std::string_view kWords[] = { "PAR1", "PARE", "ARROW:schema", "huggingface", "bytes", "path",
    "schema", std::string_view("\0\0\0\0", 4), "\xff\xff\xff\xff", "\x89PNG\r\n\x1a\n" };
constexpr std::int64_t kMostBytes = std::int64_t { 256 } << 20;

// A file without a name: Parquet is read from files alone.
class MemoryFile
{
public:
    explicit MemoryFile(std::string_view bytes)
        : m_descriptor(::memfd_create("rows.parquet", MFD_CLOEXEC))
    {
        require(m_descriptor >= 0
                && ::write(m_descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
            "a file in memory can be written");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(m_descriptor); }

    std::string path() const { return "/proc/self/fd/" + std::to_string(m_descriptor); }

private:
    int m_descriptor;
};

// A refusal is bad input in one line; a row that was read is an object that can be written.
void run(std::string_view bytes)
{
    const MemoryFile file(bytes);
    const auto checked = [](const base::Error& error) {
        require(error.code == base::ErrorCode::BadInput, "a damaged file is bad input");
        require(
            !error.what.empty() && error.message().find('\n') == std::string::npos, "a refusal is one line");
    };
    const auto rows = parquet::openParquet(file.path(), kMostBytes);
    if (!rows)
        return checked(rows.error());
    require((*rows)->columns().has_value(), "a table knows its columns");
    for (;;) {
        const auto row = (*rows)->next();
        if (!row)
            return checked(row.error());
        if (!*row)
            return;
        require((*row)->value.is_object() && !(*row)->value.dump().empty(), "a row can be written");
    }
}

} // namespace

const Target kParquet { "parquet", run, kWords };

} // namespace msrl::fuzz
