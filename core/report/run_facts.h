// SPDX-License-Identifier: GPL-3.0-or-later
// What a page about a run tells, read from its folder: one reading for the HTML file and for the PDF.
#pragma once

#include "core/base/result.h"
#include "core/groups/results.h"
#include "core/store/audit_store.h"
#include "core/store/rows.h"
#include "core/store/run_folder.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace msrl::report {

struct Setting
{
    std::string label; // of the field
    std::string value;
    std::string defaultValue;
};

struct StageFacts
{
    store::StageRow row;
    std::vector<Setting> changed; // what the project sets otherwise than the default
};

struct CurvePoint
{
    double step = 0;
    double value = 0;
};

// One series of one stage, by source where there are sources, in order of steps; points that are no number
// are left out and counted.
struct Curve
{
    std::string stage;
    std::string metric; // "reward", "loss"
    std::string source; // "", "new", "replay"
    std::vector<CurvePoint> points;
    std::size_t notFinite = 0;
};

// One CMKD stage: what the teacher offered, and what people said to it.
struct TeacherFacts
{
    std::string stage;
    std::int64_t items = 0;
    std::int64_t ties = 0;
    std::int64_t chosen = 0; // by the machine
    // About the paths and the set as they are, which are all that a gate goes by.
    store::DecisionCounts decisions;
    std::optional<store::SignOffRow> signOff;
};

struct RunFacts
{
    store::RunInfo info;
    std::string state; // as a run's state is told: "finished", "failed", …
    std::string project; // name
    std::uint64_t seed = 0;
    std::string command;
    std::vector<StageFacts> stages; // in plan order, given data and models aside
    std::vector<groups::EvaluatedPolicy> policies; // in plan order
    std::vector<Curve> curves; // by stage in plan order
    std::vector<TeacherFacts> teachers;
    std::vector<store::EventRow> warnings; // and errors, oldest first; at most kMaxWarnings
    std::size_t numWarnings = 0; // all of them
};

inline constexpr std::size_t kMaxWarnings = 12;

// The run may still be going on. Error: no run folder, or one that is damaged (file named).
base::Result<RunFacts> readRunFacts(const std::filesystem::path& run);

} // namespace msrl::report
