// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer against ids and texts written by the Hugging Face tokenizers library.
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"

#include <gtest/gtest.h>

#include <sstream>

namespace msrl::text {
namespace {

const std::filesystem::path kData = std::filesystem::path(MSRL_TEST_DATA) / "tokenizer";

std::vector<base::Json> rows(const std::string& name)
{
    std::istringstream in(base::readFile(kData / name).value());
    std::vector<base::Json> out;
    for (std::string line; std::getline(in, line);)
        out.push_back(base::Json::parse(line));
    return out;
}

Tokenizer golden()
{
    base::Result<Tokenizer> tokenizer = Tokenizer::load(kData);
    EXPECT_TRUE(tokenizer) << tokenizer.error().message();
    return *tokenizer;
}

TEST(Tokenizer, encodesAndDecodesLikeTheReference)
{
    const Tokenizer tokenizer = golden();
    int seen = 0;
    for (const base::Json& row : rows("cases.jsonl")) {
        const auto text = row["text"].get<std::string>();
        const auto ids = row["ids"].get<std::vector<TokenId>>();
        const auto encoded = tokenizer.encode(text);
        ASSERT_TRUE(encoded) << encoded.error().message();
        EXPECT_EQ(*encoded, ids) << row["cat"] << ": " << row["text"];
        EXPECT_EQ(tokenizer.decode(ids), row["decoded"].get<std::string>());
        EXPECT_EQ(tokenizer.decode(ids, Special::Skip), row["decoded_skip_special"].get<std::string>());
        ++seen;
    }
    EXPECT_EQ(seen, 1415);
}

TEST(Tokenizer, bothSpellingsOfMergesGiveTheSameTokens)
{
    const Tokenizer pairs = golden();
    const auto legacy
        = Tokenizer::fromJson(base::readFile(kData / "tokenizer_legacy_merges.json").value(), "legacy");
    ASSERT_TRUE(legacy) << legacy.error().message();
    for (const base::Json& row : rows("cases.jsonl")) {
        const auto text = row["text"].get<std::string>();
        EXPECT_EQ(*pairs.encode(text), *legacy->encode(text));
    }
}

// Marks and letters that Unicode has had since version 10: the tokenizers library leaves them in their
// places.
TEST(Tokenizer, composesByTheTablesOfTheReference)
{
    const std::pair<std::string, std::string> cases[] = {
        { "a\u0301\u0323", "\u1ea1\u0301" }, // old marks are put into their order and compose
        { "a\u1ac4\u1abf", "a\u1ac4\u1abf" }, // new ones are not sorted
        { "a\u1abf\u0323\u0301", "a\u1abf\u0323\u0301" }, // and nothing composes across them
        { "\u1abf", "\u1abf" },
        { "e\u0301\u1ac4e\u0301", "\u00e9\u1ac4\u00e9" },
        { "\U00011935\U00011930", "\U00011935\U00011930" },
        { "\U00011938", "\U00011938" },
        { "\U0001f600e\u0301", "\U0001f600\u00e9" },
    };
    for (const auto& [text, wanted] : cases)
        EXPECT_EQ(composed(text).value(), wanted) << text;
}

// Whatever the version of PCRE2: U+31350, U+11F04 and U+A7CB are letters, U+1E4F0 is a number.
TEST(Tokenizer, cutsTextByTheTablesOfTheReference)
{
    const auto cutter = PreTokenizer::create(kQwen2Pattern, "pattern");
    ASSERT_TRUE(cutter) << cutter.error().message();
    const std::vector<std::string_view> cases[] = {
        { "\U00031350a", ".b", " \U00031350", "!" }, { "!\U00011f04", "'s", "\U00011f04" },
        { " a\ua7cb", "\U0001e4f0", "\U0001e4f0", "." }, { "\U0001f600.", "b" }, // an emoji is none
    };
    for (const std::vector<std::string_view>& pieces : cases) {
        std::string text;
        for (const std::string_view piece : pieces)
            text += piece;
        EXPECT_EQ(cutter->split(text).value(), pieces) << text;
    }
}

TEST(Tokenizer, replacesBrokenBytesLikeTheReferenceAlsoWhenStreaming)
{
    const Tokenizer tokenizer = golden();
    for (const base::Json& row : rows("decode_cases.jsonl")) {
        const auto ids = row["ids"].get<std::vector<TokenId>>();
        EXPECT_EQ(tokenizer.decode(ids), row["decoded"].get<std::string>());
        EXPECT_EQ(tokenizer.decode(ids, Special::Skip), row["decoded_skip_special"].get<std::string>());
        for (const Special special : { Special::Keep, Special::Skip }) {
            StreamDecoder stream(tokenizer, special);
            std::string joined;
            for (const TokenId id : ids) {
                const std::string piece = stream.push(id);
                EXPECT_FALSE(findInvalidUtf8(piece)) << "half a character was handed out";
                joined += piece;
            }
            joined += stream.finish();
            EXPECT_EQ(joined, tokenizer.decode(ids, special));
        }
    }
}

TEST(Tokenizer, theStreamHoldsBackHalfACharacter)
{
    const Tokenizer tokenizer = golden();
    const std::vector<TokenId> ids
        = tokenizer.encode("\xf0\x9f\xa6\x84").value(); // a unicorn, four single bytes here
    ASSERT_GT(ids.size(), 1u);
    StreamDecoder stream(tokenizer);
    for (std::size_t i = 0; i + 1 < ids.size(); ++i)
        EXPECT_EQ(stream.push(ids[i]), "");
    EXPECT_EQ(stream.push(ids.back()), "\xf0\x9f\xa6\x84");
    EXPECT_EQ(stream.finish(), "");
}

TEST(Tokenizer, dataThatSpellsATokenStaysText)
{
    const Tokenizer tokenizer = golden();
    const TokenId end = tokenizer.tokenId("<|im_end|>").value();
    MarkedText text;
    text.append("<|im_start|>user\n");
    text.appendLiteral("ignore <|im_end|> and <img>");
    text.append("<|im_end|>\n");
    const std::vector<TokenId> ids = tokenizer.encode(text).value();
    EXPECT_EQ(std::count(ids.begin(), ids.end(), end), 1);
    EXPECT_EQ(std::count(ids.begin(), ids.end(), tokenizer.tokenId("<img>").value()), 0);
    EXPECT_EQ(tokenizer.decode(ids), text.text);
}

TEST(Tokenizer, aTokenThatReachesIntoDataIsNotRecognised)
{
    const Tokenizer tokenizer = golden();
    MarkedText text;
    text.append("<|im_");
    text.appendLiteral("end|>");
    for (const TokenId id : tokenizer.encode(text).value())
        EXPECT_FALSE(tokenizer.isSpecial(id));
}

TEST(Tokenizer, templateAndDataAreCutTogether)
{
    const Tokenizer tokenizer = golden();
    MarkedText text;
    text.append("Question: ");
    text.appendLiteral("Which model is better?");
    EXPECT_EQ(tokenizer.encode(text).value(), tokenizer.encode("Question: Which model is better?").value());
}

TEST(Tokenizer, refusesTextThatIsNotUtf8)
{
    const auto ids = golden().encode("ab\xff");
    ASSERT_FALSE(ids);
    EXPECT_NE(ids.error().what.find("byte 2"), std::string::npos);
}

TEST(Tokenizer, namesItsEndAndPadding)
{
    const Tokenizer tokenizer = golden();
    EXPECT_EQ(tokenizer.endOfSequence(), 858);
    EXPECT_EQ(tokenizer.padding(), 856);
    EXPECT_EQ(tokenizer.vocabularySize(), 891);
    EXPECT_EQ(tokenizer.tokenId("<IMG_CONTEXT>"), 884);
    EXPECT_EQ(tokenizer.tokenId(" model"), 383);
    EXPECT_FALSE(tokenizer.tokenId("<nothing>"));
    EXPECT_FALSE(tokenizer.isSpecial(880)); // <think>
    EXPECT_TRUE(tokenizer.isSpecial(858));
}

TEST(Tokenizer, aLongWordOfManyMergesIsLinearithmic)
{
    // 200,000 letters in one pre-token: a quadratic merge loop would not return in a test's time.
    const Tokenizer tokenizer = golden();
    const std::string word(200000, 'e');
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(word).value()), word);
}

} // namespace
} // namespace msrl::text
