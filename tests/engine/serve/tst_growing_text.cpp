// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/utf8.h"
#include "engine/serve/chat_stream.h"
#include "engine/serve/growing_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

namespace msrl::serve {
namespace {

using Ids = std::vector<text::TokenId>;

text::Tokenizer testTokenizer()
{
    auto made = text::Tokenizer::load(std::filesystem::path(MSRL_TEST_DATA) / "tokenizer");
    if (!made)
        throw std::runtime_error(made.error().message());
    return *made;
}

std::size_t firstOf(const std::string& text, const std::vector<std::string>& stops)
{
    std::size_t first = std::string::npos;
    for (const std::string& stop : stops)
        first = std::min(first, text.find(stop));
    return first;
}

// The tokens of `text` up to the one that completes a stop text, as a rollout would end.
Ids generated(
    const text::Tokenizer& tokenizer, const std::string& text, const std::vector<std::string>& stops)
{
    Ids ids;
    const Ids all = tokenizer.encode(text).value();
    for (const text::TokenId id : all) {
        ids.push_back(id);
        if (firstOf(tokenizer.decode(ids), stops) != std::string::npos)
            break;
    }
    return ids;
}

TEST(GrowingText, piecesJoinedAreTheTextBeforeTheFirstStop)
{
    const text::Tokenizer tokenizer = testTokenizer();
    const text::TokenId end = tokenizer.tokenId("<|im_end|>").value();
    const std::string whole = "the circle is red, red, reddish \xf0\x9f\xa6\x84 and </think> the end\n\nred";
    for (const std::vector<std::string>& stops :
        std::vector<std::vector<std::string>> { {}, { "</think>" }, { "\n\n" }, { "reddest", "reddi" },
            { "nowhere" }, { "\xf0\x9f\xa6\x84" }, { "t" }, { "</th", "<" } }) {
        Ids ids = generated(tokenizer, whole, stops);
        const std::size_t cut = firstOf(whole, stops);
        if (cut == std::string::npos)
            ids.push_back(end);
        GrowingText text(tokenizer, stops, end);
        std::string joined;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::string piece = text.push(ids[i], i + 1 == ids.size());
            EXPECT_FALSE(text::findInvalidUtf8(piece));
            joined += piece;
            ASSERT_TRUE(whole.substr(0, cut).starts_with(joined)) << joined << " of " << whole.substr(0, cut);
        }
        EXPECT_EQ(joined, whole.substr(0, cut));
        if (cut == std::string::npos) {
            EXPECT_EQ(text.tokens(), ids.size());
        } else {
            // Those that hold the text, and no further one.
            EXPECT_TRUE(tokenizer.decode(std::span(ids).first(text.tokens())).starts_with(joined));
            if (text.tokens() > 0) {
                EXPECT_LT(tokenizer.decode(std::span(ids).first(text.tokens() - 1)).size(), joined.size());
            }
        }
    }
}

TEST(GrowingText, whatWasHeldBackComesWithTheEnd)
{
    const text::Tokenizer tokenizer = testTokenizer();
    const Ids ids = tokenizer.encode("so re").value();
    GrowingText text(tokenizer, { "red" }, -1);
    std::string before;
    for (std::size_t i = 0; i + 1 < ids.size(); ++i)
        before += text.push(ids[i], false);
    EXPECT_EQ(before + text.push(ids.back(), true), "so re");
}

TEST(ChatStream, theReaderGetsEveryPieceAndThenTheEnd)
{
    ChatStream stream;
    std::thread judge([&stream] {
        for (int i = 0; i < 100; ++i)
            EXPECT_TRUE(stream.push({ 0, std::to_string(i) + " ", {}, {}, {} }));
        stream.end(ChatReply());
    });
    std::string joined;
    ChatStream::Taken taken;
    do {
        taken = stream.take();
        for (const ChatPiece& piece : taken.pieces)
            joined += piece.text;
    } while (!taken.end);
    judge.join();
    EXPECT_TRUE(joined.starts_with("0 1 2 ") && joined.ends_with(" 98 99 ")) << joined;
    stream.leave();
    EXPECT_FALSE(stream.push({ 0, "more", {}, {}, {} }));
}

TEST(ChatStream, anErrorAfterTheFirstWordsIsTheLastEvent)
{
    ChunkWriter writer(false, false, "m");
    ChatStream::Taken taken;
    taken.pieces.push_back({ 0, "a", {}, {}, {} });
    EXPECT_NE(writer.events(taken).find(R"("content":"a")"), std::string::npos);
    taken.pieces.clear();
    taken.end = base::Result<ChatReply>(base::stopped("the server is ending"));
    const std::string events = writer.events(taken);
    EXPECT_NE(events.find(R"("error":)"), std::string::npos);
    EXPECT_EQ(events.find("[DONE]"), std::string::npos);
}

} // namespace
} // namespace msrl::serve
