// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/completion.h"

#include <fmt/core.h>

namespace msrl::text {

std::string writeJudgement(const Judgement& judgement)
{
    std::string out;
    if (judgement.type)
        out += fmt::format("<type>{}</type>", *judgement.type);
    if (judgement.caption)
        out += fmt::format("<caption>{}</caption>", *judgement.caption);
    out += fmt::format(
        "<think>{}</think><answer>{}</answer>", judgement.think, data::sideName(judgement.answer));
    return out;
}

base::Result<std::string> captionBody(const data::Sample& sample)
{
    const bool pair = data::isGeneration(sample.task);
    const std::optional<std::string>& first = pair ? sample.captionA : sample.caption;
    if (!first || first->empty() || (pair && (!sample.captionB || sample.captionB->empty())))
        return base::badInput(pair ? "caption_a or caption_b is missing" : "caption is missing",
            sample.where(), "put a captioner in front, or use a data set with captions");
    return pair ? fmt::format(" A: {} B: {}", *first, *sample.captionB) : " " + *first;
}

base::Result<std::string> studentTarget(
    data::TaskType task, std::string_view captionBody, std::string_view path, const std::string& where)
{
    constexpr std::string_view kTypeEnd = "</type>";
    if (path.find("<caption>") != std::string_view::npos)
        return base::badInput(
            "the path has a <caption> of its own", where, "the teacher must read captions, not write them");
    const std::size_t start = path.find_first_not_of(" \t\r\n");
    path.remove_prefix(start == std::string_view::npos ? path.size() : start);
    std::string head = fmt::format("<type>{}</type>", data::taskTypeLabel(task));
    if (path.starts_with("<type>")) {
        const std::size_t end = path.find(kTypeEnd);
        if (end == std::string_view::npos)
            return base::badInput("<type> is not closed", where);
        head = std::string(path.substr(0, end + kTypeEnd.size()));
        path.remove_prefix(end + kTypeEnd.size());
    }
    return fmt::format("{}<caption>{}</caption>{}", head, captionBody, path);
}

base::Result<std::string> studentTarget(const data::Sample& sample, std::string_view path)
{
    const base::Result<std::string> caption = captionBody(sample);
    return caption ? studentTarget(sample.task, *caption, path, sample.where()) : caption;
}

} // namespace msrl::text
