// SPDX-License-Identifier: GPL-3.0-or-later
// ChatML and media placeholders against prompts written by the Hugging Face template and the original
// InternVL code.
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/text/chat.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

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

std::string fromTemplateMessages(const Json& row)
{
    std::vector<ChatTurn> turns;
    for (const Json& message : row["messages"]) {
        std::string content;
        if (message["content"].is_string())
            content = message["content"];
        else
            for (const Json& part : message["content"])
                content += part["type"] == "text" ? part["text"].get<std::string>()
                    : part["type"] == "image"     ? std::string(kImageContext) + "\n"
                                                  : "<video>\n";
        turns.push_back({ message["role"], marked(content) });
    }
    const bool generate = row["add_generation_prompt"];
    return chatMl(turns, generate ? GenerationPrompt::Yes : GenerationPrompt::No).text;
}

std::string expandedTemplate(const Json& row)
{
    std::string text = row["template_text"];
    const int perTile = row["image_seq_length"];
    std::size_t from = 0;
    for (const int tiles : row["tiles"])
        text = replaceNext(text, std::string(kImageContext), imageTokens(tiles * perTile), from);
    for (const int frames : row["frames"]) {
        const std::vector<int> counts(static_cast<std::size_t>(frames), perTile);
        text = replaceNext(text, "<video>", videoTokens(counts, "\n"), from);
    }
    return text;
}

std::string originalCode(const Json& row)
{
    std::vector<ChatTurn> turns;
    if (!row["system"].get<std::string>().empty())
        turns.push_back({ "system", marked(row["system"]) });
    std::string question = row["question"];
    std::size_t from = 0;
    if (!row["tiles"].empty() && question.find("<image>") == std::string::npos)
        question = "<image>\n" + question;
    for (const int tiles : row["tiles"])
        question
            = replaceNext(question, "<image>", imageTokens(tiles * row["num_image_token"].get<int>()), from);
    for (const Json& pair : row["history"]) {
        turns.push_back({ "user", marked(pair[0]) });
        turns.push_back({ "assistant", marked(pair[1]) });
    }
    turns.push_back({ "user", marked(question) });
    return chatMl(turns, GenerationPrompt::Yes).text;
}

TEST(Chat, writesEveryFlavourLikeTheReference)
{
    const auto tokenizer = Tokenizer::load(kData);
    ASSERT_TRUE(tokenizer);
    const std::map<std::string, std::string (*)(const Json&)> flavours { { "hf", fromTemplateMessages },
        { "hf_expanded", expandedTemplate }, { "remote_code", originalCode } };
    std::istringstream in(base::readFile(kData / "chat_cases.jsonl").value());
    int seen = 0;
    for (std::string line; std::getline(in, line); ++seen) {
        const Json row = Json::parse(line);
        const std::string text = flavours.at(row["flavour"])(row);
        EXPECT_EQ(text, row["text"].get<std::string>()) << row["flavour"] << " " << row["name"];
        EXPECT_EQ(*tokenizer->encode(text), row["ids"].get<std::vector<TokenId>>()) << row["name"];
    }
    EXPECT_GT(seen, 20);
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

TEST(Chat, theDefaultSystemTurnIsTheOriginalCodes)
{
    std::istringstream in(base::readFile(kData / "chat_cases.jsonl").value());
    for (std::string line; std::getline(in, line);) {
        const Json row = Json::parse(line);
        if (row["flavour"] == "remote_code" && row["name"] == "plain") {
            EXPECT_EQ(row["system"].get<std::string>(), kInternVlSystem);
        }
    }
}

} // namespace
} // namespace msrl::text
