// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "targets.h"

#include <string>

namespace msrl::fuzz {
namespace {

constexpr std::string_view kWords[] = { "\"merges\":", "\"vocab\":", "\"added_tokens\":", "\"NFC\"",
    "\"Regex\":", "\"content\":", "\"id\":", "\"special\":true", "\"ignore_merges\":true", "(a+)+$",
    "\\\\p{L}", "\\\\s*", "(?=", "[^", "\xc4\xa0", "\"a b\"", "[\"a\",\"b\"]", "null", "16777215", "-1", "{}",
    "[]" };

constexpr std::string_view kTexts[] = { "Which answer is better?", "  two  spaces\n\nand 1234567 digits\t",
    "\xe4\xbd\xa0\xe5\xa5\xbd, caf\xc3\xa9 \xf0\x9f\xa6\x84",
    "<|im_start|>user\n<IMG_CONTEXT></think><|im_end|>" };

// An accepted tokenizer gives back every text (these are in composed form already), whole and streamed.
void run(std::string_view bytes)
{
    const auto tokenizer = text::Tokenizer::fromJson(bytes, "tokenizer.json");
    if (!tokenizer) {
        require(!tokenizer.error().what.empty(), "a refusal says why");
        return;
    }
    for (const std::string_view words : kTexts) {
        const auto ids = tokenizer->encode(words);
        if (!ids)
            continue; // an expression that takes too long is stopped
        for (const text::TokenId id : *ids)
            require(id >= 0 && id < tokenizer->vocabularySize(), "ids are inside the vocabulary");
        require(tokenizer->decode(*ids) == words, "decoding gives the text back");
        text::StreamDecoder stream(*tokenizer);
        std::string joined;
        for (const text::TokenId id : *ids)
            joined += stream.push(id);
        require(joined + stream.finish() == words, "the stream gives the text back");
    }
}

} // namespace

const Target kTokenizer { "tokenizer", run, kWords };

} // namespace msrl::fuzz
