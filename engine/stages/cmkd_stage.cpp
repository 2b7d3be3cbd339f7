// SPDX-License-Identifier: GPL-3.0-or-later
// Caption-based multimodal knowledge distillation, the teacher's half: n paths per sample, vote, format
// filter, confidence. Finished chunks are kept on disk, so a killed stage goes on where it was.
#include "core/judge/parser.h"
#include "core/judge/selection.h"
#include "core/text/completion.h"
#include "engine/rollout/answer_reader.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/generation.h"
#include "engine/stages/inputs.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/pictures.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

#include <cmath>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kTopLogprobs = 20; // of the group confidence, as its authors take them
constexpr std::size_t kChunk = 128; // part of the packing only: completions do not depend on it

// `task`: a path that names another one does not pass the format filter.
judge::PathEvidence evidenceOf(const std::string& text, const rollout::Completion& completion,
    const rollout::AnswerReader& answers, std::optional<data::TaskType> task)
{
    judge::PathEvidence evidence;
    evidence.answer = judge::looseAnswer(text);
    const judge::Judgement judgement = judge::parseStrict(text, { .type = true });
    evidence.formatOk = completion.finish == rollout::Finish::Stop && judgement.formatOk
        && (!task || judge::namesTask(judgement.type, *task));
    evidence.logprobs.assign(completion.logprobs.begin(), completion.logprobs.end());
    // The rollout keeps the mean of each token's likeliest ones, which is all that the measure takes.
    for (const float mean : completion.topLogprobs)
        evidence.topLogprobs.push_back({ mean });
    if (const auto a = answers.probabilityA(completion); evidence.answer && a)
        evidence.answerLogprobs = { std::log(*a), std::log1p(-*a) };
    return evidence;
}

base::Json confidenceJson(const judge::PathEvidence& evidence, const judge::Selection& selection)
{
    base::Json json = base::Json::object();
    const auto values = judge::allConfidences(evidence, selection, judge::SelectionOptions {}.window);
    for (std::size_t i = 0; i < values.size(); ++i)
        json[judge::confidenceMeasures()[i].name] = values[i] ? base::Json(*values[i]) : base::Json();
    return json;
}

// How the model cuts an image under the limits of the step.
base::Result<vision::PreprocessSettings> shownTiles(
    const StageContext& context, const model::ModelConfig& config)
{
    auto settings = vision::readPreprocessSettings(
        policyFolder(context, *context.input("policy")), { .tileSize = config.vision.imageSize });
    const std::int64_t most = PromptLimits::of(context.step.params).tilesPerImage;
    return settings && most > 0 ? vision::withMostTiles(*settings, most, "field max_tiles") : settings;
}

class Distiller
{
public:
    Distiller(StageContext& context, Judge judge, const vision::PreprocessSettings& shown)
        : m_context(context)
        , m_judge(std::move(judge))
        , m_shown(shown)
        , m_answers(m_judge.encoder.tokenizer())
        , m_options(generateOptions(context, m_judge.encoder))
    {
        m_options.topLogprobs = kTopLogprobs;
        m_options.watchedIds = m_answers.watchedIds();
        m_options.samplesPerPrompt = context.integer("paths");
        m_selection.label
            = context.text("label_mode") == "gold" ? judge::LabelMode::Gold : judge::LabelMode::Vote;
        m_selection.measure = context.text("confidence");
    }

    base::Result<std::vector<CandidateItem>> chunk(
        const std::vector<data::Sample>& samples, std::size_t begin, std::size_t end)
    {
        std::vector<batch::PromptInput> prompts;
        for (std::size_t i = begin; i < end; ++i) {
            base::Result<EncodedPrompt> prompt = m_judge.encoder.encode(samples[i], text::PromptMode::Caption,
                PromptLimits::of(m_context.step.params), SampleEncoder::Pixels::Skip);
            if (!prompt)
                return prompt.error();
            prompts.push_back(std::move(prompt->input));
        }
        m_options.firstPrompt = begin;
        const double start = base::monotonicSeconds();
        base::Result<std::vector<rollout::Completion>> completions
            = generateTogether(m_context, m_judge.policy, prompts, m_options);
        if (!completions)
            return completions.error();
        if (!m_context.isLead())
            return std::vector<CandidateItem> {};
        reportRate(*completions, base::monotonicSeconds() - start, end);
        std::vector<CandidateItem> items;
        const std::size_t paths = static_cast<std::size_t>(m_options.samplesPerPrompt);
        for (std::size_t i = begin; i < end; ++i) {
            base::Result<CandidateItem> item
                = makeItem(samples[i], std::span(*completions).subspan((i - begin) * paths, paths));
            if (!item)
                return item.error();
            items.push_back(*std::move(item));
        }
        return items;
    }

private:
    void reportRate(const std::vector<rollout::Completion>& completions, double seconds, std::size_t step)
    {
        double tokens = 0;
        for (const rollout::Completion& completion : completions)
            tokens += static_cast<double>(completion.ids.size());
        MetricBatch batch(m_context.step.id, static_cast<std::int64_t>(step));
        batch.add("tokens_per_second/rollout", tokens / std::max(seconds, 1e-9));
        batch.send(m_context.sink);
        m_context.sink.rate(tokens / std::max(seconds, 1e-9));
    }

    base::Result<CandidateItem> makeItem(
        const data::Sample& sample, std::span<const rollout::Completion> completions)
    {
        CandidateItem item;
        item.sample = sample;
        store::CandidateRow& row = item.row;
        std::vector<judge::PathEvidence> evidence;
        const std::optional<data::TaskType> task
            = m_context.flag("match_task") ? std::optional(sample.task) : std::nullopt;
        for (const rollout::Completion& completion : completions) {
            store::CandidatePath path;
            path.text = m_judge.encoder.decodeCompletion(completion.ids);
            evidence.push_back(evidenceOf(path.text, completion, m_answers, task));
            path.answer = evidence.back().answer ? data::sideName(*evidence.back().answer) : "";
            path.formatOk = evidence.back().formatOk;
            path.numTokens = static_cast<int>(completion.ids.size());
            path.tokenLogprobs = completion.logprobs;
            path.tokens = m_judge.encoder.tokenTexts(completion.ids);
            row.paths.push_back(std::move(path));
        }
        base::Result<judge::Selection> selection = judge::selectCandidate(evidence, sample.gold, m_selection);
        if (!selection)
            return selection.error();
        for (std::size_t i = 0; i < row.paths.size(); ++i)
            row.paths[i].confidence = confidenceJson(evidence[i], *selection);
        return describe(std::move(item), *selection);
    }

    base::Result<CandidateItem> describe(CandidateItem item, const judge::Selection& selection)
    {
        store::CandidateRow& row = item.row;
        const data::Sample& sample = item.sample;
        row.stage = m_context.step.id;
        row.sampleId = sample.id;
        row.taskType = data::taskTypeName(sample.task);
        row.source = sample.source;
        row.query = sample.query;
        row.responseA = sample.responseA;
        row.responseB = sample.responseB;
        base::Result<std::string> caption = text::captionBody(sample);
        if (!caption)
            return caption.error();
        row.caption = *std::move(caption);
        row.gold = sample.gold ? data::sideName(*sample.gold) : "";
        auto pictures = picturesOf(sample, m_context.artefacts.root() / kPicturesFolder, m_shown);
        if (!pictures)
            return pictures.error();
        row.media = *std::move(pictures);
        row.votesA = selection.votesA;
        row.votesB = selection.votesB;
        row.label = selection.label ? data::sideName(*selection.label) : "";
        row.voteShare = selection.label ? selection.share(*selection.label) : 0.0;
        row.chosen = selection.chosen ? static_cast<int>(*selection.chosen) : -1;
        row.reason = selection.reason;
        base::Result<EncodedPrompt> prompt = m_judge.encoder.encode(sample, text::PromptMode::Visual,
            PromptLimits::of(m_context.step.params), SampleEncoder::Pixels::Skip);
        if (!prompt)
            return prompt.error();
        row.prompt = prompt->text;
        if (selection.chosen) {
            base::Result<std::string> target = text::studentTarget(sample, row.paths[*selection.chosen].text);
            if (!target)
                return target.error();
            row.target = *std::move(target);
        }
        return item;
    }

    StageContext& m_context;
    Judge m_judge;
    vision::PreprocessSettings m_shown;
    rollout::AnswerReader m_answers;
    rollout::GenerateOptions m_options;
    judge::SelectionOptions m_selection;
};

void sendRows(StageContext& context, std::vector<CandidateItem>& items, std::size_t first)
{
    std::vector<store::CandidateRow> rows;
    for (std::size_t i = first; i < items.size(); ++i) {
        items[i].row.stage = context.step.id;
        rows.push_back(items[i].row);
    }
    context.sink.candidates(rows);
}

base::Json summaryOf(const std::vector<CandidateItem>& items)
{
    int chosen = 0, ties = 0, labelled = 0, right = 0;
    for (const CandidateItem& item : items) {
        chosen += item.row.chosen >= 0;
        ties += item.row.label.empty();
        if (!item.row.gold.empty() && !item.row.label.empty()) {
            ++labelled;
            right += item.row.label == item.row.gold;
        }
    }
    base::Json summary = { { "samples", items.size() }, { "chosen", chosen }, { "undecided", ties } };
    if (labelled > 0)
        summary["vote_right"] = static_cast<double>(right) / labelled;
    return summary;
}

} // namespace

base::Result<StageResult> runCmkdStage(StageContext& context, const fs::path& folder)
{
    base::Result<std::vector<data::Sample>> samples = loadInputSamples(context, *context.input("captioned"));
    if (!samples)
        return samples.error();
    base::Result<Judge> judge = loadJudge(context, "policy");
    if (!judge)
        return judge.error();
    const auto shown = shownTiles(context, judge->policy.config);
    if (!shown)
        return shown.error();
    Distiller distiller(context, *std::move(judge), *shown);
    if (context.isLead()) {
        if (base::Status made = base::createFolders(context.workFolder()); !made)
            return made.error();
    }
    std::vector<CandidateItem> items;
    const auto total = static_cast<std::int64_t>(samples->size());
    for (std::size_t begin = 0; begin < samples->size(); begin += kChunk) {
        const std::size_t end = std::min(begin + kChunk, samples->size());
        const fs::path part = context.workFolder() / fmt::format("part-{:08}.jsonl", begin);
        const base::Result<std::string> there = context.ranks.leadSays(fs::exists(part) ? "there" : "");
        if (!there)
            return there.error();
        const bool done = !there->empty();
        base::Result<std::vector<CandidateItem>> chunk
            = done ? readCandidates(part) : distiller.chunk(*samples, begin, end);
        if (!chunk)
            return chunk.error();
        if (!done && context.isLead()) {
            if (base::Status kept = writeCandidates(*chunk, part); !kept)
                return kept.error();
        }
        const std::size_t first = items.size();
        std::move(chunk->begin(), chunk->end(), std::back_inserter(items));
        sendRows(context, items, first);
        context.progress(static_cast<std::int64_t>(end), total);
        context.control.waitWhilePaused();
        if (context.control.stopRequested() != StopRequest::None && end < samples->size())
            return stoppedOnRequest(context);
    }
    if (!context.isLead())
        return StageResult {};
    if (base::Status written = writeCandidates(items, folder / kCandidatesFile); !written)
        return written.error();
    StageResult result;
    result.summary = summaryOf(items);
    context.log(store::EventLevel::Info, "stage", "the teacher has written its paths", result.summary);
    return result;
}

base::Status replayCmkdStage(StageContext& context, const fs::path& folder)
{
    base::Result<std::vector<CandidateItem>> items = readCandidates(folder / kCandidatesFile);
    if (!items)
        return items.error();
    sendRows(context, *items, 0);
    return {};
}

} // namespace msrl::stages
