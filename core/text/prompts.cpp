// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/prompts.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/resources.h"

#include <fmt/core.h>

#include <array>

namespace msrl::text {

namespace {

using data::Media;
using data::Sample;
using data::TaskType;

constexpr std::array<std::string_view, 2> kSections { "system", "user" };
constexpr std::array<std::string_view, 10> kFields { "context", "query", "response_a", "response_b",
    "caption", "caption_a", "caption_b", "media", "media_a", "media_b" };
constexpr std::array kVisualTasks { TaskType::ImageUnderstanding, TaskType::ImageGeneration,
    TaskType::VideoUnderstanding, TaskType::VideoGeneration };

std::string templateName(TaskType task, PromptMode mode)
{
    return task == TaskType::Text ? "text"
                                  : fmt::format("{}.{}", data::taskTypeName(task), promptModeName(mode));
}

std::string describeName(Media::Kind kind)
{
    return kind == Media::Kind::Image ? "image.describe" : "video.describe";
}

std::vector<std::string> templateNames()
{
    std::vector<std::string> out { "text" };
    for (const TaskType task : kVisualTasks)
        for (const PromptMode mode : { PromptMode::Caption, PromptMode::Visual })
            out.push_back(templateName(task, mode));
    out.push_back(describeName(Media::Kind::Image));
    out.push_back(describeName(Media::Kind::Video));
    return out;
}

// The sample's own text for a field; nothing for media fields and where the sample has none.
std::optional<std::string> textField(const Sample& sample, const std::string& name)
{
    const auto unlessEmpty = [](const std::string& text) {
        return text.empty() ? std::nullopt : std::optional<std::string>(text);
    };
    if (name == "context")
        return unlessEmpty(sample.context);
    if (name == "query")
        return unlessEmpty(sample.query);
    if (name == "response_a")
        return data::isGeneration(sample.task) ? std::nullopt : std::optional(sample.responseA);
    if (name == "response_b")
        return data::isGeneration(sample.task) ? std::nullopt : std::optional(sample.responseB);
    if (name == "caption")
        return sample.caption;
    if (name == "caption_a")
        return sample.captionA;
    if (name == "caption_b")
        return sample.captionB;
    return std::nullopt;
}

std::vector<Media> mediaField(const Sample& sample, const std::string& name)
{
    if (name == "media")
        return sample.media;
    if (name == "media_a" && sample.mediaA)
        return { *sample.mediaA };
    if (name == "media_b" && sample.mediaB)
        return { *sample.mediaB };
    return {};
}

} // namespace

const char* promptModeName(PromptMode mode)
{
    switch (mode) {
    case PromptMode::Caption:
        return "caption";
    case PromptMode::Visual:
        return "visual";
    }
    return "";
}

base::Result<PromptSet> PromptSet::bundled(std::string_view name)
{
    const base::Result<std::filesystem::path> all = base::resource("prompts");
    if (!all)
        return all.error();
    std::error_code ignored;
    if (name.empty() || !std::filesystem::is_directory(*all / name, ignored))
        return base::badInput(fmt::format("there is no prompt set '{}'", name), {},
            "choose msrl or demo, or name a folder of templates with a /");
    return load(*all / name);
}

base::Result<PromptSet> PromptSet::named(const std::string& value, const std::filesystem::path& projectFolder)
{
    if (value.find('/') == std::string::npos) {
        std::error_code ec;
        if (!std::filesystem::is_directory(projectFolder / value, ec))
            return bundled(value);
    }
    return load(projectFolder / value);
}

base::Result<PromptSet> PromptSet::load(const std::filesystem::path& folder)
{
    PromptSet out;
    out.m_folder = folder;
    out.m_name = folder.filename().string();
    if (base::Status status = out.readSettings(); !status)
        return status.error();
    for (const std::string& name : templateNames())
        if (base::Status status = out.readTemplate(name); !status)
            return status.error();
    return out;
}

base::Status PromptSet::readSettings()
{
    const std::filesystem::path path = m_folder / "set.json";
    base::Result<std::string> text = base::readFile(path, 1 << 20);
    if (!text)
        return text.error();
    base::Result<base::Json> json = base::parseJson(*text, path.string());
    if (!json)
        return json.error();
    base::ObjectReader in(*json, path.string());
    m_frameSeparator = in.text("frame_separator");
    m_hash = base::sha256(*text);
    return in.finish();
}

base::Status PromptSet::readTemplate(const std::string& name)
{
    const std::filesystem::path path = m_folder / (name + ".txt");
    base::Result<std::string> text = base::readFile(path, 1 << 20);
    if (!text)
        return text.error();
    base::Result<Template> parsed = Template::parse(*text, path.string(), kSections, kFields);
    if (!parsed)
        return parsed.error();
    if (!parsed->hasSection("user"))
        return base::badInput("section [user] is missing", path.string());
    m_hash = base::sha256(m_hash + name + base::sha256(*text));
    m_templates.emplace(name, std::move(*parsed));
    return {};
}

base::Result<RenderedPrompt> PromptSet::render(
    const Sample& sample, PromptMode mode, const MediaTokenCounter& count) const
{
    base::Result<RenderedPrompt> out = write(m_templates.at(templateName(sample.task, mode)), sample, count);
    if (!out)
        return base::within(out.error(), sample.where());
    return out;
}

base::Result<RenderedPrompt> PromptSet::renderDescribe(
    const Media& media, const MediaTokenCounter& count) const
{
    Sample shown;
    shown.media = { media };
    base::Result<RenderedPrompt> out = write(m_templates.at(describeName(media.kind)), shown, count);
    if (!out)
        return base::within(out.error(), media.name());
    return out;
}

base::Result<RenderedPrompt> PromptSet::write(
    const Template& prompt, const Sample& sample, const MediaTokenCounter& count) const
{
    RenderedPrompt out;
    const FieldSource source { [&](const std::string& name) {
                                  return textField(sample, name).has_value()
                                      || !mediaField(sample, name).empty();
                              },
        [&](const std::string& name) -> base::Result<MarkedText> {
            MarkedText value;
            if (const auto words = textField(sample, name)) {
                value.appendLiteral(*words);
                return value;
            }
            const std::vector<Media> media = mediaField(sample, name);
            base::Result<std::string> tokens = mediaTokens(media, count);
            if (!tokens)
                return tokens.error();
            value.append(*tokens);
            out.media.insert(out.media.end(), media.begin(), media.end());
            return value;
        } };
    std::vector<ChatTurn> turns;
    for (const std::string_view section : kSections) {
        if (!prompt.hasSection(section))
            continue;
        base::Result<MarkedText> content = prompt.expand(section, source);
        if (!content)
            return content.error();
        turns.push_back({ std::string(section), std::move(*content) });
    }
    MarkedText whole = chatMl(turns, GenerationPrompt::Yes);
    out.text = std::move(whole.text);
    out.literal = std::move(whole.literal);
    return out;
}

base::Result<std::string> PromptSet::mediaTokens(
    const std::vector<Media>& media, const MediaTokenCounter& count) const
{
    std::string out;
    for (std::size_t i = 0; i < media.size(); ++i) {
        base::Result<std::vector<int>> tokens = count(media[i]);
        if (!tokens)
            return tokens.error();
        if (i > 0)
            out += "\n";
        const bool video = media[i].kind == Media::Kind::Video;
        if (media.size() > 1)
            out += fmt::format("{}-{}: ", video ? "Video" : "Image", i + 1);
        if (!video && tokens->size() != 1)
            return base::failed(fmt::format("an image counted as {} frames", tokens->size()), media[i].path);
        out += video ? videoTokens(*tokens, m_frameSeparator) : imageTokens(tokens->front());
    }
    return out;
}

} // namespace msrl::text
