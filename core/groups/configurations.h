// SPDX-License-Identifier: GPL-3.0-or-later
// From what a person asks for (seeds, stages to leave out, values to try) to the members of a run group.
#pragma once

#include "core/groups/group_file.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::groups {

inline constexpr const char* kFullKey = "full"; // the project as it is
inline constexpr const char* kPaperWord = "paper";

struct GroupRequest
{
    std::vector<std::uint64_t> seeds; // empty: the project's
    // Each one configuration: a node id, several joined by '+', or kPaperWord for the four of the paper's
    // table.
    std::vector<std::string> ablations;
    // "NODE.FIELD=V1,V2": every combination of their values. "NODE.FIELD=V" holds in every configuration.
    std::vector<std::string> set;
};

// Configurations in the order of the table, members seed by seed, so that the first seed's table is whole
// first. The project as it is belongs to it beside ablations, and when nothing is to be varied; ablations and
// values are not combined with each other. BadInput for what the project does not have.
base::Result<RunGroup> makeGroup(const curriculum::Project& project, const GroupRequest& request);

// The paper's ablations of this project by what its stages read: stage 1 is what trains on text, caption RL
// reads captions, CMKD is the distillation node, stage 3 is RL on pixels. BadInput when one of the four is
// missing.
base::Result<std::vector<Configuration>> paperAblations(const curriculum::Project& project);
// VL-RewardBench, InternVL3.5-8B, in the paper's table; nothing for other configurations. "base" is the row
// of the untrained model.
std::optional<double> paperFigure(std::string_view key);

// The held-out set of the kind that a node trains a judge on (pixels, captions or text); nothing for a node
// that trains none.
std::optional<std::string> trainedSet(const curriculum::Project& project, const curriculum::Node& node);

// What a configuration sets that another one sets otherwise or not at all, and what all of them set alike.
std::vector<curriculum::Override> sweptValues(const RunGroup& group, const Configuration& configuration);
std::vector<curriculum::Override> commonValues(const RunGroup& group);

// A value as people say it: a replay ratio of 2 is "2:1", one of 0 is "none", all else is its text.
std::string spokenValue(const curriculum::Override& one);

// `present` with what `asked` adds, in that order. BadInput when they differ in anything that concerns the
// members that are there already.
base::Result<RunGroup> extended(RunGroup present, const RunGroup& asked);

} // namespace msrl::groups
