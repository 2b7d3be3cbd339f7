// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/documents.h"

#include "core/text/completion.h"

#include <fmt/core.h>

#include <algorithm>

namespace msrl::demo {

namespace {

using base::RandomStream;
using data::TaskType;

constexpr std::array<std::string_view, 4> kEmptyThoughts { " I am not sure.", " Both are fine.",
    " It is hard to say.", " Let me guess." };
constexpr double kPairShare = 0.5; // of late descriptions of two candidates, described together

Document conversation(const std::string& system, const std::string& user, std::string response)
{
    Document out;
    text::MarkedText systemText;
    systemText.append(system);
    text::MarkedText userText;
    userText.append(user);
    out.prompt
        = text::chatMl({ { "system", systemText }, { "user", userText } }, text::GenerationPrompt::Yes);
    out.response = std::move(response);
    return out;
}

std::string mediaTokens(const Scene& scene)
{
    const std::array<int, kVideoFrames> frames { kTokensPerImage, kTokensPerImage, kTokensPerImage,
        kTokensPerImage };
    return scene.video ? text::videoTokens(frames, "") : text::imageTokens(kTokensPerImage);
}

const char* mediumName(const Scene& scene)
{
    return scene.video ? "Video" : "Image";
}

Document copying(RandomStream& random)
{
    std::string words;
    for (std::int64_t n = random.between(4, 10); n > 0; --n) {
        switch (random.below(4)) {
        case 0:
            words += fmt::format(" {}", pick(random, kNames));
            break;
        case 1:
            words += fmt::format(" {}", pick(random, kTextColors));
            break;
        default:
            words += fmt::format(" {}", pick(random, kItems));
        }
    }
    return conversation("repeat", words, words);
}

std::string phrase(RandomStream& random)
{
    switch (random.below(4)) {
    case 0:
        return std::string(pick(random, kTextColors));
    case 1:
        return std::string(pick(random, kTextActions));
    case 2:
        return fmt::format("{} {}", pick(random, kTextColors), pick(random, kItems));
    default:
        return std::string(pick(random, kCells));
    }
}

// The same phrase with another last word.
std::string nearMiss(RandomStream& random, const std::string& of)
{
    const std::size_t space = of.rfind(' ');
    while (true) {
        std::string last(pick(random, kItems));
        if (chance(random, 0.6)) {
            const std::string action(pick(random, kTextActions));
            last = action.substr(action.rfind(' ') + 1); // npos + 1 is 0: a single word
        }
        std::string out = of.substr(0, space + 1) + last;
        if (out != of)
            return out;
    }
}

Document comparing(RandomStream& random)
{
    static constexpr std::array<std::string_view, 3> kLabels { "A: ", "B: ", "" };
    const std::string first = phrase(random);
    std::string second = chance(random, 0.5) ? first : phrase(random);
    if (second != first && first.find(' ') != std::string::npos && chance(random, 0.5))
        second = nearMiss(random, first);
    return conversation("compare",
        fmt::format("{}{}\n{}{}", pick(random, kLabels), first, pick(random, kLabels), second),
        first == second ? " yes." : " no.");
}

Document picking(RandomStream& random)
{
    const bool first = chance(random, 0.5);
    const bool yes = chance(random, 0.5);
    return conversation(yes ? "pick yes" : "pick no",
        fmt::format("A: {}.\nB: {}.", first ? "yes" : "no", first ? "no" : "yes"),
        first == yes ? " A" : " B");
}

std::string pairCaption(const std::vector<Scene>& scenes)
{
    return fmt::format(" A: {} B: {}", caption(scenes[0]), caption(scenes[1]));
}

} // namespace

DocumentSource::DocumentSource(const HeldOut& heldOut, const text::PromptSet& prompts, DocumentMix mix)
    : m_heldOut(heldOut)
    , m_prompts(prompts)
    , m_mix(mix)
{
}

Document DocumentSource::describing(const Scene& scene)
{
    Document out = conversation(
        "describe", fmt::format("{}: {}", mediumName(scene), mediaTokens(scene)), " " + caption(scene));
    out.scenes = { scene };
    return out;
}

Document DocumentSource::answering(const Example& example)
{
    const std::string context
        = example.scenes.empty() ? example.context : "Caption: " + caption(example.scenes.front());
    return conversation("answer", fmt::format("{}\nQuestion: {}", context, example.query), fact(example));
}

Document DocumentSource::describing(RandomStream& random, bool late) const
{
    const std::vector<Scene> scenes = shownScenes(m_heldOut.fresh(pick(random, kVisualTasks), random));
    if (scenes.size() == 1 || !late || !chance(random, kPairShare))
        return describing(scenes.front());
    const char* name = mediumName(scenes[0]);
    Document out = conversation("describe",
        fmt::format("{} A: {}\n{} B: {}", name, mediaTokens(scenes[0]), name, mediaTokens(scenes[1])),
        pairCaption(scenes));
    out.scenes = scenes;
    return out;
}

Document DocumentSource::asking(RandomStream& random, bool fromPixels) const
{
    static constexpr std::array kText { TaskType::Text, TaskType::Text, TaskType::ImageUnderstanding,
        TaskType::VideoUnderstanding };
    static constexpr std::array kPixels { TaskType::ImageUnderstanding, TaskType::VideoUnderstanding };
    Example example;
    do {
        example = m_heldOut.fresh(fromPixels ? pick(random, kPixels) : pick(random, kText), random);
    } while (!example.isQuestion());
    if (!fromPixels)
        return answering(example);
    const Scene& scene = example.scenes.front();
    Document out = conversation("answer",
        fmt::format("{}: {}\nQuestion: {}", mediumName(scene), mediaTokens(scene), example.query),
        fact(example));
    out.scenes = { scene };
    return out;
}

base::Result<Document> DocumentSource::formatting(RandomStream& random) const
{
    static constexpr std::array kTasks { TaskType::Text, TaskType::Text, TaskType::ImageUnderstanding,
        TaskType::ImageGeneration, TaskType::VideoUnderstanding, TaskType::VideoGeneration };
    const Example example = m_heldOut.fresh(pick(random, kTasks), random);
    const data::Sample sample = toSample(example, "document");
    const bool visual = chance(random, 0.5) && example.task != TaskType::Text;
    base::Result<text::RenderedPrompt> prompt = m_prompts.render(
        sample, visual ? text::PromptMode::Visual : text::PromptMode::Caption, countDemoTokens);
    if (!prompt)
        return prompt.error();
    text::Judgement judgement;
    if (example.task != TaskType::Text)
        judgement.type = data::taskTypeLabel(pick(random, kVisualTasks));
    if (visual) {
        base::Result<std::string> body = text::captionBody(sample);
        if (!body)
            return body.error();
        judgement.caption = *body;
    }
    judgement.think = pick(random, kEmptyThoughts);
    judgement.answer = chance(random, 0.5) ? data::Side::A : data::Side::B;
    Document out;
    out.prompt = { prompt->text, prompt->literal };
    out.response = text::writeJudgement(judgement);
    if (visual)
        out.scenes = shownScenes(example);
    return out;
}

base::Result<Document> DocumentSource::next(RandomStream& random, bool late) const
{
    const std::array<double, 7> shares { m_mix.copying, m_mix.comparing, m_mix.picking, m_mix.describing,
        m_mix.answering, m_mix.looking, late ? m_mix.formatting : 0.0 };
    double total = 0;
    for (const double share : shares)
        total += share;
    double left = random.uniform() * total;
    std::size_t kind = 0;
    while (kind + 1 < shares.size() && left >= shares[kind])
        left -= shares[kind++];
    switch (kind) {
    case 0:
        return copying(random);
    case 1:
        return comparing(random);
    case 2:
        return picking(random);
    case 3:
        return describing(random, late);
    case 4:
        return asking(random, false);
    case 5:
        return asking(random, true);
    default:
        // Reached with a zero share only by rounding.
        return late ? formatting(random) : base::Result<Document>(asking(random, true));
    }
}

} // namespace msrl::demo
