// SPDX-License-Identifier: GPL-3.0-or-later
// The audit gate: what the auditors decided, and for the rest what the thresholds say, becomes the student's
// data.
#include "core/base/hash.h"
#include "core/text/completion.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/inputs.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

#include <map>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

struct Counts
{
    int byMachine = 0;
    int byAuditor = 0;
    int overridden = 0;
    int rejected = 0;
    int belowThreshold = 0;
    int undecidable = 0; // a tie or no valid path, and nobody decided
};

using Decisions = std::map<std::string, store::DecisionRow>;

bool meetsThresholds(const StageContext& context, const store::CandidateRow& row)
{
    if (row.voteShare < context.real("min_vote_share"))
        return false;
    const base::Json& confidence = row.paths[static_cast<std::size_t>(row.chosen)].confidence;
    const auto mean = confidence.find("mean_logprob");
    return mean != confidence.end() && mean->is_number()
        && mean->get<double>() >= context.real("min_confidence");
}

// The target that this item teaches, or nothing when it teaches none.
base::Result<std::optional<std::string>> targetOf(const StageContext& context, const CandidateItem& item,
    const store::DecisionRow* decision, Counts& counts)
{
    const store::CandidateRow& row = item.row;
    const std::string verdict = decision ? decision->verdict : "pending";
    if (verdict == "override") {
        ++counts.overridden;
        if (decision->path < 0)
            return std::optional(decision->text);
        if (static_cast<std::size_t>(decision->path) >= row.paths.size())
            return base::failed(
                fmt::format("the auditor chose path {} of {}", decision->path, row.paths.size()),
                "sample " + row.sampleId);
        base::Result<std::string> target
            = text::studentTarget(item.sample, row.paths[static_cast<std::size_t>(decision->path)].text);
        if (!target)
            return target.error();
        return std::optional(*std::move(target));
    }
    if (verdict == "reject" || verdict == "flag") {
        ++counts.rejected;
        return std::optional<std::string>();
    }
    if (row.chosen < 0) {
        ++counts.undecidable;
        return std::optional<std::string>();
    }
    if (verdict == "accept") {
        ++counts.byAuditor;
        return std::optional(row.target);
    }
    if (!meetsThresholds(context, row)) {
        ++counts.belowThreshold;
        return std::optional<std::string>();
    }
    ++counts.byMachine;
    return std::optional(row.target);
}

// Blocks until an auditor signs the teacher's set off.
base::Status waitForSignOff(StageContext& context, const std::string& teacher)
{
    context.publish(store::StageState::AwaitingAudit, "waits for the auditor's sign-off");
    context.log(store::EventLevel::Info, "gate", "the run waits for the auditor's sign-off");
    for (;;) {
        base::Result<std::optional<store::SignOffRow>> signOff = context.audit.signOff(teacher);
        if (!signOff)
            return signOff.error();
        if (*signOff) {
            context.publish(store::StageState::Running);
            context.log(store::EventLevel::Info, "gate", "signed off by " + (*signOff)->auditor);
            return {};
        }
        if (context.control.stopRequested() != StopRequest::None)
            return stoppedOnRequest(context);
        context.control.waitForRequest(std::chrono::milliseconds(500));
    }
}

} // namespace

base::Result<StageResult> runGateStage(StageContext& context, const fs::path& folder)
{
    const curriculum::PlanInput& input = *context.input("candidates");
    base::Result<std::vector<CandidateItem>> items
        = readCandidates(context.inputFolder(input) / kCandidatesFile);
    if (!items)
        return items.error();
    if (context.text("policy") == "wait") {
        if (base::Status waited = waitForSignOff(context, input.step); !waited)
            return waited.error();
    }
    base::Result<std::vector<store::DecisionRow>> rows = context.audit.decisions(input.step);
    if (!rows)
        return rows.error();
    Decisions decisions;
    for (store::DecisionRow& row : *rows)
        decisions[row.sampleId] = std::move(row);

    Counts counts;
    std::vector<data::Sample> accepted;
    for (const CandidateItem& item : *items) {
        const auto decision = decisions.find(item.row.sampleId);
        base::Result<std::optional<std::string>> target
            = targetOf(context, item, decision == decisions.end() ? nullptr : &decision->second, counts);
        if (!target)
            return target.error();
        if (!*target)
            continue;
        data::Sample sample = item.sample;
        sample.completion = **target;
        accepted.push_back(std::move(sample));
    }
    if (base::Status written = writeSamples(accepted, folder / kSamplesFile); !written)
        return written.error();
    base::Result<std::string> content = base::sha256OfFile(folder / kSamplesFile);
    if (!content)
        return content.error();
    StageResult result;
    result.summary = { { "candidates", items->size() }, { "accepted", accepted.size() },
        { "by_machine", counts.byMachine }, { "by_auditor", counts.byAuditor },
        { "overridden", counts.overridden }, { "rejected", counts.rejected },
        { "below_threshold", counts.belowThreshold }, { "undecidable", counts.undecidable } };
    result.content = *content;
    context.log(store::EventLevel::Info, "gate",
        fmt::format("{} of {} samples accepted", accepted.size(), items->size()), result.summary);
    return result;
}

} // namespace msrl::stages
