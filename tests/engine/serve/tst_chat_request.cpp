// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/chat_request.h"

#include <gtest/gtest.h>

namespace msrl::serve {
namespace {

const std::string kMessages = R"("messages":[{"role":"user","content":"hi"}])";

std::string refusal(const std::string& body)
{
    const auto request = readChatRequest(body);
    EXPECT_FALSE(request) << body;
    if (request)
        return {};
    EXPECT_EQ(request.error().code, base::ErrorCode::BadInput);
    return request.error().message();
}

TEST(ChatRequest, readsTextAndImages)
{
    const auto request = readChatRequest(
        R"({"model":"m","temperature":0,"n":3,"max_tokens":7,"seed":5,"stream":false,"messages":[)"
        R"({"role":"system","content":"be fair"},{"role":"user","content":[{"type":"text","text":"what?"},)"
        R"({"type":"image_url","image_url":{"url":"data:image/png;base64,aGVsbG8=","detail":"low"}}]}]})");
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->choices, 3);
    EXPECT_EQ(request->maxTokens, 7);
    EXPECT_EQ(request->seed, 5U);
    EXPECT_EQ(request->temperature, 0);
    ASSERT_EQ(request->messages.size(), 2U);
    EXPECT_EQ(request->messages[0].parts[0].text, "be fair");
    ASSERT_TRUE(request->messages[1].parts[1].image);
    EXPECT_EQ(*data::inRowBytes(*request->messages[1].parts[1].image), "hello");
}

TEST(ChatRequest, refusesWhatItDoesNotServeByName)
{
    const auto expect = [](const std::string& member, const std::string& word) {
        EXPECT_NE(refusal("{" + kMessages + "," + member + "}").find(word), std::string::npos) << member;
    };
    expect(R"("stream":"yes")", "field stream");
    expect(R"("stream_options":{"include_usage":true})", "stream_options");
    expect(R"("stream":true,"stream_options":{"include_usage":true,"surprise":1})", "surprise");
    expect(R"("response_format":{"type":"json_object"})", "response_format");
    expect(R"("functions":[])", "functions");
    expect(R"("tools":[{}])", "tools");
    expect(R"("stop":[""])", "field stop");
    expect(R"("stop":7)", "field stop");
    expect(R"("stop":["a","b","c","d","e"])", "field stop");
    expect(R"("top_logprobs":3)", "top_logprobs");
    expect(R"("presence_penalty":0.5)", "presence_penalty");
    expect(R"("surprise":1)", "surprise");
    expect(R"("n":0)", "field n");
    expect(R"("temperature":-1)", "temperature");
    expect(R"("max_tokens":0)", "max_tokens");
    EXPECT_NE(refusal("{}").find("messages"), std::string::npos);
    EXPECT_NE(refusal("[]").find("object"), std::string::npos);
    EXPECT_NE(refusal("{").find("request"), std::string::npos);
    EXPECT_NE(
        refusal(R"({"messages":[{"role":"tool","content":"x"}]})").find("field role"), std::string::npos);
}

TEST(ChatRequest, stopTextsAndStreams)
{
    const auto one = readChatRequest("{" + kMessages + R"(,"stop":"\n\n","stream":null})");
    ASSERT_TRUE(one) << one.error().message();
    EXPECT_EQ(one->stops, std::vector<std::string> { "\n\n" });
    EXPECT_FALSE(one->stream);
    const auto several = readChatRequest(
        "{" + kMessages + R"(,"stop":["a","b"],"stream":true,"stream_options":{"include_usage":true}})");
    ASSERT_TRUE(several) << several.error().message();
    EXPECT_EQ(several->stops, (std::vector<std::string> { "a", "b" }));
    EXPECT_TRUE(several->stream && several->streamUsage);
    EXPECT_TRUE(readChatRequest("{" + kMessages + R"(,"stop":null,"stream":true})"));
}

TEST(ChatRequest, fetchesNothing)
{
    const auto image = [](const std::string& url) {
        return R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":")" + url
            + R"("}}]}]})";
    };
    for (const char* url : { "https://example.com/a.png", "file:///etc/passwd", "/etc/passwd",
             "data:text/html;base64,aGk=", "data:image/png;base64,", "data:image/png;base64,a",
             "data:image/png;base64,%%%%" })
        EXPECT_NE(refusal(image(url)).find("image_url.url"), std::string::npos) << url;
}

} // namespace
} // namespace msrl::serve
