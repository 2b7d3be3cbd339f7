// SPDX-License-Identifier: GPL-3.0-or-later
// Judging prompts: a folder of template files (template.h) and what they make of a sample.
//
// A set is a folder with set.json and one file for each task type and mode: text.txt,
// TASK.caption.txt (captions in place of media), TASK.visual.txt, and image.describe.txt and
// video.describe.txt for the captioner, with TASK as data::taskTypeName() writes it. Fields: context, query,
// response_a, response_b, caption, caption_a, caption_b, media, media_a, media_b.
#pragma once

#include "core/base/result.h"
#include "core/data/sample.h"
#include "core/text/chat.h"
#include "core/text/marked_text.h"
#include "core/text/template.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

// What of a visual sample the judge is given. A text sample has one prompt, whatever the mode.
enum class PromptMode { Caption, Visual };
const char* promptModeName(PromptMode mode); // "caption", "visual"

// Context tokens of a medium: one number for an image (all its tiles), one for each frame of a video.
using MediaTokenCounter = std::function<base::Result<std::vector<int>>(const data::Media&)>;

struct RenderedPrompt
{
    std::string text; // the whole conversation up to the assistant's turn
    std::vector<ByteRange> literal; // data in it, see MarkedText
    std::vector<data::Media> media; // in the order in which their tokens stand in the text
};

class PromptSet
{
public:
    // Reads and checks every file of the set at once.
    static base::Result<PromptSet> load(const std::filesystem::path& folder);
    // One that ships with the programs: "msrl" or "demo".
    static base::Result<PromptSet> bundled(std::string_view name);
    // What the field `prompts` of a project names: a folder relative to the project's, else a bundled one.
    static base::Result<PromptSet> named(
        const std::string& value, const std::filesystem::path& projectFolder);

    const std::string& name() const { return m_name; }
    // SHA-256 over the names and contents of the set's files.
    const std::string& hash() const { return m_hash; }

    // Refused, naming the sample and the template's line, when the sample lacks what the template shows.
    // `count` is asked only for media that the prompt shows; caption prompts show none.
    base::Result<RenderedPrompt> render(
        const data::Sample& sample, PromptMode mode, const MediaTokenCounter& count) const;
    // The captioner's prompt for one medium.
    base::Result<RenderedPrompt> renderDescribe(
        const data::Media& media, const MediaTokenCounter& count) const;

private:
    base::Status readSettings();
    base::Status readTemplate(const std::string& name);
    base::Result<RenderedPrompt> write(
        const Template& prompt, const data::Sample& sample, const MediaTokenCounter& count) const;
    base::Result<std::string> mediaTokens(
        const std::vector<data::Media>& media, const MediaTokenCounter& count) const;

    std::filesystem::path m_folder;
    std::string m_name;
    std::string m_hash;
    std::string m_frameSeparator;
    std::map<std::string, Template> m_templates; // by file name without ".txt"
};

} // namespace msrl::text
