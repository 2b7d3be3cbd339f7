// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat_template.h"

#include "core/base/files.h"
#include "core/text/chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace msrl::text {
namespace {

constexpr std::string_view kImageEntry = "<IMG_CONTEXT>\n";
constexpr std::string_view kVideoEntry = "<video>\n";

// Every quoted word of the template, as often as it likes.
constexpr std::array<std::string_view, 12> kWords { "<|im_start|>", "<|im_end|>\n", "<|im_start|>assistant\n",
    "\n", kImageEntry, kVideoEntry, "role", "content", "type", "text", "image", "video" };
// All of these must be there.
constexpr std::array<std::string_view, 5> kNeeded { "<|im_start|>", "<|im_end|>\n", "<|im_start|>assistant\n",
    "role", "content" };

bool known(std::string_view word)
{
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

// The quoted word that begins at `at` (a quote); `at` moves behind it. Nothing when it does not end.
std::optional<std::string> quoted(std::string_view jinja, std::size_t& at)
{
    const char quote = jinja[at++];
    std::string word;
    for (; at < jinja.size(); ++at) {
        if (jinja[at] == quote) {
            ++at;
            return word;
        }
        if (jinja[at] != '\\' || at + 1 == jinja.size()) {
            word += jinja[at];
            continue;
        }
        ++at;
        word += jinja[at] == 'n' ? '\n' : jinja[at];
    }
    return std::nullopt;
}

// The end of a tag's inside, with its words collected; npos when it does not end.
std::size_t readTag(std::string_view jinja, std::size_t at, std::vector<std::string>& words)
{
    const std::string_view close = jinja[at + 1] == '%' ? "%}" : "}}";
    at += 2;
    while (at < jinja.size()) {
        if (jinja.substr(at, 2) == close)
            return at + 2;
        if (jinja[at] != '\'' && jinja[at] != '"') {
            ++at;
            continue;
        }
        auto word = quoted(jinja, at);
        if (!word)
            break;
        words.push_back(std::move(*word));
    }
    return std::string_view::npos;
}

base::Result<MarkedText> contentFromJson(const base::Json& content, const std::string& place, bool literal)
{
    MarkedText out;
    const auto data
        = [&](const std::string& words) { literal ? out.appendLiteral(words) : out.append(words); };
    if (content.is_string()) {
        data(content.get<std::string>());
        return out;
    }
    if (!content.is_array())
        return base::badInput("content is neither text nor a list of entries", place);
    for (std::size_t i = 0; i < content.size(); ++i) {
        const std::string where = fmt::format("{}, content {}", place, i + 1);
        if (!content[i].is_object())
            return base::badInput("not a JSON object", where);
        base::ObjectReader in(content[i], where);
        const std::string type = in.text("type");
        if (type == "text")
            data(in.text("text"));
        else if (type == "image")
            out.append(kImageEntry);
        else if (type == "video")
            out.append(kVideoEntry);
        else
            in.fault("type", "'" + type + "' is unknown", "known: text, image, video");
        if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
            return fault.error();
    }
    return out;
}

} // namespace

base::Status checkTemplateText(std::string_view jinja, const std::string& place)
{
    const char* const remedy = "known: the ChatML template of InternVL with Qwen2 or Qwen3";
    std::vector<std::string> words;
    for (std::size_t at = 0; at < jinja.size();) {
        if (jinja.substr(at, 2) == "{%" || jinja.substr(at, 2) == "{{") {
            at = readTag(jinja, at, words);
            if (at == std::string_view::npos)
                return base::badInput("a tag does not end", place);
            continue;
        }
        if (std::string_view(" \t\r\n").find(jinja[at]) == std::string_view::npos)
            return base::badInput("the template has text outside its tags", place, remedy);
        ++at;
    }
    for (const std::string& word : words) {
        if (!known(word))
            return base::badInput("the template has the words " + base::Json(word).dump(), place, remedy);
    }
    for (const std::string_view word : kNeeded) {
        if (std::find(words.begin(), words.end(), word) == words.end())
            return base::badInput(
                "the template lacks the words " + base::Json(std::string(word)).dump(), place, remedy);
    }
    return {};
}

base::Status checkChatTemplate(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / "chat_template.jinja";
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
        const auto jinja = base::readFile(path);
        if (!jinja)
            return jinja.error();
        return checkTemplateText(*jinja, path.string());
    }
    const std::filesystem::path config = folder / "tokenizer_config.json";
    const auto json = base::readFile(config);
    if (!json)
        return base::badInput("has no chat template", folder.string(), "add chat_template.jinja");
    const auto parsed = base::parseJson(*json, config.string());
    if (!parsed)
        return parsed.error();
    if (!parsed->is_object() || !parsed->contains("chat_template") || !(*parsed)["chat_template"].is_string())
        return base::badInput("has no chat template", folder.string(), "add chat_template.jinja");
    return checkTemplateText(
        (*parsed)["chat_template"].get<std::string>(), config.string() + ", chat_template");
}

base::Result<MarkedText> conversationFromJson(const base::Json& row, const std::string& place, bool literal)
{
    base::ObjectReader in(row, place);
    if (!in.has("messages"))
        in.fault("messages", "is missing");
    const base::Json& messages = in.array("messages");
    const bool generation = in.boolean("add_generation_prompt", false);
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    std::vector<ChatTurn> turns;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string where = fmt::format("{}, message {}", place, i + 1);
        if (!messages[i].is_object())
            return base::badInput("not a JSON object", where);
        base::ObjectReader message(messages[i], where);
        const std::string role = message.text("role");
        if (role != "system" && role != "user" && role != "assistant")
            message.fault("role", "'" + role + "' is unknown", "known: system, user, assistant");
        const base::Json& content = message.any("content");
        if (const base::Status fault = message.finish(); !fault)
            return fault.error();
        auto words = contentFromJson(content, where, literal);
        if (!words)
            return words.error();
        turns.push_back({ role, std::move(*words) });
    }
    return chatMl(turns, generation ? GenerationPrompt::Yes : GenerationPrompt::No);
}

} // namespace msrl::text
