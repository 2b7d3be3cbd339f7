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

template <class Number, class Fits>
CLI::Validator numberCheck(Fits fits, const std::string& wanted, const std::string& range)
{
    return { [=](const std::string& text) {
                const auto number = numberIn<Number>(text);
                return number && fits(*number) ? std::string() : fmt::format("'{}' is not {}", text, wanted);
            },
        range };
}

} // namespace

CLI::Validator wholeFrom(std::int64_t least)
{
    return numberCheck<std::int64_t>([=](std::int64_t number) { return number >= least; },
        fmt::format("a whole number from {} up", least), fmt::format("{} or more", least));
}

CLI::Validator wholeBetween(std::int64_t least, std::int64_t most)
{
    return numberCheck<std::int64_t>([=](std::int64_t number) { return number >= least && number <= most; },
        fmt::format("a whole number from {} to {}", least, most), fmt::format("{} to {}", least, most));
}

CLI::Validator numberFrom(double least)
{
    return numberCheck<double>([=](double number) { return std::isfinite(number) && number >= least; },
        fmt::format("a number from {} up", least), fmt::format("{} or more", least));
}

CLI::Validator numberBetween(double least, double most)
{
    return numberCheck<double>([=](double number) { return number >= least && number <= most; },
        fmt::format("a number from {} to {}", least, most), fmt::format("{} to {}", least, most));
}

CLI::Validator aboveZero()
{
    return numberCheck<double>(
        [](double number) { return std::isfinite(number) && number > 0; }, "a number above 0", "above 0");
}

CLI::Validator toldRange(const std::string& range)
{
    return { [](const std::string&) { return std::string(); }, range };
}

} // namespace msrl::cli
