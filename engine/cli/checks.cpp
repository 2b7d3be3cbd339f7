// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/checks.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

namespace msrl::cli {
namespace {

template <class Number> std::optional<Number> numberIn(const std::string& text)
{
    Number number {};
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

CLI::Validator real(double least, bool itself, const std::string& wanted)
{
    return { [=](const std::string& text) {
                const auto number = numberIn<double>(text);
                const bool fits
                    = number && std::isfinite(*number) && (itself ? *number >= least : *number > least);
                return fits ? std::string() : fmt::format("'{}' is not {}", text, wanted);
            },
        "NUMBER" };
}

} // namespace

CLI::Validator wholeFrom(std::int64_t least)
{
    return { [least](const std::string& text) {
                const auto number = numberIn<std::int64_t>(text);
                return number && *number >= least
                    ? std::string()
                    : fmt::format("'{}' is not a whole number from {} up", text, least);
            },
        fmt::format("WHOLE >= {}", least) };
}

CLI::Validator numberFrom(double least)
{
    return real(least, true, fmt::format("a number from {} up", least));
}

CLI::Validator aboveZero()
{
    return real(0, false, "a number above 0");
}

} // namespace msrl::cli
