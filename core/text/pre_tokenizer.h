// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts text into the pieces inside which byte pairs are merged, by the regular expression of a
// tokenizer.json.
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

// The expression of Qwen2 and Qwen3, as their tokenizer.json spells it.
extern const char* const kQwen2Pattern;

// Immutable after create(); split() may be called from any thread.
class PreTokenizer
{
public:
    // Refused with the position when the expression does not compile, or uses a class whose meaning differs
    // between regular expression engines.
    static base::Result<PreTokenizer> create(const std::string& pattern, const std::string& place);

    PreTokenizer(PreTokenizer&&) noexcept;
    PreTokenizer& operator=(PreTokenizer&&) noexcept;
    ~PreTokenizer();

    // Every match is a piece, and so is what lies between matches ("Isolated"): the pieces joined are the
    // text. The views point into `utf8`. REQUIRES: valid UTF-8.
    base::Result<std::vector<std::string_view>> split(std::string_view utf8) const;

private:
    struct Compiled;
    explicit PreTokenizer(std::unique_ptr<Compiled> compiled);

    std::unique_ptr<Compiled> m_compiled;
};

} // namespace msrl::text
