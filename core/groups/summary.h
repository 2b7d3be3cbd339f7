// SPDX-License-Identifier: GPL-3.0-or-later
// A group's figures over its seeds: one row per configuration, with intervals that say what they are of.
#pragma once

#include "core/groups/results.h"
#include "core/judge/statistics.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace msrl::groups {

enum class IntervalKind {
    None,
    Seeds, // Student's 95% interval of the mean over seeds
    Judgements, // one seed only: Wilson's 95% interval over its judgements, which knows nothing of other
                // seeds
};
const char* intervalKindName(IntervalKind kind); // "", "student-t-95-over-seeds", "wilson-95-over-judgements"

struct Estimate
{
    std::map<std::uint64_t, double> bySeed;
    double mean = 0;
    IntervalKind kind = IntervalKind::None;
    judge::Interval interval;
};

struct SummaryRow
{
    std::string key; // of the configuration; "base" for the row of the untrained model
    std::string title;
    std::size_t members = 0; // with this configuration
    std::size_t finished = 0;
    std::string policy; // node id of the policy that the figures are of
    std::map<std::string, Estimate> measures; // by measure, see Figures
    // Main measure less that of the full curriculum, seed by seed; nothing without a common seed.
    std::optional<Estimate> difference;
};

struct GroupSummary
{
    std::string name;
    std::string after; // the policy asked for; empty: each member's last
    std::vector<SummaryRow> rows;
    std::vector<MemberResult> members;
    bool hasPaperRows = false; // every row is one of the paper's table
    std::vector<std::string> common; // "rl_caption.steps=120": what all configurations set alike
    std::vector<std::string> givenUp; // one sentence per member that was given up

    const SummaryRow* row(std::string_view key) const;
};

// The measure that a table compares by: pixels, else captions, else text.
std::string mainMeasure(const GroupSummary& summary);
// "pixels.accuracy" -> "pixels"; "text.both_orders" -> "text, both orders"
std::string measureTitle(const std::string& measure);

// `after`: node id of the policy whose figures are wanted; empty: the last evaluated policy of each member.
// Besides the members' figures each row has "SET.retention": accuracy of that policy on SET by the accuracy
// of the policy that it was trained from. BadInput when no member evaluated `after`.
base::Result<GroupSummary> summarise(
    const RunGroup& group, std::vector<MemberResult> members, const std::string& after = {});

} // namespace msrl::groups
