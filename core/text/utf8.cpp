// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/utf8.h"

#include <fmt/core.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <utility>

namespace msrl::text {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Sequence
{
    std::size_t expected = 0; // bytes of the character that the lead byte announces; 0: not a lead byte
    std::size_t good = 0; // bytes present and well-formed so far
};

// Unicode 16, table 3-7: which second bytes each lead byte allows.
Sequence scan(std::string_view bytes)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return { 1, 1 };
    Sequence out;
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
        out.expected = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        out.expected = 3;
        low = lead == 0xe0 ? 0xa0 : low;
        high = lead == 0xed ? 0x9f : high;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        out.expected = 4;
        low = lead == 0xf0 ? 0x90 : low;
        high = lead == 0xf4 ? 0x8f : high;
    } else {
        return out;
    }
    out.good = 1;
    while (out.good < out.expected && out.good < bytes.size() && byte(out.good) >= low
        && byte(out.good) <= high) {
        ++out.good;
        low = 0x80;
        high = 0xbf;
    }
    return out;
}

void take(std::string& pending, std::string& out, bool ended)
{
    std::size_t at = 0;
    while (at < pending.size()) {
        const std::string_view rest = std::string_view(pending).substr(at);
        const Sequence sequence = scan(rest);
        if (sequence.expected > 0 && sequence.good == sequence.expected) {
            out.append(rest.substr(0, sequence.good));
            at += sequence.good;
            continue;
        }
        if (!ended && sequence.good > 0 && sequence.good == rest.size())
            break;
        out.append(kReplacement);
        at += sequence.good > 0 ? sequence.good : 1;
    }
    pending.erase(0, at);
}

// Characters from Unicode 10 on that take part in composition or reordering, with unassigned neighbours. The
// tables of the tokenizers library are of Unicode 9: there these stay where they are, and marks do not move
// or compose across them.
constexpr std::pair<char32_t, char32_t> kUnmoved[] = { { 0x5c8, 0x5c9 }, { 0x7fd, 0x7fd }, { 0x890, 0x89f },
    { 0x8c8, 0x8d3 }, { 0x9fe, 0x9fe }, { 0xc3c, 0xc3c }, { 0xd3b, 0xd3c }, { 0xeba, 0xeba },
    { 0x1715, 0x1715 }, { 0x1abf, 0x1aff }, { 0x1df6, 0x1dfa }, { 0xa82c, 0xa82c }, { 0x105c0, 0x105ff },
    { 0x10d00, 0x10d8f }, { 0x10e80, 0x10eff }, { 0x10f00, 0x10faf }, { 0x11070, 0x11070 },
    { 0x1133b, 0x1133b }, { 0x11380, 0x113ff }, { 0x1145e, 0x1145e }, { 0x11800, 0x1184f },
    { 0x11900, 0x1195f }, { 0x119a0, 0x11aaf }, { 0x11d00, 0x11daf }, { 0x11f00, 0x11f5f },
    { 0x16100, 0x1613f }, { 0x16d40, 0x16d7f }, { 0x16ff0, 0x16ff1 }, { 0x1d127, 0x1d128 },
    { 0x1d250, 0x1d28f }, { 0x1e030, 0x1e08f }, { 0x1e100, 0x1e14f }, { 0x1e290, 0x1e2ff },
    { 0x1e4d0, 0x1e5ff }, { 0x1e6c0, 0x1e6ff } };

// REQUIRES: a well-formed character
char32_t codePoint(std::string_view character)
{
    constexpr unsigned char kLeadBits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    char32_t out = static_cast<unsigned char>(character[0]) & kLeadBits[character.size()];
    for (const char c : character.substr(1))
        out = out << 6 | (static_cast<unsigned char>(c) & 0x3fU);
    return out;
}

bool isUnmoved(std::string_view character)
{
    const auto lead = static_cast<unsigned char>(character[0]);
    // Most texts have no character with one of these lead bytes, and need no search.
    if (lead != 0xd7 && lead != 0xdf && lead != 0xe0 && lead != 0xe1 && lead != 0xea && lead != 0xf0)
        return false;
    const char32_t point = codePoint(character);
    const auto* after = std::upper_bound(std::begin(kUnmoved), std::end(kUnmoved), point,
        [](char32_t value, const auto& range) { return value < range.first; });
    return after != std::begin(kUnmoved) && point <= std::prev(after)->second;
}

// By the tables of utf8proc.
base::Status appendComposed(std::string_view utf8, std::string& out)
{
    if (utf8.empty())
        return {};
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
        static_cast<utf8proc_ssize_t>(utf8.size()), &mapped,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    if (size < 0)
        return base::failed(
            fmt::format("cannot compose a text of {} bytes: {}", utf8.size(), utf8proc_errmsg(size)));
    out.append(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
    return {};
}

} // namespace

std::size_t characterLength(std::string_view bytes)
{
    const Sequence sequence = scan(bytes);
    return sequence.good == sequence.expected ? sequence.good : 0;
}

std::optional<std::size_t> findInvalidUtf8(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = characterLength(bytes.substr(at));
        if (length == 0)
            return at;
        at += length;
    }
    return std::nullopt;
}

void takeCharacters(std::string& pending, std::string& out)
{
    take(pending, out, false);
}

std::string replaceInvalidUtf8(std::string bytes)
{
    std::string out;
    out.reserve(bytes.size());
    take(bytes, out, true);
    return out;
}

base::Result<std::string> composed(std::string_view utf8)
{
    bool ascii = true;
    for (const char c : utf8)
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    if (ascii)
        return std::string(utf8);
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t length = std::max<std::size_t>(1, characterLength(utf8.substr(at)));
        const std::string_view character = utf8.substr(at, length);
        if (isUnmoved(character)) {
            if (const base::Status fault = appendComposed(utf8.substr(from, at - from), out); !fault)
                return fault.error();
            out.append(character);
            from = at + length;
        }
        at += length;
    }
    if (const base::Status fault = appendComposed(utf8.substr(from), out); !fault)
        return fault.error();
    return out;
}

} // namespace msrl::text
