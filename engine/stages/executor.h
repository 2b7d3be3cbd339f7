// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a plan: finds what is already there, makes what is not, one step after the other.
#pragma once

#include "core/curriculum/plan.h"
#include "engine/stages/stage.h"

namespace msrl::stages {

struct ExecutorParts
{
    const RunSettings& settings;
    const ArtefactStore& artefacts;
    EventSink& sink;
    RunControl& control;
    AuditLog& audit;
    parallel::Communicator& ranks;
};

// What the plan came to: per step its artefact's summary, in plan order.
struct RunSummary
{
    int made = 0;
    int reused = 0;
    // Of the last policy in the plan.
    std::string parametersSha256;
};

// Ends with the first step that fails or is stopped; what was finished before stays. Every rank calls it with
// the same plan. An error that is not Stopped may be this rank's alone: tell the others (abort()).
base::Result<RunSummary> executePlan(const curriculum::Plan& plan, const ExecutorParts& parts);

// Content addresses for makePlan(): model folders by their files, data files with the media that their rows
// name, prompt sets by their templates.
std::function<base::Result<std::string>(curriculum::FieldContent, const curriculum::PlanContent&)>
contentHasher(const std::filesystem::path& projectFolder);

} // namespace msrl::stages
