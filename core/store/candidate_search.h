// SPDX-License-Identifier: GPL-3.0-or-later
// The text condition of a question about candidates. Used by this folder only.
#pragma once

#include "core/store/database.h"

#include <string>

namespace msrl::store {

// Looks into the word index where the file has one and the text can be cut into its words. Otherwise every
// text is read: slow, but it finds the same and more.
class TextMatch
{
public:
    TextMatch(const std::string& text, int schema);

    // An SQL condition on "candidates c" with one parameter of this number.
    std::string condition(int parameter) const;
    bool usesWords() const { return m_way == Way::Words; }
    void bind(SQLite::Statement& statement, int parameter) const;

private:
    enum class Way { Everything, Words, Scan };
    Way m_way = Way::Everything;
    std::string m_value;
};

// A query of the word index for which every word of `text` must occur; empty when there is no word in it, or
// when it holds characters of which the index makes words in another way.
std::string wordQuery(const std::string& text);

} // namespace msrl::store
