// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/safetensors.h"

#include "core/base/json.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/ScalarTypeToTypeMeta.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

namespace msrl::model {
namespace {

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kMaxDimensions = 64; // what ATen can hold

// Nothing when it overflows. An empty dimension does not hide an overflow of the others: strides multiply all
// of them.
std::optional<std::uint64_t> bytesOf(const std::vector<std::int64_t>& shape, std::uint64_t elementSize)
{
    std::int64_t bytes = static_cast<std::int64_t>(elementSize);
    bool empty = false;
    for (const std::int64_t size : shape) {
        empty = empty || size == 0;
        if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes))
            return std::nullopt;
    }
    return empty ? 0 : static_cast<std::uint64_t>(bytes);
}

base::Result<std::vector<std::int64_t>> readIntegers(
    const base::Json& json, const std::string& what, const std::string& place)
{
    std::vector<std::int64_t> out;
    if (!json.is_array() || json.size() > kMaxDimensions)
        return base::badInput(what + " is not a short array of integers", place);
    for (const base::Json& item : json) {
        if (!item.is_number_integer() || (item.is_number_unsigned() && item.get<std::uint64_t>() > INT64_MAX))
            return base::badInput(what + " holds something that is not a whole number", place);
        if (item.get<std::int64_t>() < 0)
            return base::badInput(what + " holds a negative number", place);
        out.push_back(item.get<std::int64_t>());
    }
    return out;
}

base::Result<TensorEntry> readEntry(
    const std::string& name, const base::Json& json, const std::string& file, std::uint64_t dataBytes)
{
    const std::string place = file + ", tensor " + name;
    base::ObjectReader in(json, place);
    const std::string tag = in.text("dtype");
    for (const char* key : { "shape", "data_offsets" }) {
        if (!in.has(key))
            in.fault(key, "is missing");
    }
    const base::Json shapeJson = in.array("shape");
    const base::Json offsetsJson = in.array("data_offsets");
    if (const base::Status fault = in.finish(); !fault)
        return fault.error();
    const std::optional<c10::ScalarType> dtype = dtypeFromTag(tag);
    if (!dtype)
        return base::badInput(fmt::format("dtype '{}' is not supported", tag), place,
            "store it as one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64 to I8, U64 to U8 or BOOL");
    const auto shape = readIntegers(shapeJson, "shape", place);
    if (!shape)
        return shape.error();
    const auto offsets = readIntegers(offsetsJson, "data_offsets", place);
    if (!offsets)
        return offsets.error();
    if (offsets->size() != 2 || (*offsets)[0] > (*offsets)[1])
        return base::badInput("data_offsets is not a pair [begin, end]", place);
    TensorEntry entry { name, *dtype, *shape, static_cast<std::uint64_t>((*offsets)[0]),
        static_cast<std::uint64_t>((*offsets)[1]) };
    if (entry.end > dataBytes)
        return base::badInput(
            fmt::format("data ends at byte {}, the file has {} bytes of data: it is cut off or damaged",
                entry.end, dataBytes),
            place, "copy the file again");
    const auto expected = bytesOf(entry.shape, c10::elementSize(*dtype));
    if (!expected)
        return base::badInput("the shape does not fit any number of bytes: its product overflows", place);
    if (*expected != entry.end - entry.begin)
        return base::badInput(
            fmt::format("the shape does not fit the number of bytes: {} of {} need {}, data_offsets gives {}",
                fmt::format("[{}]", fmt::join(entry.shape, ",")), tag, *expected, entry.end - entry.begin),
            place);
    return entry;
}

base::Status readMetadata(
    const base::SortedJson& json, const std::string& place, std::map<std::string, std::string>& out)
{
    if (!json.is_object())
        return base::badInput("__metadata__ is not a JSON object", place);
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string())
            return base::badInput("metadata '" + key + "' is not a string", place);
        out[key] = value.get<std::string>();
    }
    return {};
}

} // namespace

std::int64_t TensorEntry::numElements() const
{
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    return count;
}

class SafetensorsFile::Mapping
{
public:
    Mapping(void* address, std::size_t size)
        : m_address(static_cast<char*>(address))
        , m_size(size)
    {
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() { ::munmap(m_address, m_size); }

    char* data() const { return m_address; }
    std::size_t size() const { return m_size; }

private:
    char* m_address;
    std::size_t m_size;
};

base::Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path)
{
    const std::string place = path.string();
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return base::badInput(fmt::format("cannot open: {}", std::strerror(errno)), place);
    struct stat info
    {
    };
    const bool regular = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    const auto size = static_cast<std::size_t>(regular ? info.st_size : 0);
    if (size < sizeof(std::uint64_t)) {
        ::close(fd);
        return base::badInput("not a safetensors file: shorter than 8 bytes", place);
    }
    void* address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    const int mapError = errno;
    ::close(fd);
    if (address == MAP_FAILED)
        return base::failed(fmt::format("cannot map: {}", std::strerror(mapError)), place);
    SafetensorsFile file;
    file.m_path = path;
    file.m_mapping = std::make_shared<Mapping>(address, size);
    if (const base::Status fault = file.parseHeader(); !fault)
        return fault.error();
    return file;
}

base::Status SafetensorsFile::parseHeader()
{
    const std::string place = m_path.string();
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, m_mapping->data(), sizeof headerBytes);
    if (headerBytes > kMaxHeaderBytes)
        return base::badInput(
            fmt::format("not a safetensors file: a header of {} bytes", headerBytes), place);
    if (headerBytes > m_mapping->size() - sizeof headerBytes)
        return base::badInput(
            fmt::format("the header of {} bytes is longer than the file: it is cut off", headerBytes), place,
            "copy the file again");
    m_dataStart = sizeof headerBytes + headerBytes;
    const std::uint64_t dataBytes = m_mapping->size() - m_dataStart;
    const std::string_view text(m_mapping->data() + sizeof headerBytes, headerBytes);
    if (!text.starts_with('{'))
        return base::badInput("the header is not a JSON object: it must begin with {", place);
    const auto header
        = base::parseSortedJson(text, place + ", header", { .maxBytes = kMaxHeaderBytes, .maxDepth = 4 });
    if (!header)
        return header.error();
    for (const auto& [name, json] : header->items()) {
        if (name == "__metadata__") {
            if (const base::Status fault = readMetadata(json, place, m_metadata); !fault)
                return fault;
            continue;
        }
        auto entry = readEntry(name, base::Json(json), place, dataBytes);
        if (!entry)
            return entry.error();
        m_entries.push_back(std::move(*entry));
    }
    std::stable_sort(m_entries.begin(), m_entries.end(),
        [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const TensorEntry& entry = m_entries[i];
        if (entry.begin != at)
            return base::badInput(fmt::format("tensor data {} before '{}'",
                                      entry.begin < at ? "overlaps" : "has a gap", entry.name),
                place);
        at = entry.end;
        m_index.emplace(entry.name, i);
    }
    if (at != dataBytes)
        return base::badInput(fmt::format("{} bytes follow the last tensor", dataBytes - at), place);
    return {};
}

const TensorEntry* SafetensorsFile::find(const std::string& name) const
{
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : &m_entries[found->second];
}

at::Tensor SafetensorsFile::view(const TensorEntry& entry) const
{
    char* data = m_mapping->data() + m_dataStart + entry.begin;
    const auto options = at::TensorOptions().dtype(entry.dtype);
    // The format does not align; vectorised loops may count on it.
    if (reinterpret_cast<std::uintptr_t>(data) % c10::elementSize(entry.dtype) != 0) {
        const at::Tensor copy = at::empty(entry.shape, options);
        if (copy.nbytes() > 0)
            std::memcpy(copy.mutable_data_ptr(), data, copy.nbytes());
        return copy;
    }
    return at::from_blob(
        data, entry.shape, [mapping = m_mapping](void*) {}, options);
}

void SafetensorsFile::release(const TensorEntry& entry) const
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(m_mapping->data()) + m_dataStart + entry.begin;
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t last = (begin + (entry.end - entry.begin)) / page * page;
    if (last > first)
        ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

} // namespace msrl::model
