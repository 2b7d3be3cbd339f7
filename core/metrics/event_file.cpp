// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/event_file.h"

#include <array>
#include <bit>

namespace msrl::metrics {

namespace {

constexpr std::uint32_t kCastagnoli = 0x82F63B78; // reflected

constexpr std::array<std::uint32_t, 256> crcTable()
{
    std::array<std::uint32_t, 256> table {};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kCastagnoli : 0U);
        table[byte] = crc;
    }
    return table;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = crcTable();

// Field numbers of tensorflow's event.proto and summary.proto.
constexpr std::uint32_t kEventWallTime = 1;
constexpr std::uint32_t kEventStep = 2;
constexpr std::uint32_t kEventFileVersion = 3;
constexpr std::uint32_t kEventSummary = 5;
constexpr std::uint32_t kSummaryValue = 1;
constexpr std::uint32_t kValueTag = 1;
constexpr std::uint32_t kValueSimple = 2;

enum class WireType : std::uint32_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

template <class Number> void putLittleEndian(std::string& out, Number number)
{
    for (std::size_t byte = 0; byte < sizeof(Number); ++byte)
        out += static_cast<char>((number >> (8 * byte)) & 0xFFU);
}

void putVarint(std::string& out, std::uint64_t number)
{
    for (; number >= 0x80U; number >>= 7U)
        out += static_cast<char>((number & 0x7FU) | 0x80U);
    out += static_cast<char>(number);
}

void putTag(std::string& out, std::uint32_t field, WireType type)
{
    putVarint(out, (field << 3U) | static_cast<std::uint32_t>(type));
}

void putBytes(std::string& out, std::uint32_t field, std::string_view bytes)
{
    putTag(out, field, WireType::Bytes);
    putVarint(out, bytes.size());
    out += bytes;
}

void putDouble(std::string& out, std::uint32_t field, double value)
{
    putTag(out, field, WireType::Fixed64);
    putLittleEndian(out, std::bit_cast<std::uint64_t>(value));
}

} // namespace

std::uint32_t crc32c(std::string_view bytes)
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes)
        crc = (crc >> 8U) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
    return crc ^ 0xFFFFFFFFU;
}

std::uint32_t maskedCrc32c(std::string_view bytes)
{
    constexpr std::uint32_t kMaskDelta = 0xA282EAD8U;
    return std::rotr(crc32c(bytes), 15) + kMaskDelta;
}

std::string eventRecord(std::string_view data)
{
    std::string record;
    record.reserve(data.size() + 16);
    putLittleEndian(record, static_cast<std::uint64_t>(data.size()));
    putLittleEndian(record, maskedCrc32c(record));
    record += data;
    putLittleEndian(record, maskedCrc32c(data));
    return record;
}

std::string fileVersionEvent(double wallTime)
{
    std::string event;
    putDouble(event, kEventWallTime, wallTime);
    putBytes(event, kEventFileVersion, "brain.Event:2");
    return event;
}

std::string scalarEvent(const Scalar& scalar)
{
    std::string value;
    putBytes(value, kValueTag, scalar.tag);
    putTag(value, kValueSimple, WireType::Fixed32);
    putLittleEndian(value, std::bit_cast<std::uint32_t>(static_cast<float>(scalar.value)));
    std::string summary;
    putBytes(summary, kSummaryValue, value);
    std::string event;
    putDouble(event, kEventWallTime, scalar.wallTime);
    putTag(event, kEventStep, WireType::Varint);
    putVarint(event, static_cast<std::uint64_t>(scalar.step)); // negative: ten bytes, as int64 demands
    putBytes(event, kEventSummary, summary);
    return event;
}

} // namespace msrl::metrics
