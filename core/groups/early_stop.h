// SPDX-License-Identifier: GPL-3.0-or-later
// When a member of a group is given up before its end. Nothing is given up unless a person asks for it, and
// what was given up is told wherever the group is shown.
#pragma once

#include "core/groups/results.h"

#include <optional>
#include <span>
#include <string>

namespace msrl::groups {

inline constexpr double kEarlyStopMargin = 0.1; // what is offered

// After a stage, on the held-out set of the kind that the stage trained on, `own` is more than `margin` below
// the best of the finished `rivals` after the same stage, and Wilson's 95% intervals of the two do not meet.
// Rivals are members with the same seed and another configuration. Nothing otherwise, and nothing after a
// stage that trains no judge, or that no rival has.
std::optional<GivenUp> whyHopeless(
    const EvaluatedPolicy& own, const std::string& set, std::span<const MemberResult> rivals, double margin);

// "after 2a Caption RL its accuracy on captions is 0.512, that of 'New : replay 5:1' is 0.910". The stage
// goes by its id where `stageTitle` is empty.
std::string givenUpText(const RunGroup& group, const GivenUp& why, const std::string& stageTitle = {});

} // namespace msrl::groups
