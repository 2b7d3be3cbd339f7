// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/candidate_item.h"

#include "core/text/completion.h"
#include "engine/stages/pictures.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::stages {

namespace {

std::vector<judge::PathEvidence> evidenceOf(const std::vector<WrittenPath>& paths)
{
    std::vector<judge::PathEvidence> evidence;
    for (const WrittenPath& written : paths)
        evidence.push_back(written.evidence);
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

// "; rl_caption 8:0, sft 3:5": the votes for A and B of each of several teachers, in the order of their
// paths.
std::string votesByTeacher(const std::vector<store::CandidatePath>& paths)
{
    struct Votes
    {
        std::string teacher;
        int a = 0;
        int b = 0;
    };
    std::vector<Votes> all;
    for (const store::CandidatePath& path : paths) {
        if (path.teacher.empty())
            continue;
        auto own = std::find_if(
            all.begin(), all.end(), [&](const Votes& votes) { return votes.teacher == path.teacher; });
        if (own == all.end())
            own = all.insert(all.end(), Votes { path.teacher, 0, 0 });
        own->a += path.answer == "A" ? 1 : 0;
        own->b += path.answer == "B" ? 1 : 0;
    }
    std::string text;
    for (const Votes& votes : all)
        text += fmt::format("{} {} {}:{}", text.empty() ? ";" : ",", votes.teacher, votes.a, votes.b);
    return text;
}

std::string reasonText(const judge::Selection& selection, const std::vector<store::CandidatePath>& paths)
{
    const auto again = std::count_if(
        paths.begin(), paths.end(), [](const store::CandidatePath& path) { return path.round > 1; });
    std::string text = selection.reason + votesByTeacher(paths);
    if (again > 0)
        text += fmt::format("; asked again for {} more paths", again);
    return text;
}

base::Status describeSample(const StageContext& context, const vision::PreprocessSettings& shown,
    const data::Sample& sample, store::CandidateRow& row)
{
    row.stage = context.step.id;
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
    auto pictures = picturesOf(sample, context.artefacts.root() / kPicturesFolder, shown);
    if (!pictures)
        return pictures.error();
    row.media = *std::move(pictures);
    return {};
}

} // namespace

base::Result<JudgedPaths> judgePaths(
    std::vector<WrittenPath> paths, const data::Sample& sample, const judge::SelectionOptions& options)
{
    base::Result<judge::Selection> selection
        = judge::selectCandidate(evidenceOf(paths), sample.gold, options);
    if (!selection)
        return selection.error();
    return JudgedPaths { std::move(paths), *std::move(selection) };
}

base::Result<CandidateItem> makeCandidateItem(const StageContext& context, const SampleEncoder& encoder,
    const vision::PreprocessSettings& shown, const data::Sample& sample, JudgedPaths judged)
{
    CandidateItem item;
    item.sample = sample;
    store::CandidateRow& row = item.row;
    if (base::Status described = describeSample(context, shown, sample, row); !described)
        return described.error();
    const judge::Selection& selection = judged.selection;
    for (WrittenPath& written : judged.paths) {
        written.path.confidence = confidenceJson(written.evidence, selection);
        row.paths.push_back(std::move(written.path));
    }
    row.votesA = selection.votesA;
    row.votesB = selection.votesB;
    row.label = selection.label ? data::sideName(*selection.label) : "";
    row.voteShare = selection.label ? selection.share(*selection.label) : 0.0;
    row.chosen = selection.chosen ? static_cast<int>(*selection.chosen) : -1;
    row.reason = reasonText(selection, row.paths);
    base::Result<EncodedPrompt> prompt = encoder.encode(
        sample, text::PromptMode::Visual, PromptLimits::of(context.step), SampleEncoder::Pixels::Skip);
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

} // namespace msrl::stages
