// SPDX-License-Identifier: GPL-3.0-or-later
// TensorBoard's event file: TFRecord frames with masked CRC32C, each around one protobuf message "Event".
// Written here byte by byte, as three messages of few fields need no library.
//
//     file << eventRecord(fileVersionEvent(seconds));
//     file << eventRecord(scalarEvent({ seconds, step, "reward", 0.5 }));
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace msrl::metrics {

// CRC-32C (Castagnoli), as in RFC 3720 appendix B.4.
std::uint32_t crc32c(std::string_view bytes);
// What TFRecord stores of it, so that a checksum of data with checksums in it stays a good one.
std::uint32_t maskedCrc32c(std::string_view bytes);

// One TFRecord: length (64 bit, little endian), its masked checksum, the data, its masked checksum.
std::string eventRecord(std::string_view data);

// The first message of every event file. `wallTime`: seconds since 1970 UTC.
std::string fileVersionEvent(double wallTime);

struct Scalar
{
    double wallTime = 0; // seconds since 1970 UTC
    std::int64_t step = 0;
    std::string_view tag;
    double value = 0; // kept with 32 bits, as TensorBoard's scalars are
};

std::string scalarEvent(const Scalar& scalar);

} // namespace msrl::metrics
