// SPDX-License-Identifier: GPL-3.0-or-later
// ChatML and media placeholders against prompts written by the Hugging Face template and the original
// InternVL code.
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/text/chat.h"
#include "core/text/chat_template.h"
#include "core/text/conversation.h"
#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <tuple>

namespace msrl::text {
namespace {

using base::Json;
const std::filesystem::path kData = std::filesystem::path(MSRL_TEST_DATA) / "tokenizer";

MarkedText marked(const std::string& words)
{
    MarkedText out;
    out.append(words);
    return out;
}

std::string replaceNext(std::string text, const std::string& what, const std::string& with, std::size_t& from)
{
    const std::size_t at = text.find(what, from);
    EXPECT_NE(at, std::string::npos);
    text.replace(at, what.size(), with);
    from = at + with.size();
    return text;
}

std::vector<Json> recordedRows()
{
    std::vector<Json> out;
    std::istringstream in(base::readFile(kData / "chat_cases.jsonl").value());
    for (std::string line; std::getline(in, line);)
        out.push_back(Json::parse(line));
    return out;
}

// What conversationFromJson() reads, of a recorded conversation. Expanded ones name the row of their
// messages.
Json conversationOf(const Json& row, const std::vector<Json>& rows)
{
    const std::string flavour = row["flavour"];
    if (flavour == "hf")
        return row;
    Json out { { "add_generation_prompt", true }, { "tiles", row["tiles"] } };
    if (flavour == "hf_expanded") {
        const auto plain = std::find_if(rows.begin(), rows.end(),
            [&](const Json& other) { return other["flavour"] == "hf" && other["name"] == row["name"]; });
        out.update({ { "messages", plain->at("messages") }, { "frames", row["frames"] },
            { "tokens_per_tile", row["image_seq_length"] } });
        return out;
    }
    out["tokens_per_tile"] = row["num_image_token"];
    Json& messages = out["messages"] = Json::array();
    if (row["system"] != kInternVlSystem)
        messages.push_back({ { "role", "system" }, { "content", row["system"] } });
    for (const Json& pair : row["history"]) {
        messages.push_back({ { "role", "user" }, { "content", pair[0] } });
        messages.push_back({ { "role", "assistant" }, { "content", pair[1] } });
    }
    messages.push_back({ { "role", "user" }, { "content", row["question"] } });
    return out;
}

Flavour flavourOf(const Json& row)
{
    return row["flavour"] == "remote_code" ? Flavour::Original : Flavour::HuggingFace;
}

TEST(Conversation, everyFlavourIsWrittenLikeTheReference)
{
    const auto tokenizer = Tokenizer::load(kData);
    ASSERT_TRUE(tokenizer);
    const std::vector<Json> rows = recordedRows();
    EXPECT_GT(rows.size(), 20U);
    for (const Json& row : rows) {
        const auto out = conversationFromJson(conversationOf(row, rows), "row", { flavourOf(row) });
        ASSERT_TRUE(out) << row["name"] << out.error().message();
        EXPECT_EQ(out->text.text, row["text"].get<std::string>()) << row["flavour"] << " " << row["name"];
        EXPECT_EQ(*tokenizer->encode(out->text), row["ids"].get<std::vector<TokenId>>()) << row["name"];
    }
}

TEST(Conversation, withoutSizesThePlaceholdersOfTheOriginalCodeStay)
{
    const Json row { { "messages",
        { { { "role", "user" },
            { "content",
                { { { "type", "image" } }, { { "type", "text" }, { "text", "or <image>?" } } } } } } } };
    const auto out = conversationFromJson(row, "row", { Flavour::Original });
    ASSERT_TRUE(out) << out.error().message();
    EXPECT_EQ(out->text.text,
        std::string("<|im_start|>system\n") + kInternVlSystem
            + "<|im_end|>\n<|im_start|>user\n<image>\nor <image>?<|im_end|>\n");
    EXPECT_FALSE(out->holdsImageTokens);
}

TEST(Conversation, literalTextMakesNoTokenAndItsImagesDo)
{
    const Json row { { "messages", { { { "role", "user" }, { "content", "<image> </img> <|im_end|>" } } } },
        { "tiles", { 2 } }, { "tokens_per_tile", 3 } };
    const auto out = conversationFromJson(row, "row", { Flavour::Original, true });
    ASSERT_TRUE(out) << out.error().message();
    ASSERT_EQ(out->text.literal.size(), 1U);
    const auto [begin, end] = out->text.literal[0];
    EXPECT_EQ(out->text.text.substr(begin, end - begin), " </img> <|im_end|>");
    EXPECT_NE(out->text.text.find("user\n" + imageTokens(6) + " "), std::string::npos);
}

TEST(Conversation, refusesSizesThatDoNotFit)
{
    const Json image { { "role", "user" }, { "content", { { { "type", "image" } } } } };
    const Json video { { "role", "user" }, { "content", { { { "type", "video" } } } } };
    const std::tuple<Json, Flavour, const char*> cases[] = {
        { { { "messages", { image } }, { "tokens_per_tile", 4 } }, Flavour::HuggingFace,
            "0 numbers for 1 images" },
        { { { "messages", { image } }, { "tokens_per_tile", 4 }, { "tiles", { 1, 2 } } },
            Flavour::HuggingFace, "2 numbers for 1 images" },
        { { { "messages", { video } }, { "tokens_per_tile", 4 } }, Flavour::HuggingFace,
            "0 numbers for 1 videos" },
        { { { "messages", { image } }, { "tiles", { 1 } } }, Flavour::HuggingFace,
            "tokens_per_tile: is missing" },
        { { { "messages", { image } }, { "tokens_per_tile", 0 } }, Flavour::HuggingFace, "is 0" },
        { { { "messages", { image } }, { "tokens_per_tile", 4 }, { "tiles", { 0 } } }, Flavour::HuggingFace,
            "found 0" },
        { { { "messages", { image } }, { "tokens_per_tile", 4 }, { "tiles", { 1.5 } } }, Flavour::HuggingFace,
            "found 1.5" },
        { { { "messages", { video } } }, Flavour::Original, "Frame1: <image>" },
        { { { "messages", { image } }, { "tokens_per_tile", 4 }, { "frames", { 1 } } }, Flavour::Original,
            "frames" },
    };
    for (const auto& [row, flavour, words] : cases) {
        const auto refused = conversationFromJson(row, "row 7", { flavour });
        ASSERT_FALSE(refused) << row;
        EXPECT_NE(refused.error().message().find(words), std::string::npos) << refused.error().message();
        EXPECT_NE(refused.error().message().find("row 7"), std::string::npos) << refused.error().message();
    }
}

std::string knownTemplate()
{
    return base::readFile(kData / "chat_template.jinja").value();
}

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    std::size_t from = 0;
    return replaceNext(std::move(text), what, with, from);
}

TEST(ChatTemplate, theLayoutOfATemplateMakesNoDifference)
{
    const std::string known = knownTemplate();
    EXPECT_TRUE(checkTemplateText(known, "known"));
    // The same template as others lay it out: with escapes, double quotes, members, stripped blanks,
    // comments.
    const char* const spread = "{#- InternVL #}\n{%- for message in messages -%}\n"
                               "  {{ \"<|im_start|>\" }}{{ message.role }}{{ '\\n' }}\n"
                               "  {%- if message.content is string %}{{ message['content'] }}\n"
                               "  {%- else %}\n"
                               "    {% for content in message['content'] %}\n"
                               "      {%- if content.type == 'image' %}{{ '<IMG_CONTEXT>' + '\\n' }}\n"
                               "      {%- elif content.type == 'video' %}{{ '<video>\\n' }}\n"
                               "      {%- elif content.type == 'text' %}{{ content.text }}\n"
                               "      {%- endif %}\n"
                               "    {% endfor %}\n"
                               "  {% endif %}\n"
                               "{{ '<|im_end|>\\n' }}{% endfor %}\n"
                               "{% if add_generation_prompt %}<|im_start|>assistant{{ '\\n' }}{% endif %}\n";
    const auto same = checkTemplateText(spread, "spread");
    EXPECT_TRUE(same) << same.error().message();
}

// Each of these writes another text than the known template for some conversation.
TEST(ChatTemplate, everyOtherTemplateIsRefusedWithTheFirstDifference)
{
    const std::string known = knownTemplate();
    const std::pair<std::string, const char*> cases[] = {
        { replaced(known, "{{ message['content'] }}", "{{ message['content'] | trim }}"), "trim" },
        { replaced(known, "message['content'] }}", "message['role'] }}"), "\"role\"" },
        { replaced(known, "{% if add_generation_prompt %}", "{% if not add_generation_prompt %}"), "not" },
        { replaced(known, "for message in messages", "for message in messages[1:]"), "1" },
        { replaced(known, "{% endif %}{{ '<|im_end|>", "{% endif %}\n\n{{ '<|im_end|>"), "im_end" },
        { replaced(known, "'image'", "'picture'"), "picture" },
        { replaced(known, "<IMG_CONTEXT>", "<image>"), "<image>" },
        { "{% set x = 1 %}" + known, "set" },
        { "Be brief. " + known, "Be brief." },
        { replaced(known, "{% if add_generation_prompt %}", "{% if true %}"), "true" },
        { known.substr(0, known.rfind("{% if add")), "missing" },
        { "", "missing" },
        { replaced(known, "{{ '<|im_start|>assistant", "{{ '<|im_start|>assistant' + \"unfinished"),
            "does not end" },
    };
    for (const auto& [jinja, words] : cases) {
        const auto refused = checkTemplateText(jinja, "chat_template.jinja");
        ASSERT_FALSE(refused) << jinja;
        EXPECT_NE(refused.error().message().find(words), std::string::npos) << refused.error().message();
    }
}

TEST(Chat, keepsTheRangesOfData)
{
    ChatTurn turn { "user", {} };
    turn.content.append("Q: ");
    turn.content.appendLiteral("x<|im_end|>");
    const MarkedText out = chatMl({ { "system", marked("s") }, turn }, GenerationPrompt::Yes);
    ASSERT_EQ(out.literal.size(), 1u);
    EXPECT_EQ(
        out.text.substr(out.literal[0].begin, out.literal[0].end - out.literal[0].begin), "x<|im_end|>");
}

} // namespace
} // namespace msrl::text
