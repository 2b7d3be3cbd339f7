// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/probe.h"

#include "core/judge/parser.h"
#include "engine/batch/micro_batch.h"
#include "engine/demo/pixels.h"
#include "engine/rollout/generate.h"

#include <ATen/core/grad_mode.h>

#include <fmt/core.h>

namespace msrl::demo {

namespace {

constexpr std::uint64_t kDrawingSeed = 70000;
constexpr std::int64_t kLongestCompletion = 140;

struct Prober
{
    const model::Policy& policy;
    const text::Tokenizer& tokenizer;
    std::stop_token stop;

    base::Result<std::vector<std::string>> complete(const std::vector<Document>& documents) const;
    base::Result<double> exactShare(const std::vector<Document>& documents) const;
};

base::Result<std::vector<std::string>> Prober::complete(const std::vector<Document>& documents) const
{
    std::vector<batch::PromptInput> prompts;
    for (const Document& document : documents) {
        base::RandomStream random(kDrawingSeed, "demo-probe", { prompts.size() });
        base::Result<std::vector<text::TokenId>> ids = tokenizer.encode(document.prompt);
        if (!ids)
            return ids.error();
        batch::PromptInput prompt;
        prompt.id = fmt::format("probe {}", prompts.size());
        prompt.ids = std::move(*ids);
        prompt.pixels = pixelsOf(drawScenes(document.scenes, random));
        prompts.push_back(std::move(prompt));
    }
    rollout::GenerateOptions options;
    options.maxNewTokens = kLongestCompletion;
    options.sampling.temperature = 0;
    options.stopIds = { tokenizer.endOfSequence().value() };
    base::Result<std::vector<rollout::Completion>> completions
        = rollout::generate(policy, prompts, options, stop);
    if (!completions)
        return completions.error();
    std::vector<std::string> out;
    for (const rollout::Completion& completion : *completions)
        out.push_back(tokenizer.decode(completion.ids, text::Special::Skip));
    return out;
}

base::Result<double> Prober::exactShare(const std::vector<Document>& documents) const
{
    base::Result<std::vector<std::string>> completions = complete(documents);
    if (!completions)
        return completions.error();
    double right = 0;
    for (std::size_t i = 0; i < documents.size(); ++i)
        right += (*completions)[i] == documents[i].response ? 1 : 0;
    return documents.empty() ? 0.0 : right / static_cast<double>(documents.size());
}

base::Status judgeBothWays(const Prober& prober, const HeldOut& heldOut, const text::PromptSet& prompts,
    std::size_t examples, BaseProbe& out)
{
    std::vector<Document> documents;
    std::vector<data::Side> expected;
    for (std::size_t i = 0; i < examples; ++i) {
        Example example = heldOut.visual()[i];
        for (int order = 0; order < 2; ++order, example.goodFirst = !example.goodFirst) {
            base::Result<text::RenderedPrompt> prompt
                = prompts.render(toSample(example, "probe"), text::PromptMode::Visual, countDemoTokens);
            if (!prompt)
                return prompt.error();
            documents.push_back({ { prompt->text, prompt->literal }, {}, shownScenes(example) });
            expected.push_back(gold(example));
        }
    }
    base::Result<std::vector<std::string>> completions = prober.complete(documents);
    if (!completions)
        return completions.error();
    std::vector<bool> right;
    double wellFormed = 0;
    for (std::size_t i = 0; i < completions->size(); ++i) {
        const judge::Judgement judgement = judge::parseStrict((*completions)[i], { true, true });
        right.push_back(judgement.answer == expected[i]);
        wellFormed += judgement.formatOk ? 1 : 0;
        out.judgedRight += right.back() ? 1 : 0;
        if (i % 2 == 1)
            out.judgedRightBothWays += right[i] && right[i - 1] ? 1 : 0;
    }
    const auto count = static_cast<double>(completions->size());
    out.judgedRight /= count;
    out.judgedRightBothWays /= count / 2;
    out.judgedWellFormed = wellFormed / count;
    return {};
}

} // namespace

std::string BaseProbe::summary() const
{
    return fmt::format(
        "captions {:.3f} image, {:.3f} video; answers {:.3f} from captions, {:.3f} from text; judging from "
        "pixels {:.3f}, both orders {:.3f}, well formed {:.3f}",
        imageCaptions, videoCaptions, captionAnswers, textAnswers, judgedRight, judgedRightBothWays,
        judgedWellFormed);
}

base::Result<BaseProbe> probeBase(const model::Policy& policy, const text::Tokenizer& tokenizer,
    const HeldOut& heldOut, const text::PromptSet& prompts, std::size_t examples, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const Prober prober { policy, tokenizer, stop };
    std::vector<Document> images;
    std::vector<Document> videos;
    std::vector<Document> overCaptions;
    std::vector<Document> overText;
    for (const Example& example : heldOut.visual()) {
        std::vector<Document>& scenes = example.scenes.front().video ? videos : images;
        if (scenes.size() < examples)
            scenes.push_back(DocumentSource::describing(example.scenes.front()));
        if (example.isQuestion() && overCaptions.size() < examples)
            overCaptions.push_back(DocumentSource::answering(example));
    }
    for (const Example& example : heldOut.text())
        if (example.isQuestion() && overText.size() < examples)
            overText.push_back(DocumentSource::answering(example));
    BaseProbe out;
    for (const auto& [documents, share] :
        { std::pair { &images, &out.imageCaptions }, std::pair { &videos, &out.videoCaptions },
            std::pair { &overCaptions, &out.captionAnswers }, std::pair { &overText, &out.textAnswers } }) {
        base::Result<double> exact = prober.exactShare(*documents);
        if (!exact)
            return exact.error();
        *share = *exact;
    }
    if (base::Status status = judgeBothWays(prober, heldOut, prompts, examples, out); !status)
        return status.error();
    return out;
}

} // namespace msrl::demo
