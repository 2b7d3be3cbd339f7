// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/marked_text.h"

namespace msrl::text {

void MarkedText::append(std::string_view words)
{
    text.append(words);
}

void MarkedText::appendLiteral(std::string_view data)
{
    if (data.empty())
        return;
    const std::size_t begin = text.size();
    text.append(data);
    literal.push_back({ begin, text.size() });
}

void MarkedText::append(const MarkedText& other)
{
    const std::size_t shift = text.size();
    text.append(other.text);
    for (const ByteRange& range : other.literal)
        literal.push_back({ range.begin + shift, range.end + shift });
}

} // namespace msrl::text
