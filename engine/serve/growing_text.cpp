// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/growing_text.h"

#include <algorithm>
#include <string_view>

namespace msrl::serve {

GrowingText::GrowingText(text::Tokenizer tokenizer, std::vector<std::string> stops, text::TokenId endToken)
    : m_decoder(std::move(tokenizer))
    , m_stops(std::move(stops))
    , m_endToken(endToken)
{
}

std::string GrowingText::push(text::TokenId id, bool last)
{
    m_begins.push_back(m_text.size());
    if (!last || id != m_endToken)
        m_text += m_decoder.push(id);
    if (last)
        m_text += m_decoder.finish();
    const std::size_t stop = firstStop();
    const bool cut = stop != std::string::npos;
    const std::size_t upTo = cut ? stop : last ? m_text.size() : m_text.size() - heldBack();
    std::string piece = m_text.substr(m_given, upTo - m_given);
    m_given = upTo;
    while (m_tokens < m_begins.size() && ((last && !cut) || m_begins[m_tokens] < m_given))
        ++m_tokens;
    return piece;
}

// What was given out holds no beginning of a stop text: heldBack() kept it.
std::size_t GrowingText::firstStop() const
{
    std::size_t first = std::string::npos;
    for (const std::string& stop : m_stops)
        first = std::min(first, m_text.find(stop, m_given));
    return first;
}

std::size_t GrowingText::heldBack() const
{
    const std::string_view rest = std::string_view(m_text).substr(m_given);
    std::size_t most = 0;
    for (const std::string& stop : m_stops) {
        std::size_t length = std::min(stop.size() - 1, rest.size());
        while (length > most && !rest.ends_with(std::string_view(stop).substr(0, length)))
            --length;
        most = std::max(most, length);
    }
    return most;
}

} // namespace msrl::serve
