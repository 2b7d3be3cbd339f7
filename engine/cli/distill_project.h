// SPDX-License-Identifier: GPL-3.0-or-later
// The project that `msrl-engine distill` runs: samples, their captions, the teachers and their paths, and a
// gate where one is asked for.
#pragma once

#include "core/curriculum/overrides.h"
#include "core/curriculum/project.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace msrl::cli {

// Node ids, for values from the command line.
inline constexpr const char* kDistillData = "data";
inline constexpr const char* kDistillPaths = "paths";
inline constexpr const char* kDistillGate = "gate";

struct DistillSources
{
    std::vector<std::string> teachers; // folders, or ID=FOLDER; a folder without an id gives its name
    std::filesystem::path data;
    std::filesystem::path captioner; // who writes the captions; empty: they are in the data, or in `captions`
    std::filesystem::path captions; // file with a caption for each medium
    std::string gatePolicy; // value of the gate's field "policy"; empty: no gate
    std::vector<curriculum::Override> values; // of these nodes
    std::uint64_t seed = 0;
};

// Paths become absolute. Refused: a teacher named twice, a name that is no node id, values that do not fit.
base::Result<curriculum::Project> distillProject(const DistillSources& sources);

} // namespace msrl::cli
