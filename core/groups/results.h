// SPDX-License-Identifier: GPL-3.0-or-later
// What the members of a group have come to, read from their run folders.
#pragma once

#include "core/groups/group_file.h"
#include "core/store/run_state.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace msrl::groups {

// One figure of one evaluated policy.
struct Figure
{
    double value = 0;
    std::int64_t trials = 0; // what the share was counted over; 0: not a share of judgements
};

// By "SET.NAME": pixels.accuracy, pixels.both_orders, text.accuracy, pixels.by_task/image_generation, …;
// "unparsed" is the share of judgements that could not be read.
using Figures = std::map<std::string, Figure>;

// Of the object that `msrl-engine report --json` prints per stage.
Figures figuresOf(const base::Json& report);

struct EvaluatedPolicy
{
    std::string node; // id
    std::string title;
    bool isModel = false; // a given model, not a trained one
    std::string startedFrom; // node id of the policy that it was trained from; empty when unknown
    Figures figures;
};

// Of any run, in plan order; also of one that still goes on.
base::Result<std::vector<EvaluatedPolicy>> evaluatedPolicies(const store::RunFolder& run);

struct MemberResult
{
    Member member;
    bool exists = false; // its run folder is there
    bool finished = false;
    store::RunInfo info;
    store::RunState state;
    double seconds = 0; // of its last engine
    std::vector<std::string> made; // steps, in plan order
    std::vector<std::string> reused; // steps whose result was there already, sets of data left out
    std::vector<EvaluatedPolicy> policies; // in plan order

    // One that was taken up again and has finished is not.
    bool isGivenUp() const { return member.givenUp.has_value() && !finished; }
};

// A member that has not begun is no error. A damaged run folder is.
base::Result<MemberResult> readMember(const GroupFolder& folder, const Member& member);
base::Result<std::vector<MemberResult>> readMembers(const GroupFolder& folder, const RunGroup& group);

} // namespace msrl::groups
