// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat_template.h"

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/text/template_pieces.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::text {
namespace {

// What InternVL's Hugging Face folders hold (Qwen2 and Qwen3 alike).
constexpr std::string_view kInternVlTemplate
    = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
      "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
      "{% for content in message['content'] %}{% if content['type'] == 'image' %}{{ '<IMG_CONTEXT>\n' }}"
      "{% elif content['type'] == 'video' %}{{ '<video>\n' }}"
      "{% elif content['type'] == 'text' %}{{ content['text'] }}{% endif %}{% endfor %}{% endif %}"
      "{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif "
      "%}";

} // namespace

std::string_view knownChatTemplate()
{
    return kInternVlTemplate;
}

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

} // namespace msrl::text
