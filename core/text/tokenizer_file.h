// SPDX-License-Identifier: GPL-3.0-or-later
// What a tokenizer.json says, checked against the pipeline that this module follows.
#pragma once

#include "core/base/result.h"
#include "core/text/added_tokens.h"
#include "core/text/bpe.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

struct TokenizerFile
{
    Bpe::Parts model;
    std::vector<AddedToken> added;
    bool compose = false; // NFC
    std::string pattern; // of the pre-tokeniser
    std::optional<std::string> endOfSequence; // contents, from tokenizer_config.json
    std::optional<std::string> padding;
};

// Merges may be written ["a", "b"] or "a b". `configJson` may be empty.
base::Result<TokenizerFile> readTokenizerFile(
    std::string_view tokenizerJson, const std::string& place, std::string_view configJson);

} // namespace msrl::text
