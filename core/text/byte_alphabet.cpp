// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_alphabet.h"

#include "core/text/utf8.h"

#include <array>
#include <cstdint>

namespace msrl::text {

namespace {

bool standsForItself(int byte)
{
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

// Code point of each byte: printable Latin-1 keeps its own, the others take U+0100 and up in byte order.
std::array<std::uint16_t, 256> makeAlphabet()
{
    std::array<std::uint16_t, 256> out {};
    std::uint16_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte)
        out[static_cast<std::size_t>(byte)]
            = standsForItself(byte) ? static_cast<std::uint16_t>(byte) : next++;
    return out;
}

constexpr int kAlphabetEnd = 0x144; // one past the last code point in use

std::array<std::int16_t, kAlphabetEnd> makeInverse(const std::array<std::uint16_t, 256>& alphabet)
{
    std::array<std::int16_t, kAlphabetEnd> out {};
    out.fill(-1);
    for (std::size_t byte = 0; byte < alphabet.size(); ++byte)
        out[alphabet[byte]] = static_cast<std::int16_t>(byte);
    return out;
}

const std::array<std::uint16_t, 256> kAlphabet = makeAlphabet();
const std::array<std::int16_t, kAlphabetEnd> kInverse = makeInverse(kAlphabet);

} // namespace

std::optional<std::string> bytesFromAlphabet(std::string_view spelled)
{
    std::string out;
    out.reserve(spelled.size());
    for (std::size_t i = 0; i < spelled.size();) {
        const auto lead = static_cast<unsigned char>(spelled[i]);
        int codePoint = lead;
        std::size_t length = 1;
        if (lead >= 0x80) {
            length = characterLength(spelled.substr(i));
            if (length != 2)
                return std::nullopt;
            codePoint = ((lead & 0x1f) << 6) | (static_cast<unsigned char>(spelled[i + 1]) & 0x3f);
        }
        if (codePoint >= kAlphabetEnd || kInverse[static_cast<std::size_t>(codePoint)] < 0)
            return std::nullopt;
        out.push_back(static_cast<char>(kInverse[static_cast<std::size_t>(codePoint)]));
        i += length;
    }
    return out;
}

std::string alphabetFromBytes(std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) {
        const std::uint16_t codePoint = kAlphabet[static_cast<unsigned char>(c)];
        if (codePoint < 0x80) {
            out.push_back(static_cast<char>(codePoint));
        } else {
            out.push_back(static_cast<char>(0xc0 | (codePoint >> 6)));
            out.push_back(static_cast<char>(0x80 | (codePoint & 0x3f)));
        }
    }
    return out;
}

} // namespace msrl::text
