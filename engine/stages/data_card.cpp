// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/data_card.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "engine/stages/inputs.h"

#include <set>

namespace msrl::stages {

namespace {

base::Json decisionsByAuditor(const Decisions& decisions)
{
    base::Json counts = base::Json::object();
    std::map<std::string, std::map<std::string, int>> byAuditor;
    for (const auto& [sample, row] : decisions) {
        if (row.verdict != "pending")
            ++byAuditor[row.auditor][row.verdict];
    }
    for (const auto& [auditor, verdicts] : byAuditor)
        counts[auditor] = verdicts;
    return counts;
}

// How often the caption was found wrong, among the items that somebody decided.
base::Json captionsJson(const Decisions& decisions)
{
    int decided = 0;
    int wrong = 0;
    for (const auto& [sample, row] : decisions) {
        const bool counts = row.verdict == "accept" || row.verdict == "reject" || row.verdict == "override";
        decided += counts ? 1 : 0;
        wrong += counts && row.caption == "wrong" ? 1 : 0;
    }
    return { { "decided", decided }, { "wrong", wrong } };
}

base::Json signOffJson(const std::optional<store::SignOffRow>& row)
{
    if (!row)
        return {};
    return { { "auditor", row->auditor }, { "statement", row->statement }, { "time_ms", row->timeMs },
        { "candidates_hash", row->candidatesHash } };
}

base::Json goldJson(const CardFacts& facts)
{
    const std::set<std::string> accepted(facts.accepted.begin(), facts.accepted.end());
    int known = 0;
    int wrong = 0;
    for (const CandidateItem& item : facts.items) {
        const auto decision = facts.decisions.find(item.row.sampleId);
        const bool overridden = decision != facts.decisions.end() && decision->second.verdict == "override";
        if (item.row.gold.empty() || overridden || !accepted.contains(item.row.sampleId))
            continue;
        ++known;
        wrong += item.row.label == item.row.gold ? 0 : 1;
    }
    return { { "known", known }, { "wrong", wrong } };
}

} // namespace

base::Status writeDataCard(StageContext& context, const CardFacts& facts, const std::filesystem::path& folder)
{
    const curriculum::PlanInput& input = *context.input("candidates");
    const base::Result<std::string> candidates
        = base::sha256OfFile(context.inputFolder(input) / kCandidatesFile);
    if (!candidates)
        return candidates.error();
    const base::Result<std::string> samples = base::sha256OfFile(folder / kSamplesFile);
    if (!samples)
        return samples.error();
    const GateSample sample = lookAtSample(context, input.step, facts.items, facts.decisions);
    base::Json card = { { "teacher", input.step }, { "policy", context.step.params },
        { "counts", facts.counts }, { "decisions", decisionsByAuditor(facts.decisions) },
        { "captions", captionsJson(facts.decisions) }, { "sign_off", signOffJson(facts.signOff) },
        { "random_sample", nullptr }, { "gold", goldJson(facts) },
        { "hashes", { { "candidates", *candidates }, { "samples", *samples } } } };
    if (sample.isComplete())
        card["random_sample"] = { { "checked", sample.decided }, { "wrong", sample.wrong },
            { "error_below", sample.bound }, { "confidence", 0.95 } };
    return base::writeFileAtomically(folder / kDataCardFile, card.dump(2) + "\n");
}

} // namespace msrl::stages
