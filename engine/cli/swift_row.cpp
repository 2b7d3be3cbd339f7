// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/swift_row.h"

#include "core/data/media.h"
#include "core/text/chat.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

using base::Json;

constexpr std::string_view kTurnBegin = "<|im_start|>";

bool isLiteral(const text::RenderedPrompt& prompt, std::size_t at)
{
    return std::any_of(prompt.literal.begin(), prompt.literal.end(),
        [at](const text::ByteRange& range) { return at >= range.begin && at < range.end; });
}

// Where `part` stands as template text from `from` on; data that spells it is passed over.
std::size_t findToken(const text::RenderedPrompt& prompt, std::string_view part, std::size_t from)
{
    std::size_t at = prompt.text.find(part, from);
    while (at != std::string::npos && isLiteral(prompt, at))
        at = prompt.text.find(part, at + 1);
    return at;
}

const char* markOf(data::Media::Kind kind)
{
    return kind == data::Media::Kind::Video ? "<video>" : "<image>";
}

// The turns of a prompt with a mark for each medium's tokens.
class SwiftTurns
{
public:
    explicit SwiftTurns(const text::RenderedPrompt& prompt)
        : m_prompt(prompt)
    {
    }

    Json messages()
    {
        const std::string& all = m_prompt.text;
        Json messages = Json::array();
        for (std::size_t begin = findToken(m_prompt, kTurnBegin, 0); begin != std::string::npos;
             begin = findToken(m_prompt, kTurnBegin, begin + 1)) {
            const std::size_t role = begin + kTurnBegin.size();
            const std::size_t line = all.find('\n', role);
            const std::size_t end = findToken(m_prompt, text::kTurnEnd, line);
            if (end == std::string::npos)
                break; // the assistant's turn, which is to be written
            messages.push_back(
                { { "role", all.substr(role, line - role) }, { "content", withMarks(line + 1, end) } });
        }
        return messages;
    }

    bool respelled() const { return m_respelled; }

private:
    std::string withMarks(std::size_t from, std::size_t end)
    {
        const std::string image = text::imageTokens(1);
        const std::string video = text::videoTokens(std::vector<int> { 1 }, {});
        std::string out;
        for (; m_medium < m_prompt.media.size(); ++m_medium) {
            const data::Media::Kind kind = m_prompt.media[m_medium].kind;
            const std::string& tokens = kind == data::Media::Kind::Video ? video : image;
            const std::size_t at = findToken(m_prompt, tokens, from);
            if (at == std::string::npos || at >= end)
                break;
            out += words(from, at) + markOf(kind);
            from = at + tokens.size();
        }
        return out + words(from, end);
    }

    std::string words(std::size_t from, std::size_t end)
    {
        std::string text = m_prompt.text.substr(from, end - from);
        for (const data::Media::Kind kind : { data::Media::Kind::Image, data::Media::Kind::Video }) {
            const bool has = std::any_of(m_prompt.media.begin(), m_prompt.media.end(),
                [kind](const data::Media& media) { return media.kind == kind; });
            if (!has)
                continue; // then it is text to ms-swift as well
            const std::string_view mark = markOf(kind);
            for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
                text.insert(at + 1, " ");
                m_respelled = true;
            }
        }
        return text;
    }

    const text::RenderedPrompt& m_prompt;
    std::size_t m_medium = 0;
    bool m_respelled = false;
};

base::Result<Json> mediaPaths(const std::vector<data::Media>& media, data::Media::Kind kind)
{
    Json paths = Json::array();
    for (const data::Media& one : media) {
        if (one.kind != kind)
            continue;
        if (one.inRow()) {
            paths.push_back(one.dataUri());
            continue;
        }
        const base::Result<std::vector<fs::path>> files = data::mediaFiles(one);
        if (!files)
            return files.error();
        Json names = Json::array();
        for (const fs::path& file : *files)
            names.push_back(file.string());
        paths.push_back(names.size() == 1 ? names.front() : names);
    }
    return paths;
}

} // namespace

base::Result<SwiftRow> swiftRow(const data::Sample& sample, const text::PromptSet& prompts)
{
    const auto rendered = prompts.render(sample, text::PromptMode::Visual,
        [](const data::Media&) -> base::Result<std::vector<int>> { return std::vector<int> { 1 }; });
    if (!rendered)
        return rendered.error();
    SwiftTurns turns(*rendered);
    Json row = { { "messages", turns.messages() } };
    row["messages"].push_back({ { "role", "assistant" }, { "content", sample.completion } });
    for (const auto& [name, kind] :
        { std::pair("images", data::Media::Kind::Image), std::pair("videos", data::Media::Kind::Video) }) {
        base::Result<Json> paths = mediaPaths(rendered->media, kind);
        if (!paths)
            return paths.error();
        if (!paths->empty())
            row[name] = *std::move(paths);
    }
    row["id"] = sample.id;
    return SwiftRow { std::move(row), turns.respelled() };
}

} // namespace msrl::cli
