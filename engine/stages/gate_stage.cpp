// SPDX-License-Identifier: GPL-3.0-or-later
// The audit gate: what the auditors decided, and for the rest what the thresholds say, becomes the student's
// data.
#include "core/base/hash.h"
#include "core/text/completion.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/data_card.h"
#include "engine/stages/gate_policy.h"
#include "engine/stages/inputs.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

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

std::string waitText(const StageContext& context, const GateSample& sample)
{
    if (context.text("policy") != "sampled")
        return "waits for the auditor's sign-off";
    if (!sample.isComplete())
        return fmt::format(
            "waits for decisions about a random sample: {} of {} made", sample.decided, sample.drawn);
    return fmt::format(
        "{} of {} in the random sample are wrong: the error may be up to {:.1f} %, above the {:.1f} % "
        "allowed. Waits for a sign-off",
        sample.wrong, sample.drawn, 100 * sample.bound, 100 * context.real("max_error"));
}

struct Passage
{
    std::optional<store::SignOffRow> signOff;
    GateSample sample;
};

// What lets the set through by now; nothing while it has to wait.
base::Result<std::optional<Passage>> lookAtGate(StageContext& context, const std::string& teacher,
    const std::vector<CandidateItem>& items, GateSample& sample)
{
    base::Result<std::optional<store::SignOffRow>> signOff = context.audit.signOff(teacher);
    if (!signOff)
        return signOff.error();
    if (context.text("policy") == "sampled") {
        base::Result<Decisions> decisions = readDecisions(context, teacher);
        if (!decisions)
            return decisions.error();
        sample = lookAtSample(context, teacher, items, *decisions);
        const bool nothingToSee = sample.drawn == 0;
        if (nothingToSee || (sample.isComplete() && sample.bound <= context.real("max_error")))
            return std::optional(Passage { *signOff, sample });
    }
    return *signOff ? std::optional(Passage { *signOff, sample }) : std::nullopt;
}

// Blocks until the policy is met.
base::Result<Passage> waitAtGate(
    StageContext& context, const std::string& teacher, const std::vector<CandidateItem>& items)
{
    std::string told;
    for (;;) {
        GateSample sample;
        base::Result<std::optional<Passage>> passage = lookAtGate(context, teacher, items, sample);
        if (!passage)
            return passage.error();
        if (*passage) {
            const std::string why = (*passage)->signOff
                ? "signed off by " + (*passage)->signOff->auditor
                : fmt::format("the random sample of {} shows an error below {:.1f} %", sample.drawn,
                    100 * sample.bound);
            if (!told.empty())
                context.publish(store::StageState::Running);
            context.log(store::EventLevel::Info, "gate", why);
            return **passage;
        }
        if (const std::string text = waitText(context, sample); text != told) {
            context.publish(store::StageState::AwaitingAudit, text);
            if (told.empty())
                context.log(store::EventLevel::Info, "gate", "the run " + text);
            told = text;
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
    Passage passage;
    if (context.text("policy") != "automatic") {
        base::Result<Passage> waited = waitAtGate(context, input.step, *items);
        if (!waited)
            return waited.error();
        passage = *std::move(waited);
        context.control.waitWhilePaused(); // asked for while the gate was shut
    }
    base::Result<Decisions> decisions = readDecisions(context, input.step);
    if (!decisions)
        return decisions.error();
    Counts counts;
    std::vector<data::Sample> accepted;
    std::vector<std::string> ids;
    for (const CandidateItem& item : *items) {
        const auto decision = decisions->find(item.row.sampleId);
        base::Result<std::optional<std::string>> target
            = targetOf(context, item, decision == decisions->end() ? nullptr : &decision->second, counts);
        if (!target)
            return target.error();
        if (!*target)
            continue;
        data::Sample sample = item.sample;
        sample.completion = **target;
        ids.push_back(sample.id);
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
    const CardFacts facts { *items, ids, *decisions, result.summary, passage.signOff };
    if (base::Status written = writeDataCard(context, facts, folder); !written)
        return written.error();
    context.log(store::EventLevel::Info, "gate",
        fmt::format("{} of {} samples accepted", accepted.size(), items->size()), result.summary);
    return result;
}

} // namespace msrl::stages
