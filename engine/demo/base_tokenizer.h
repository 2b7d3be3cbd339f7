// SPDX-License-Identifier: GPL-3.0-or-later
// The base judge's tokenizer: the 256 bytes, so that any text encodes, and every word of the world as one
// token.
#pragma once

#include "core/base/result.h"
#include "engine/demo/documents.h"

#include <cstdint>
#include <string>

namespace msrl::demo {

// tokenizer.json and tokenizer_config.json as text.
struct TokenizerFiles
{
    std::string tokenizer;
    std::string config;
    std::int64_t firstWord = 0; // ids of words: firstWord … firstWord + numWords - 1
    std::int64_t numWords = 0;
};

// Pairs are not learned: the vocabulary is closed, so each word of a large sample of documents is entered
// whole
// ("ignore_merges"), the most frequent first, and no fragments of words are left without training.
base::Result<TokenizerFiles> buildTokenizer(const DocumentSource& documents);

} // namespace msrl::demo
