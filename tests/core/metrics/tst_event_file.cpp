// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/event_file.h"

#include <gtest/gtest.h>

namespace msrl::metrics {
namespace {

std::string hex(std::string_view bytes)
{
    static constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0xFU];
    }
    return text;
}

// The vectors of RFC 3720, appendix B.4, and the usual check value.
TEST(Crc32c, publishedVectors)
{
    std::string rising;
    for (int i = 0; i < 32; ++i)
        rising += static_cast<char>(i);
    const std::string falling(rising.rbegin(), rising.rend());
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
    EXPECT_EQ(crc32c(rising), 0x46DD794EU);
    EXPECT_EQ(crc32c(falling), 0x113FDB5CU);
    EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(crc32c(""), 0U);
}

// The bytes that the Python package tensorboard 2.21.0 writes for these events.
TEST(EventFile, bytesOfTheReferenceWriter)
{
    EXPECT_EQ(hex(eventRecord(fileVersionEvent(1700000000.5))),
        "1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110");
    EXPECT_EQ(hex(eventRecord(scalarEvent({ 1700000001.25, 300, "reward/accuracy", 0.625 }))),
        "2600000000000000734fe3000900005040fc54d94110ac022a180a160a0f7265776172642f616363"
        "7572616379150000203f933deba2");
    EXPECT_EQ(hex(eventRecord(scalarEvent({ 1700000002.0, -1, "kl", -2.5 }))),
        "2100000000000000017becf60900008040fc54d94110ffffffffffffffffff012a0b0a090a026b6c"
        "15000020c0ca56bd29");
}

} // namespace
} // namespace msrl::metrics
