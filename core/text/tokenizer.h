// SPDX-License-Identifier: GPL-3.0-or-later
// The byte-level BPE tokenizer of a Hugging Face folder (Qwen2 family): text to token ids and back.
#pragma once

#include "core/base/result.h"
#include "core/text/bpe.h"
#include "core/text/marked_text.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

enum class Special { Keep, Skip };

// Immutable and safe to use from any thread; copies share one vocabulary.
//
//     auto tokenizer = Tokenizer::load("models/judge");
//     auto ids = tokenizer->encode(prompt.text, prompt.literal);
class Tokenizer
{
public:
    // Reads tokenizer.json and, where present, tokenizer_config.json. A pipeline that this class does not
    // follow exactly (another normaliser, regex or model option) is refused with the member's name.
    static base::Result<Tokenizer> load(const std::filesystem::path& folder);
    // `configJson` may be empty. `place` names the file in errors.
    static base::Result<Tokenizer> fromJson(
        std::string_view tokenizerJson, const std::string& place, std::string_view configJson = {});

    // Adds no token of its own. Inside `literal` (ascending, not overlapping) no added token is recognised,
    // so user data that spells one stays text. Refused when the text is not UTF-8.
    base::Result<std::vector<TokenId>> encode(
        std::string_view text, std::span<const ByteRange> literal = {}) const;
    base::Result<std::vector<TokenId>> encode(const MarkedText& text) const
    {
        return encode(text.text, text.literal);
    }

    // Bytes that are not UTF-8 become U+FFFD, one for each maximal subpart. Special::Skip leaves out the
    // added tokens marked special, and no others. Unknown ids decode to nothing.
    std::string decode(std::span<const TokenId> ids, Special special = Special::Keep) const;

    // The id of an added token or of a vocabulary entry given by its bytes (" red").
    std::optional<TokenId> tokenId(std::string_view content) const;
    // The bytes of one token; empty for an unknown id.
    std::string_view tokenBytes(TokenId id) const;
    bool isSpecial(TokenId id) const;

    // One more than the highest id: the least number of rows of an embedding.
    TokenId vocabularySize() const;
    // As tokenizer_config.json names them.
    std::optional<TokenId> endOfSequence() const;
    std::optional<TokenId> padding() const;

private:
    struct Tables;
    explicit Tokenizer(std::shared_ptr<const Tables> tables);

    // Shared because policies, workers and caches hold the same immutable tables.
    std::shared_ptr<const Tables> m_tables;
};

// Decodes a sequence as it grows and never hands out half a character: the pieces joined are decode() of the
// whole.
class StreamDecoder
{
public:
    explicit StreamDecoder(Tokenizer tokenizer, Special special = Special::Keep);

    std::string push(TokenId id);
    // What is left when the sequence has ended.
    std::string finish();

private:
    Tokenizer m_tokenizer;
    Special m_special;
    std::string m_pending;
};

} // namespace msrl::text
