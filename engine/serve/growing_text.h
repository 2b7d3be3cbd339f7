// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a completion while it is written: what of it is certain already, cut before a stop text.
#pragma once

#include "core/text/tokenizer.h"

#include <string>
#include <vector>

namespace msrl::serve {

// Half a character, and what may yet become a stop text, is held back: the pieces joined are the text up to
// the first stop text. REQUIRES of stop texts: not empty; the last token is the first that completes one.
class GrowingText
{
public:
    // A final `endToken` is no part of the text.
    GrowingText(text::Tokenizer tokenizer, std::vector<std::string> stops, text::TokenId endToken);

    // What is added by the next token; with `last` all that is left.
    std::string push(text::TokenId id, bool last);

    // Tokens that begin within the text given out so far; all of them after a last one without a stop text.
    std::size_t tokens() const { return m_tokens; }

private:
    std::size_t firstStop() const;
    std::size_t heldBack() const;

    text::StreamDecoder m_decoder;
    std::vector<std::string> m_stops;
    text::TokenId m_endToken = 0;
    std::string m_text;
    std::size_t m_given = 0; // bytes of it
    std::vector<std::size_t> m_begins; // of the tokens, in the text
    std::size_t m_tokens = 0;
};

} // namespace msrl::serve
