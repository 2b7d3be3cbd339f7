// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_file.h"

#include "core/base/json.h"
#include "core/text/byte_alphabet.h"

#include <fmt/core.h>

#include <unordered_set>

namespace msrl::text {

namespace {

using Json = base::SortedJson;

// Ids are rows of an embedding: far above any real vocabulary, and small enough to be packed in pairs.
constexpr std::int64_t kMostIds = std::int64_t { 1 } << 24;

base::Error unsupported(const std::string& what, const std::string& place)
{
    return base::badInput(what, place, "only the byte-level BPE pipeline of the Qwen2 family is supported");
}

bool isTrue(const Json& object, const char* key)
{
    const auto it = object.find(key);
    return it != object.end() && it->is_boolean() && it->get<bool>();
}

std::string typeOf(const Json& object)
{
    const auto it = object.is_object() ? object.find("type") : object.end();
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// Null, absent or an empty string: the option is off.
bool isOff(const Json& object, const char* key)
{
    const auto it = object.find(key);
    return it == object.end() || it->is_null() || (it->is_string() && it->get<std::string>().empty())
        || (it->is_boolean() && !it->get<bool>());
}

base::Status readNormalizer(const Json& root, const std::string& place, TokenizerFile& out)
{
    const auto it = root.find("normalizer");
    if (it == root.end() || it->is_null())
        return {};
    if (typeOf(*it) != "NFC")
        return unsupported(fmt::format("the normaliser is \"{}\", expected NFC or none", typeOf(*it)),
            place + ", normalizer");
    out.compose = true;
    return {};
}

base::Status readPreTokenizer(const Json& root, const std::string& place, TokenizerFile& out)
{
    const std::string at = place + ", pre_tokenizer";
    const auto it = root.find("pre_tokenizer");
    if (it == root.end() || typeOf(*it) != "Sequence" || !it->contains("pretokenizers")
        || !it->at("pretokenizers").is_array() || it->at("pretokenizers").size() != 2)
        return unsupported("expected a Sequence of Split and ByteLevel", at);
    const Json& split = it->at("pretokenizers")[0];
    const Json& bytes = it->at("pretokenizers")[1];
    if (typeOf(split) != "Split" || typeOf(bytes) != "ByteLevel")
        return unsupported(fmt::format("expected Split and ByteLevel, found \"{}\" and \"{}\"", typeOf(split),
                               typeOf(bytes)),
            at);
    const auto pattern = split.find("pattern");
    if (pattern == split.end() || !pattern->is_object() || !pattern->contains("Regex")
        || !pattern->at("Regex").is_string())
        return unsupported("Split has no pattern.Regex", at);
    if (split.value("behavior", std::string()) != "Isolated" || isTrue(split, "invert"))
        return unsupported("Split must be Isolated and not inverted", at);
    if (isTrue(bytes, "add_prefix_space") || isTrue(bytes, "use_regex") || !bytes.contains("use_regex"))
        return unsupported("ByteLevel must have add_prefix_space false and use_regex false", at);
    out.pattern = pattern->at("Regex").get<std::string>();
    return {};
}

base::Status readVocabulary(const Json& model, const std::string& place,
    const std::unordered_set<std::string>& added, Bpe::Parts& out)
{
    const auto vocabulary = model.find("vocab");
    if (vocabulary == model.end() || !vocabulary->is_object())
        return base::badInput("model.vocab is missing or not an object", place);
    std::unordered_set<TokenId> seen;
    for (const auto& [spelled, value] : vocabulary->items()) {
        const std::string at = fmt::format("{}, model.vocab, \"{}\"", place, spelled);
        if (!value.is_number_integer() || value.get<std::int64_t>() < 0
            || value.get<std::int64_t>() >= kMostIds)
            return base::badInput("the id is not a number from 0 to 2^24", at);
        const TokenId id = value.get<std::int64_t>();
        if (!seen.insert(id).second)
            return base::badInput(fmt::format("id {} stands for two entries", id), at);
        if (added.contains(spelled))
            continue;
        std::optional<std::string> bytes = bytesFromAlphabet(spelled);
        if (!bytes || bytes->empty())
            return base::badInput("the entry is not spelled in the byte-level alphabet", at);
        out.vocabulary.emplace(std::move(*bytes), id);
    }
    return {};
}

base::Status readMerges(const Json& model, const std::string& place, Bpe::Parts& out)
{
    const auto merges = model.find("merges");
    if (merges == model.end() || !merges->is_array())
        return base::badInput("model.merges is missing or not an array", place);
    out.merges.reserve(merges->size());
    for (std::size_t i = 0; i < merges->size(); ++i) {
        const Json& merge = (*merges)[i];
        const std::string at = fmt::format("{}, model.merges[{}]", place, i);
        std::string left;
        std::string right;
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            left = merge[0].get<std::string>();
            right = merge[1].get<std::string>();
        } else if (merge.is_string()) {
            const std::string both = merge.get<std::string>();
            const std::size_t space = both.find(' ');
            if (space == std::string::npos || both.find(' ', space + 1) != std::string::npos)
                return base::badInput(
                    fmt::format("\"{}\" is not two tokens with one space between", both), at);
            left = both.substr(0, space);
            right = both.substr(space + 1);
        } else {
            return base::badInput("expected two tokens, as [\"a\", \"b\"] or \"a b\"", at);
        }
        std::optional<std::string> leftBytes = bytesFromAlphabet(left);
        std::optional<std::string> rightBytes = bytesFromAlphabet(right);
        if (!leftBytes || !rightBytes || leftBytes->empty() || rightBytes->empty())
            return base::badInput("a half is empty or not spelled in the byte-level alphabet", at);
        out.merges.emplace_back(std::move(*leftBytes), std::move(*rightBytes));
    }
    return {};
}

base::Status readModel(const Json& root, const std::string& place, TokenizerFile& out)
{
    const auto model = root.find("model");
    if (model == root.end() || !model->is_object())
        return base::badInput("model is missing or not an object", place);
    const std::string type = typeOf(*model);
    if (!type.empty() && type != "BPE")
        return unsupported(fmt::format("the model is \"{}\", expected BPE", type), place + ", model.type");
    for (const char* key :
        { "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback" })
        if (!isOff(*model, key))
            return unsupported(fmt::format("{} is set", key), place + ", model");
    out.model.wholeWordFirst = isTrue(*model, "ignore_merges");
    std::unordered_set<std::string> added;
    for (const AddedToken& token : out.added)
        added.insert(token.content);
    if (base::Status status = readVocabulary(*model, place, added, out.model); !status)
        return status;
    return readMerges(*model, place, out.model);
}

base::Result<AddedToken> readAddedToken(const Json& entry, std::optional<TokenId> id, const std::string& at)
{
    if (!entry.is_object())
        return base::badInput("expected an object", at);
    AddedToken token;
    const auto content = entry.find("content");
    if (content == entry.end() || !content->is_string() || content->get<std::string>().empty())
        return base::badInput("content is missing or empty", at);
    token.content = content->get<std::string>();
    if (!id) {
        const auto number = entry.find("id");
        if (number == entry.end() || !number->is_number_integer())
            return base::badInput("id is missing or not a number", at);
        id = number->get<std::int64_t>();
    }
    if (*id < 0 || *id >= kMostIds)
        return base::badInput(fmt::format("id {} is not a number from 0 to 2^24", *id), at);
    token.id = *id;
    for (const char* flag : { "single_word", "lstrip", "rstrip", "normalized" })
        if (isTrue(entry, flag))
            return unsupported(fmt::format("\"{}\" has {} true", token.content, flag), at);
    token.special = isTrue(entry, "special");
    return token;
}

base::Status addToken(const AddedToken& token, const std::string& at, std::vector<AddedToken>& out)
{
    for (const AddedToken& other : out) {
        if (other.content == token.content && other.id == token.id)
            return {};
        if (other.content == token.content || other.id == token.id)
            return base::badInput(fmt::format("\"{}\" with id {} contradicts \"{}\" with id {}",
                                      token.content, token.id, other.content, other.id),
                at);
    }
    out.push_back(token);
    return {};
}

base::Status readAddedTokens(const Json& root, const std::string& place, TokenizerFile& out)
{
    const auto tokens = root.find("added_tokens");
    if (tokens == root.end() || tokens->is_null())
        return {};
    if (!tokens->is_array())
        return base::badInput("added_tokens is not an array", place);
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        const std::string at = fmt::format("{}, added_tokens[{}]", place, i);
        base::Result<AddedToken> token = readAddedToken((*tokens)[i], std::nullopt, at);
        if (!token)
            return token.error();
        if (base::Status status = addToken(*token, at, out.added); !status)
            return status;
    }
    return {};
}

// "<|im_end|>" or {"content": "<|im_end|>", …}; null and absent mean none.
std::optional<std::string> namedToken(const Json& config, const char* key)
{
    const auto it = config.find(key);
    if (it == config.end())
        return std::nullopt;
    if (it->is_string())
        return it->get<std::string>();
    if (it->is_object() && it->contains("content") && it->at("content").is_string())
        return it->at("content").get<std::string>();
    return std::nullopt;
}

base::Status readConfig(std::string_view configJson, const std::string& place, TokenizerFile& out)
{
    base::Result<Json> config = base::parseSortedJson(configJson, place);
    if (!config)
        return config.error();
    if (!config->is_object())
        return base::badInput("expected an object", place);
    if (const auto decoder = config->find("added_tokens_decoder");
        decoder != config->end() && decoder->is_object()) {
        for (const auto& [key, entry] : decoder->items()) {
            const std::string at = fmt::format("{}, added_tokens_decoder[\"{}\"]", place, key);
            if (key.empty() || key.size() > 8 || key.find_first_not_of("0123456789") != std::string::npos)
                return base::badInput("the key is not an id", at);
            base::Result<AddedToken> token = readAddedToken(entry, std::stoll(key), at);
            if (!token)
                return token.error();
            if (base::Status status = addToken(*token, at, out.added); !status)
                return status;
        }
    }
    out.endOfSequence = namedToken(*config, "eos_token");
    out.padding = namedToken(*config, "pad_token");
    return {};
}

// An added token may repeat an entry of the vocabulary, but not take another one's id.
base::Status checkIds(const TokenizerFile& file, const std::string& place)
{
    std::unordered_set<TokenId> taken;
    for (const auto& [bytes, id] : file.model.vocabulary)
        taken.insert(id);
    for (const AddedToken& token : file.added)
        if (taken.contains(token.id))
            return base::badInput(fmt::format("\"{}\" has id {}, which the vocabulary gives to another entry",
                                      token.content, token.id),
                place + ", added_tokens");
    return {};
}

} // namespace

base::Result<TokenizerFile> readTokenizerFile(
    std::string_view tokenizerJson, const std::string& place, std::string_view configJson)
{
    base::Result<Json> root = base::parseSortedJson(tokenizerJson, place);
    if (!root)
        return root.error();
    if (!root->is_object())
        return base::badInput("expected an object", place);
    TokenizerFile out;
    // Added tokens first: a vocabulary may repeat them in their plain spelling.
    if (base::Status status = readAddedTokens(*root, place, out); !status)
        return status.error();
    if (!configJson.empty())
        if (base::Status status = readConfig(configJson, place + " (tokenizer_config.json)", out); !status)
            return status.error();
    for (const auto step : { &readNormalizer, &readPreTokenizer, &readModel })
        if (base::Status status = step(*root, place, out); !status)
            return status.error();
    if (base::Status status = checkIds(out, place); !status)
        return status.error();
    return out;
}

} // namespace msrl::text
