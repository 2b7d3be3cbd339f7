// SPDX-License-Identifier: GPL-3.0-or-later
// From a graph to a list of steps, each with the address of its artefact. The address is a hash of the node's
// type and version, its parameters, the run's seed where it draws, and its inputs' addresses, so an unchanged
// step is found again and a changed one makes everything after it stale.
#pragma once

#include "core/curriculum/project.h"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace msrl::curriculum {

struct PlanInput
{
    std::string step; // id of the step that makes it
    std::string port; // its output port
    PortType type = PortType::Policy;

    bool operator==(const PlanInput&) const = default;
};

struct PlanStep
{
    std::string id; // node id; of a type that is planned per policy, a step for each: "evaluate:POLICYNODE"
    std::string nodeId;
    std::string nodeType;
    std::string title;
    base::Json params; // resolved: every field
    std::map<std::string, std::vector<PlanInput>> inputs; // by input port, bypassed nodes already skipped
    std::string hash;
    bool bypassed = false; // no artefact; what follows reads through it
    std::string unfed; // why, where nobody asked for it: the input port that nothing is left to feed
    bool frozen = false; // must be found, is never remade
};

struct Plan
{
    std::uint64_t seed = 0;
    std::vector<PlanStep> steps; // every input stands before its reader

    const PlanStep* step(std::string_view id) const;
};

// A field's value whose content is to be hashed, with the node's other parameters (a dataset's media root).
struct PlanContent
{
    std::string value;
    const base::Json& params;
};

struct PlanOptions
{
    std::set<std::string> bypass; // node ids, in addition to the project's own
    std::string until; // node id: this node and what it needs; empty: all
    std::uint64_t seed = 0;
    // Content address of what a field names (a model folder, a data file with its media, a prompt set). The
    // value is as in the project file; relative paths are the caller's to resolve.
    std::function<base::Result<std::string>(FieldContent, const PlanContent&)> hashContent;
};

// A bypassed node hands on an input of its output's port type (policy to policy). Where it has none, its
// output is absent, and a node left without a required input is bypassed too.
base::Result<Plan> makePlan(const Project& project, const PlanOptions& options);
base::Json planToJson(const Plan& plan);

} // namespace msrl::curriculum
