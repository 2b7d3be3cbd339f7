// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/utf8.h"

#include <fmt/core.h>
#include <utf8proc.h>

#include <cstdlib>
#include <memory>

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
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
        static_cast<utf8proc_ssize_t>(utf8.size()), &mapped,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    if (size < 0)
        return base::failed(
            fmt::format("cannot compose a text of {} bytes: {}", utf8.size(), utf8proc_errmsg(size)));
    return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

} // namespace msrl::text
