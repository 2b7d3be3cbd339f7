// SPDX-License-Identifier: GPL-3.0-or-later
// One run of one curriculum: checked first, then carried out in its run folder.
#pragma once

#include "core/curriculum/plan.h"
#include "engine/cli/run_options.h"
#include "engine/parallel/communicator.h"
#include "engine/stages/executor.h"
#include "engine/stages/stage.h"

#include <filesystem>
#include <functional>
#include <string>

namespace msrl::cli {

struct PreparedRun
{
    std::string projectText; // what the run's project.msrl holds
    curriculum::Project project; // with the options' values, and the gate's policy as asked for
    curriculum::Plan plan;
    stages::RunSettings settings;
    std::filesystem::path artefacts;
};

struct PrepareParts
{
    // Content addresses; empty: read from the files. Runs that share their data share one that remembers.
    std::function<base::Result<std::string>(curriculum::FieldContent, const curriculum::PlanContent&)>
        hashContent;
    bool paths = true; // those of the project have to be there
    bool preflight = true; // look at rows, media, models and the disk as well
    c10::Device device = c10::kCPU; // opened
};

// Reads and checks everything; writes nothing.
base::Result<PreparedRun> prepareRun(const RunOptions& options, const PrepareParts& parts = {});

// Asked after each evaluated policy: a reason ends the run there, with a checkpoint of what has begun.
using AskAfterEvaluation = std::function<std::string(const store::EvaluationRow& row)>;

// Claims the run's folder and carries the plan out with the other ranks, as their lead; run.json and run.db
// tell how it ended. REQUIRES: device::setThreads() was called; a plan on which all ranks agreed
base::Result<stages::RunSummary> executeRun(const RunOptions& options, const PreparedRun& prepared,
    parallel::Communicator& ranks, const AskAfterEvaluation& ask = {});

} // namespace msrl::cli
