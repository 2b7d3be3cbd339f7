// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat_template.h"

#include "core/base/files.h"
#include "core/text/chat.h"
#include "core/text/template_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace msrl::text {
namespace {

constexpr std::string_view kImageEntry = "<IMG_CONTEXT>\n";
constexpr std::string_view kVideoEntry = "<video>\n";

// What InternVL's Hugging Face folders hold (Qwen2 and Qwen3 alike).
constexpr std::string_view kInternVlTemplate
    = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
      "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
      "{% for content in message['content'] %}{% if content['type'] == 'image' %}{{ '<IMG_CONTEXT>\n' }}"
      "{% elif content['type'] == 'video' %}{{ '<video>\n' }}"
      "{% elif content['type'] == 'text' %}{{ content['text'] }}{% endif %}{% endfor %}{% endif %}"
      "{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif "
      "%}";

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
    const auto given = templatePieces(jinja, place);
    if (!given)
        return given.error();
    const auto known = templatePieces(kInternVlTemplate, "the known template");
    if (!known)
        return known.error();
    if (*given == *known)
        return {};
    const auto [here, there] = std::mismatch(given->begin(), given->end(), known->begin(), known->end());
    return base::badInput(
        fmt::format("the template is not the known one: its piece {} is {}, in the known one {}",
            here - given->begin() + 1, here == given->end() ? "missing" : *here,
            there == known->end() ? "missing" : *there),
        place, "known: the ChatML template of InternVL with Qwen2 or Qwen3");
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
