// SPDX-License-Identifier: GPL-3.0-or-later
// Caption-based multimodal knowledge distillation, the teachers' half: n paths per sample, vote, format
// filter, confidence, and more paths where they leave it open. Finished chunks are kept on disk, so a killed
// stage goes on where it was.
#include "engine/stages/candidate_item.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/inputs.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/stage_functions.h"
#include "engine/stages/teachers.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kSamplesAtOnce = 128; // part of the packing only: completions do not depend on it

// How the model cuts an image under the limits of the step.
base::Result<vision::PreprocessSettings> shownTiles(
    const StageContext& context, const model::ModelConfig& config)
{
    auto settings = vision::readPreprocessSettings(
        policyFolder(context, *context.input("policy")), { .tileSize = config.vision.imageSize });
    const std::int64_t most = PromptLimits::of(context.step).tilesPerImage;
    return settings && most > 0 ? vision::withMostTiles(*settings, most, "field max_tiles") : settings;
}

judge::SelectionOptions selectionOptions(const StageContext& context)
{
    judge::SelectionOptions options;
    options.label = context.text("label_mode") == "gold" ? judge::LabelMode::Gold : judge::LabelMode::Vote;
    options.measure = context.text("confidence");
    return options;
}

// The second round's paths continue the first one's.
struct Rounds
{
    PathDraw first;
    PathDraw second { .count = 0, .round = 2 };
    std::optional<double> unsureBelow;

    static Rounds of(const StageContext& context)
    {
        Rounds rounds;
        rounds.first.count = context.integer("paths");
        const std::string again = context.text("second_round");
        if (again != "none") {
            rounds.second.first = rounds.first.count;
            rounds.second.count = context.integer("second_paths");
        }
        if (again == "unsure")
            rounds.unsureBelow = context.real("second_below");
        return rounds;
    }
    bool asksAgain() const { return second.count > 0; }
};

class Distiller
{
public:
    Distiller(StageContext& context, Teachers teachers, const vision::PreprocessSettings& shown)
        : m_context(context)
        , m_teachers(std::move(teachers))
        , m_shown(shown)
        , m_selection(selectionOptions(context))
        , m_rounds(Rounds::of(context))
    {
    }

    // Items of samples[begin] to samples[end - 1]; of the lead alone.
    base::Result<std::vector<CandidateItem>> chunk(
        const std::vector<data::Sample>& samples, std::size_t begin, std::size_t end)
    {
        std::vector<std::size_t> which(end - begin);
        std::iota(which.begin(), which.end(), begin);
        base::Result<std::vector<JudgedPaths>> judged = ask(samples, which);
        if (!judged)
            return judged.error();
        std::vector<CandidateItem> items;
        if (!m_context.isLead())
            return items;
        reportRate(end);
        for (std::size_t i = 0; i < which.size(); ++i) {
            base::Result<CandidateItem> item = makeCandidateItem(
                m_context, m_teachers.first().encoder, m_shown, samples[which[i]], std::move((*judged)[i]));
            if (!item)
                return item.error();
            items.push_back(*std::move(item));
        }
        return items;
    }

private:
    base::Result<std::vector<JudgedPaths>> ask(
        const std::vector<data::Sample>& samples, const std::vector<std::size_t>& which)
    {
        auto written = m_teachers.write(m_context, samples, which, m_rounds.first);
        if (!written)
            return written.error();
        std::vector<JudgedPaths> all;
        for (std::size_t i = 0; i < which.size(); ++i) {
            auto judged = judgePaths(std::move((*written)[i]), samples[which[i]], m_selection);
            if (!judged)
                return judged.error();
            all.push_back(*std::move(judged));
        }
        if (base::Status asked = askAgain(samples, which, all); !asked)
            return asked.error();
        return all;
    }

    // On every rank alike: all have all paths.
    base::Status askAgain(const std::vector<data::Sample>& samples, const std::vector<std::size_t>& which,
        std::vector<JudgedPaths>& all)
    {
        std::vector<std::size_t> places; // in `all`
        std::vector<std::size_t> again;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!m_rounds.asksAgain() || !judge::wantsMorePaths(all[i].selection, m_rounds.unsureBelow))
                continue;
            places.push_back(i);
            again.push_back(which[i]);
        }
        if (again.empty())
            return {};
        auto written = m_teachers.write(m_context, samples, again, m_rounds.second);
        if (!written)
            return written.error();
        for (std::size_t i = 0; i < again.size(); ++i) {
            std::vector<WrittenPath> paths = std::move(all[places[i]].paths);
            std::move((*written)[i].begin(), (*written)[i].end(), std::back_inserter(paths));
            auto judged = judgePaths(std::move(paths), samples[again[i]], m_selection);
            if (!judged)
                return judged.error();
            all[places[i]] = *std::move(judged);
        }
        return {};
    }

    void reportRate(std::size_t step)
    {
        const double rate = m_teachers.takeRate();
        MetricBatch batch(m_context.step.id, static_cast<std::int64_t>(step));
        batch.add("tokens_per_second/rollout", rate);
        batch.send(m_context.sink);
        m_context.sink.rate(rate);
    }

    StageContext& m_context;
    Teachers m_teachers;
    vision::PreprocessSettings m_shown;
    judge::SelectionOptions m_selection;
    Rounds m_rounds;
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

base::Json summaryOf(const StageContext& context, const std::vector<CandidateItem>& items)
{
    int chosen = 0, ties = 0, labelled = 0, right = 0, again = 0;
    for (const CandidateItem& item : items) {
        again += !item.row.paths.empty() && item.row.paths.back().round > 1;
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
    if (const auto teachers = context.inputs("policy"); teachers.size() > 1) {
        for (const curriculum::PlanInput& input : teachers)
            summary["teachers"].push_back(input.step);
    }
    if (context.text("second_round") != "none")
        summary["asked_again"] = again;
    return summary;
}

} // namespace

base::Result<StageResult> runCmkdStage(StageContext& context, const fs::path& folder)
{
    base::Result<std::vector<data::Sample>> samples = loadInputSamples(context, *context.input("captioned"));
    if (!samples)
        return samples.error();
    base::Result<Teachers> teachers = Teachers::load(context);
    if (!teachers)
        return teachers.error();
    const auto shown = shownTiles(context, teachers->first().policy.config);
    if (!shown)
        return shown.error();
    Distiller distiller(context, *std::move(teachers), *shown);
    if (context.isLead()) {
        if (base::Status made = base::createFolders(context.workFolder()); !made)
            return made.error();
    }
    std::vector<CandidateItem> items;
    const auto total = static_cast<std::int64_t>(samples->size());
    bool reading = false; // parts that an earlier process has made
    for (std::size_t begin = 0; begin < samples->size(); begin += kSamplesAtOnce) {
        const std::size_t end = std::min(begin + kSamplesAtOnce, samples->size());
        const fs::path part = context.workFolder() / fmt::format("part-{:08}.jsonl", begin);
        const base::Result<std::string> there = context.ranks.leadSays(fs::exists(part) ? "there" : "");
        if (!there)
            return there.error();
        const bool done = !there->empty();
        if (std::exchange(reading, done) && !done) // what follows takes its time
            context.log(store::EventLevel::Info, "resume", fmt::format("goes on after {} items", begin));
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
    result.summary = summaryOf(context, items);
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
