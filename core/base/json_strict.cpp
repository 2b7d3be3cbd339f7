// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_strict.h"

#include <fmt/format.h>

#include <unordered_set>

namespace msrl::base {

namespace {

// Follows the parser and remembers the first key that comes twice.
class KeyWatch
{
public:
    void see(SortedJson::parse_event_t event, const SortedJson& parsed)
    {
        using Event = SortedJson::parse_event_t;
        if (event == Event::object_start)
            m_open.emplace_back();
        else if (event == Event::object_end)
            m_open.pop_back();
        else if (event == Event::key && !m_open.back().insert(parsed.get<std::string>()).second
            && !m_repeated)
            m_repeated = parsed.get<std::string>();
    }
    const std::optional<std::string>& repeated() const { return m_repeated; }

private:
    std::vector<std::unordered_set<std::string>> m_open;
    std::optional<std::string> m_repeated;
};

} // namespace

Result<SortedJson> parseStrictJson(std::string_view text, const std::string& place, JsonLimits limits)
{
    Result<SortedJson> out = parseSortedJson(text, place, limits);
    if (!out)
        return out;
    KeyWatch watch;
    // The text is valid here: nothing is thrown.
    const auto follow = [&](int, SortedJson::parse_event_t event, SortedJson& parsed) {
        watch.see(event, parsed);
        return true;
    };
    [[maybe_unused]] const SortedJson again = SortedJson::parse(text, follow);
    if (watch.repeated())
        return badInput(fmt::format("the key {} comes twice", SortedJson(*watch.repeated()).dump()), place);
    return out;
}

} // namespace msrl::base
