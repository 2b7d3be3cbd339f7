// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/pair_text.h"

#include "core/base/trimmed.h"

#include <fmt/format.h>

#include <array>

namespace msrl::data {

namespace {

// A part begins behind its mark and ends before the next part's mark; there its end mark, if it has one, is
// the last thing. The last part ends with the last occurrence of its end mark, or with the text.
struct PartMark
{
    std::string_view begin;
    std::string_view end;
};

struct Layout
{
    PartMark query;
    PartMark a; // no begin: the prompt asks about two media
    PartMark b;
};

constexpr std::array kLayouts {
    // GRAM and GRAM-R2
    Layout { { "[User Question]", "" },
        { "[The Start of Assistant A's Response]", "[The End of Assistant A's Response]" },
        { "[The Start of Assistant B's Response]", "[The End of Assistant B's Response]" } },
    Layout { { "[User Question]", "" },
        { "[The Start of Assistant A's Answer]", "[The End of Assistant A's Answer]" },
        { "[The Start of Assistant B's Answer]", "[The End of Assistant B's Answer]" } },
    // LLaVA-Critic: its own words, those of the MT-bench arena and those of LLaVA-bench
    Layout { { "Question: [", "]" }, { "The first response: [", "]" }, { "The second response: [", "]" } },
    Layout { { "Question: [", "]" }, { "Response 1: [", "]" }, { "Response 2: [", "]" } },
    Layout { { "Question: [", "]" }, { "Response A: [", "]" }, { "Response B: [", "]" } },
    Layout { { "<|User Prompt|>", "" },
        { "<|The Start of Assistant A's Answer|>", "<|The End of Assistant A's Answer|>" },
        { "<|The Start of Assistant B's Answer|>", "<|The End of Assistant B's Answer|>" } },
    Layout { { "[Question]", "" }, { "[Assistant 1]", "[End of Assistant 1]" },
        { "[Assistant 2]", "[End of Assistant 2]" } },
    // UnifiedReward
    Layout { { "Question: [", "]" }, { "Answer 1: [", "]" }, { "Answer 2: [", "]" } },
    Layout { { "Text Caption: [", "]" }, {}, {} },
    // Our own templates
    Layout { { "Question:\n", "" }, { "\nAnswer A:\n", "" }, { "\nAnswer B:\n", "" } },
    Layout { { "Request:\n", "" }, { "\nImage A:\n", "" }, { "\nImage B:\n", "" } },
    Layout { { "Request:\n", "" }, { "\nVideo A:\n", "" }, { "\nVideo B:\n", "" } },
};

// [begin, end) without space and without the end mark, which must be there.
std::optional<std::string> inner(std::string_view text, const PartMark& mark)
{
    text = base::trimmed(text);
    if (!text.ends_with(mark.end))
        return std::nullopt;
    return std::string(base::trimmed(text.substr(0, text.size() - mark.end.size())));
}

std::optional<std::string> lastPart(std::string_view text, const PartMark& mark)
{
    if (mark.end.empty())
        return std::string(base::trimmed(text));
    const std::size_t end = text.rfind(mark.end);
    return end == std::string_view::npos ? std::nullopt
                                         : std::optional(std::string(base::trimmed(text.substr(0, end))));
}

bool isMediaMark(const std::optional<std::string>& part)
{
    return part == "<image>" || part == "<video>";
}

// Marks may also occur in the instructions before the material, as examples: the last beginning counts from
// which all parts follow.
std::optional<PairText> readLayout(std::string_view text, const Layout& layout)
{
    const std::size_t a = layout.a.begin.empty() ? text.size() : text.find(layout.a.begin);
    if (a == std::string_view::npos)
        return std::nullopt;
    const std::size_t query = text.rfind(layout.query.begin, a);
    if (query == std::string_view::npos)
        return std::nullopt;
    const std::size_t queryEnd = query + layout.query.begin.size();
    PairText out;
    if (layout.a.begin.empty()) {
        const auto part = lastPart(text.substr(queryEnd), layout.query);
        if (!part)
            return std::nullopt;
        out.query = *part;
        return out;
    }
    const std::size_t aEnd = a + layout.a.begin.size();
    const std::size_t b = text.find(layout.b.begin, aEnd);
    if (b == std::string_view::npos || queryEnd > a)
        return std::nullopt;
    const auto queryPart = inner(text.substr(queryEnd, a - queryEnd), layout.query);
    out.responseA = inner(text.substr(aEnd, b - aEnd), layout.a);
    out.responseB = lastPart(text.substr(b + layout.b.begin.size()), layout.b);
    if (!queryPart || !out.responseA || !out.responseB)
        return std::nullopt;
    out.query = *queryPart;
    if (isMediaMark(out.responseA) && isMediaMark(out.responseB)) {
        out.responseA.reset();
        out.responseB.reset();
    }
    return out;
}

} // namespace

base::Result<PairText> readPairText(std::string_view text, const std::string& place)
{
    for (const Layout& layout : kLayouts) {
        const auto found = readLayout(text, layout);
        if (!found)
            continue;
        if (found->query.empty())
            return base::badInput("the question is empty", place);
        if (found->responseA && (found->responseA->empty() || found->responseB->empty()))
            return base::badInput(
                fmt::format("candidate {} is empty", found->responseA->empty() ? "A" : "B"), place);
        return *found;
    }
    return base::badInput("does not show a question and two candidates in any layout that is known", place,
        "docs/formats/data.md lists the layouts");
}

} // namespace msrl::data
