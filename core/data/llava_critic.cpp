// SPDX-License-Identifier: GPL-3.0-or-later
// lmms-lab/llava-critic-113k, pairwise: {id, source, conversations, image}. The verdict is in the second
// turn: "The better response: [first]" (also second, 1, 2, A, B), "[[A>B]]" and the like, or two scores on
// its first line. Equally good: no gold. The pointwise rows are refused.
#include "core/data/conversations.h"
#include "core/data/media_paths.h"
#include "core/data/pair_text.h"
#include "core/data/readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

// Nothing: no verdict was found. The inner one: equally good.
using Verdict = std::optional<std::optional<Side>>;

Verdict betterResponse(const std::string& text)
{
    constexpr std::string_view kMark = "The better response: [";
    const std::size_t at = text.rfind(kMark);
    if (at == std::string::npos)
        return text.find("equally good") != std::string::npos ? Verdict(std::optional<Side>()) : Verdict();
    std::string word = text.substr(at + kMark.size());
    word = word.substr(0, word.find(']'));
    std::transform(word.begin(), word.end(), word.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (word == "first" || word == "1" || word == "a")
        return std::optional(Side::A);
    if (word == "second" || word == "2" || word == "b")
        return std::optional(Side::B);
    return std::nullopt;
}

Verdict arenaVerdict(const std::string& text)
{
    struct Mark
    {
        std::string_view text;
        std::optional<Side> side;
    };
    static const std::array<Mark, 5> marks { { { "[[A>>B]]", Side::A }, { "[[A>B]]", Side::A },
        { "[[A=B]]", std::nullopt }, { "[[B>A]]", Side::B }, { "[[B>>A]]", Side::B } } };
    Verdict last;
    std::size_t place = 0;
    for (const Mark& mark : marks) {
        const std::size_t at = text.rfind(mark.text);
        if (at != std::string::npos && (!last || at > place)) {
            last = mark.side;
            place = at;
        }
    }
    return last;
}

// "8 6" on the first line.
Verdict twoScores(const std::string& text)
{
    const std::string line = text.substr(0, text.find('\n'));
    const char* at = line.c_str();
    double scores[2] = { 0, 0 };
    for (double& score : scores) {
        char* end = nullptr;
        score = std::strtod(at, &end);
        if (end == at || !std::isfinite(score))
            return std::nullopt;
        at = end;
    }
    if (line.find_first_not_of(" \t\r", static_cast<std::size_t>(at - line.c_str())) != std::string::npos)
        return std::nullopt;
    if (scores[0] == scores[1])
        return std::optional<Side>();
    return std::optional(scores[0] > scores[1] ? Side::A : Side::B);
}

Verdict verdictOf(const std::string& text)
{
    for (const auto& reader : { arenaVerdict, twoScores, betterResponse }) {
        if (const Verdict verdict = reader(text))
            return verdict;
    }
    return std::nullopt;
}

base::Result<Sample> llavaCriticSample(const JsonRow& row, std::size_t, const fs::path& mediaRoot)
{
    base::ObjectReader in(row.value, row.place);
    Sample sample;
    sample.place = row.place;
    sample.id = in.text("id");
    sample.source = in.text("source", "llava-critic");
    sample.task = TaskType::ImageUnderstanding;
    const std::string image = in.text("image");
    if (in.has("image") && isBlankPath(image))
        in.fault("image", "is blank");
    sample.media = { imageAt(image, mediaRoot) };
    const Conversation talk = readConversation(in);
    const Verdict verdict = verdictOf(talk.gpt);
    if (!verdict)
        in.fault("conversations", "the second turn has no verdict on two responses",
            "\"The better response: [first]\", \"[[A>B]]\" or two scores; pointwise rows are not pairs");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    sample.gold = *verdict;
    auto parts = readPairText(talk.human, row.place + ", field conversations");
    if (!parts)
        return parts.error();
    if (!parts->responseA)
        return base::badInput("shows no two responses", row.place + ", field conversations");
    sample.query = std::move(parts->query);
    sample.responseA = *std::move(parts->responseA);
    sample.responseB = *std::move(parts->responseB);
    return sample;
}

} // namespace

const SampleFormat kLlavaCriticFormat { "llava-critic", "LLaVA-Critic pairs",
    "Pairwise rows of lmms-lab/llava-critic-113k as JSON.",
    [](const fs::path& path) { return path.filename().string().starts_with("llava_critic"); },
    llavaCriticSample };

} // namespace msrl::data
