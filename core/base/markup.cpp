// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/markup.h"

namespace msrl::base {

namespace {

// The tag at the start of `text`; empty where there is none.
std::string_view tagAt(std::string_view text)
{
    if (!text.starts_with('<'))
        return {};
    std::size_t end = 1;
    while (end < text.size()
        && ((text[end] >= 'a' && text[end] <= 'z') || (text[end] >= 'A' && text[end] <= 'Z')
            || text[end] == '_' || text[end] == '|'))
        ++end;
    return end > 1 && end < text.size() && text[end] == '>' ? text.substr(0, end + 1) : std::string_view();
}

} // namespace

std::string escapeMarkup(std::string_view text)
{
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

std::string foldRepeatedTags(std::string_view text)
{
    std::string folded;
    while (!text.empty()) {
        const std::string_view tag = tagAt(text);
        std::size_t count = 0;
        while (!tag.empty() && text.starts_with(tag)) {
            text.remove_prefix(tag.size());
            ++count;
        }
        if (count == 0) {
            folded += text.front();
            text.remove_prefix(1);
        } else {
            folded += tag;
            folded += count > 1 ? " ×" + std::to_string(count) : "";
        }
    }
    return folded;
}

} // namespace msrl::base
