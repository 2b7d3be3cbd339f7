// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/base/files.h"
#include "core/text/added_tokens.h"
#include "core/text/byte_alphabet.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer_file.h"
#include "core/text/utf8.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <unordered_map>

namespace msrl::text {

namespace {

// Tokens of words met before. Bounded: when full it starts again, which costs time and never changes a
// result.
class WordCache
{
    // Finds a word by its view: no string is made for those that are there.
    struct WordHash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>()(word); }
    };

public:
    bool append(std::string_view word, std::vector<TokenId>& out) const
    {
        const std::lock_guard lock(m_mutex);
        const auto it = m_words.find(word);
        if (it == m_words.end())
            return false;
        out.insert(out.end(), it->second.begin(), it->second.end());
        return true;
    }
    void remember(std::string_view word, std::vector<TokenId> ids)
    {
        const std::lock_guard lock(m_mutex);
        if (m_words.size() >= kMostWords)
            m_words.clear();
        m_words.emplace(std::string(word), std::move(ids));
    }

    static constexpr std::size_t kLongestWord = 64;

private:
    static constexpr std::size_t kMostWords = 1 << 16;
    mutable std::mutex m_mutex;
    std::unordered_map<std::string, std::vector<TokenId>, WordHash, std::equal_to<>> m_words;
};

struct Entry
{
    std::string bytes;
    bool special = false;
};

} // namespace

struct Tokenizer::Tables
{
    Tables(Bpe model, PreTokenizer cutter)
        : bpe(std::move(model))
        , preTokenizer(std::move(cutter))
    {
    }

    base::Status encodePlain(std::string_view raw, std::vector<TokenId>& out) const;

    Bpe bpe;
    PreTokenizer preTokenizer;
    AddedTokens added;
    bool compose = false;
    std::vector<Entry> entries; // by id; ids that nobody uses are empty
    std::unordered_map<std::string, TokenId> ids;
    std::optional<TokenId> endOfSequence;
    std::optional<TokenId> padding;
    mutable WordCache cache;
};

base::Status Tokenizer::Tables::encodePlain(std::string_view raw, std::vector<TokenId>& out) const
{
    base::Result<std::string> text = compose ? composed(raw) : base::Result<std::string>(std::string(raw));
    if (!text)
        return text.error();
    base::Result<std::vector<std::string_view>> pieces = preTokenizer.split(*text);
    if (!pieces)
        return pieces.error();
    for (const std::string_view piece : *pieces) {
        if (piece.size() > WordCache::kLongestWord) {
            bpe.encode(piece, out);
            continue;
        }
        if (cache.append(piece, out))
            continue;
        std::vector<TokenId> tokens;
        bpe.encode(piece, tokens);
        out.insert(out.end(), tokens.begin(), tokens.end());
        cache.remember(piece, std::move(tokens));
    }
    return {};
}

Tokenizer::Tokenizer(std::shared_ptr<const Tables> tables)
    : m_tables(std::move(tables))
{
}

base::Result<Tokenizer> Tokenizer::load(const std::filesystem::path& folder)
{
    constexpr std::uint64_t kMostBytes = std::uint64_t { 256 } << 20;
    const std::filesystem::path file = folder / "tokenizer.json";
    base::Result<std::string> json = base::readFile(file, kMostBytes);
    if (!json)
        return json.error();
    std::string config;
    if (const std::filesystem::path path = folder / "tokenizer_config.json"; std::filesystem::exists(path)) {
        base::Result<std::string> read = base::readFile(path, kMostBytes);
        if (!read)
            return read.error();
        config = std::move(*read);
    }
    return fromJson(*json, file.string(), config);
}

base::Result<Tokenizer> Tokenizer::fromJson(
    std::string_view tokenizerJson, const std::string& place, std::string_view configJson)
{
    base::Result<TokenizerFile> file = readTokenizerFile(tokenizerJson, place, configJson);
    if (!file)
        return file.error();
    base::Result<PreTokenizer> preTokenizer = PreTokenizer::create(file->pattern, place + ", pre_tokenizer");
    if (!preTokenizer)
        return preTokenizer.error();
    std::unordered_map<std::string, TokenId> ids = file->model.vocabulary;
    base::Result<Bpe> bpe = Bpe::create(std::move(file->model), place);
    if (!bpe)
        return bpe.error();

    auto tables = std::make_shared<Tables>(std::move(*bpe), std::move(*preTokenizer));
    TokenId most = 0;
    for (const auto& [bytes, id] : ids)
        most = std::max(most, id);
    for (const AddedToken& token : file->added)
        most = std::max(most, token.id);
    tables->entries.resize(static_cast<std::size_t>(most) + 1);
    for (const auto& [bytes, id] : ids)
        tables->entries[static_cast<std::size_t>(id)] = { bytes, false };
    for (const AddedToken& token : file->added) {
        tables->entries[static_cast<std::size_t>(token.id)] = { token.content, token.special };
        ids[token.content] = token.id;
    }
    for (const auto& [name, slot] : { std::pair { &file->endOfSequence, &tables->endOfSequence },
             std::pair { &file->padding, &tables->padding } }) {
        if (!*name)
            continue;
        const auto it = ids.find(**name);
        if (it == ids.end())
            return base::badInput(
                fmt::format("tokenizer_config.json names \"{}\", which is no token", **name), place);
        *slot = it->second;
    }
    tables->ids = std::move(ids);
    tables->added = AddedTokens(std::move(file->added));
    tables->compose = file->compose;
    return Tokenizer(std::move(tables));
}

base::Result<std::vector<TokenId>> Tokenizer::encode(
    std::string_view text, std::span<const ByteRange> literal) const
{
    if (const auto at = findInvalidUtf8(text))
        return base::badInput(
            fmt::format("byte {} of the text is not UTF-8", *at), {}, "store the data as UTF-8");
    std::vector<TokenId> out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::optional<AddedMatch> match = m_tables->added.find(text, at, literal);
        const std::size_t end = match ? match->begin : text.size();
        if (end > at)
            if (base::Status status = m_tables->encodePlain(text.substr(at, end - at), out); !status)
                return status.error();
        if (!match)
            break;
        out.push_back(match->id);
        at = match->begin + match->length;
    }
    return out;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, Special special) const
{
    std::string bytes;
    for (const TokenId id : ids)
        if (special == Special::Keep || !isSpecial(id))
            bytes.append(tokenBytes(id));
    return replaceInvalidUtf8(std::move(bytes));
}

std::optional<TokenId> Tokenizer::tokenId(std::string_view content) const
{
    const auto it = m_tables->ids.find(std::string(content));
    return it == m_tables->ids.end() ? std::nullopt : std::optional(it->second);
}

std::string_view Tokenizer::tokenBytes(TokenId id) const
{
    if (id < 0 || id >= vocabularySize())
        return {};
    return m_tables->entries[static_cast<std::size_t>(id)].bytes;
}

bool Tokenizer::isSpecial(TokenId id) const
{
    return id >= 0 && id < vocabularySize() && m_tables->entries[static_cast<std::size_t>(id)].special;
}

TokenId Tokenizer::vocabularySize() const
{
    return static_cast<TokenId>(m_tables->entries.size());
}

std::optional<TokenId> Tokenizer::endOfSequence() const
{
    return m_tables->endOfSequence;
}

std::optional<TokenId> Tokenizer::padding() const
{
    return m_tables->padding;
}

StreamDecoder::StreamDecoder(Tokenizer tokenizer, Special special)
    : m_tokenizer(std::move(tokenizer))
    , m_special(special)
{
}

std::string StreamDecoder::push(TokenId id)
{
    std::string out;
    if (m_special == Special::Skip && m_tokenizer.isSpecial(id))
        return out;
    m_pending.append(m_tokenizer.tokenBytes(id));
    takeCharacters(m_pending, out);
    return out;
}

std::string StreamDecoder::finish()
{
    return replaceInvalidUtf8(std::exchange(m_pending, {}));
}

} // namespace msrl::text
