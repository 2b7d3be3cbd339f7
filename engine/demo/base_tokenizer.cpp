// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/base_tokenizer.h"

#include "core/base/json.h"
#include "core/text/added_tokens.h"
#include "core/text/byte_alphabet.h"
#include "core/text/completion.h"
#include "core/text/pre_tokenizer.h"

#include <algorithm>
#include <map>

namespace msrl::demo {

namespace {

constexpr std::uint64_t kSeed = 7;
constexpr int kDocuments = 20000;

struct AddedSpec
{
    const char* content;
    bool special;
};

// As in real checkpoints the tags that a judge writes are tokens but not special: they survive decoding.
constexpr std::array kAdded { AddedSpec { "<|endoftext|>", true }, AddedSpec { "<|im_start|>", true },
    AddedSpec { "<|im_end|>", true }, AddedSpec { "<img>", true }, AddedSpec { "</img>", true },
    AddedSpec { "<IMG_CONTEXT>", true }, AddedSpec { "<type>", false }, AddedSpec { "</type>", false },
    AddedSpec { "<caption>", false }, AddedSpec { "</caption>", false }, AddedSpec { "<think>", false },
    AddedSpec { "</think>", false }, AddedSpec { "<answer>", false }, AddedSpec { "</answer>", false } };

using Counts = std::map<std::string, std::int64_t>;

base::Status count(const std::string& words, const text::AddedTokens& added, const text::PreTokenizer& cutter,
    Counts& counts)
{
    const std::string_view all = words;
    for (std::size_t at = 0; at < all.size();) {
        const auto match = added.find(all, at, {});
        const std::size_t end = match ? match->begin : all.size();
        base::Result<std::vector<std::string_view>> pieces = cutter.split(all.substr(at, end - at));
        if (!pieces)
            return pieces.error();
        for (const std::string_view piece : *pieces)
            ++counts[std::string(piece)];
        at = match ? match->begin + match->length : all.size();
    }
    return {};
}

base::Result<Counts> countWords(const DocumentSource& documents)
{
    base::Result<text::PreTokenizer> cutter = text::PreTokenizer::create(text::kQwen2Pattern, "demo");
    if (!cutter)
        return cutter.error();
    std::vector<text::AddedToken> tokens;
    for (const AddedSpec& spec : kAdded)
        tokens.push_back({ static_cast<text::TokenId>(tokens.size()), spec.content, spec.special });
    const text::AddedTokens added(std::move(tokens));
    Counts counts;
    base::RandomStream random(kSeed, "demo-tokenizer");
    for (int i = 0; i < kDocuments; ++i) {
        base::Result<Document> document = documents.next(random, true);
        if (!document)
            return document.error();
        const std::size_t turn = static_cast<std::size_t>(i) % (kVisualTasks.size() + 1);
        const Example example
            = makeExample(turn < kVisualTasks.size() ? kVisualTasks[turn] : data::TaskType::Text, random);
        for (const std::string& words : { document->prompt.text, document->response, reasoning(example) })
            if (base::Status status = count(words, added, *cutter, counts); !status)
                return status.error();
    }
    return counts;
}

base::Json pipeline()
{
    const base::Json byteLevel = { { "type", "ByteLevel" }, { "add_prefix_space", false },
        { "trim_offsets", false }, { "use_regex", false } };
    const base::Json split = { { "type", "Split" }, { "pattern", { { "Regex", text::kQwen2Pattern } } },
        { "behavior", "Isolated" }, { "invert", false } };
    return { { "version", "1.0" }, { "truncation", nullptr }, { "padding", nullptr },
        { "added_tokens", base::Json::array() }, { "normalizer", { { "type", "NFC" } } },
        { "pre_tokenizer",
            { { "type", "Sequence" }, { "pretokenizers", base::Json::array({ split, byteLevel }) } } },
        { "post_processor", byteLevel }, { "decoder", byteLevel } };
}

} // namespace

base::Result<TokenizerFiles> buildTokenizer(const DocumentSource& documents)
{
    base::Result<Counts> counts = countWords(documents);
    if (!counts)
        return counts.error();
    std::vector<std::pair<std::string, std::int64_t>> words;
    for (const auto& [word, number] : *counts)
        if (word.size() > 1)
            words.emplace_back(word, number);
    std::stable_sort(
        words.begin(), words.end(), [](const auto& a, const auto& b) { return a.second > b.second; });

    TokenizerFiles out;
    base::Json vocabulary = base::Json::object();
    std::int64_t id = 0;
    for (int byte = 0; byte < 256; ++byte)
        vocabulary[text::alphabetFromBytes(std::string(1, static_cast<char>(byte)))] = id++;
    out.firstWord = id;
    for (const auto& [word, number] : words)
        vocabulary[text::alphabetFromBytes(word)] = id++;
    out.numWords = id - out.firstWord;

    base::Json file = pipeline();
    base::Json decoder = base::Json::object();
    for (const AddedSpec& spec : kAdded) {
        base::Json entry = { { "content", spec.content }, { "single_word", false }, { "lstrip", false },
            { "rstrip", false }, { "normalized", false }, { "special", spec.special } };
        decoder[std::to_string(id)] = entry;
        base::Json added = { { "id", id } };
        added.update(entry);
        file["added_tokens"].push_back(added);
        ++id;
    }
    file["model"] = { { "type", "BPE" }, { "dropout", nullptr }, { "unk_token", nullptr },
        { "continuing_subword_prefix", "" }, { "end_of_word_suffix", "" }, { "fuse_unk", false },
        { "byte_fallback", false }, { "ignore_merges", true }, { "vocab", vocabulary },
        { "merges", base::Json::array() } };
    const base::Json config = { { "tokenizer_class", "Qwen2Tokenizer" }, { "add_bos_token", false },
        { "add_prefix_space", false }, { "bos_token", nullptr }, { "eos_token", "<|im_end|>" },
        { "pad_token", "<|endoftext|>" }, { "unk_token", nullptr }, { "errors", "replace" },
        { "split_special_tokens", false }, { "clean_up_tokenization_spaces", false },
        { "model_max_length", 1024 }, { "added_tokens_decoder", decoder } };
    out.tokenizer = file.dump(1) + "\n";
    out.config = config.dump(1) + "\n";
    return out;
}

} // namespace msrl::demo
