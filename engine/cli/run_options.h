// SPDX-License-Identifier: GPL-3.0-or-later
// What a run was asked to do; kept in the run's plan.json, so that `resume` needs only the folder.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace msrl::cli {

struct RunOptions
{
    std::filesystem::path project; // the file as given; relative paths in it are resolved against its folder
    std::filesystem::path run; // the run's folder
    std::optional<std::uint64_t> seed; // the project's when absent
    std::vector<std::string> bypass;
    std::vector<std::string> set; // "NODE.FIELD=VALUE", in place of the project's own
    std::string until;
    std::string gate = "project"; // project, auto or wait
    std::string device = "cpu";
    int threads = 0; // 0: all processors
    std::filesystem::path artefacts; // empty: in the run's folder
    bool detached = false;
    std::string commandLine;
    std::FILE* console = stdout; // progress for people; not kept
};

base::Json optionsToJson(const RunOptions& options);
// Of RUN/plan.json.
base::Result<RunOptions> readOptions(const std::filesystem::path& run);

// As a person would type it.
std::string commandLineOf(const RunOptions& options);

// Runs the whole curriculum in this process; returns when it has ended.
base::Status runCurriculum(const RunOptions& options);
// Goes on with a run that ended before its last step.
base::Status resumeRun(const std::filesystem::path& run, bool detached);

} // namespace msrl::cli
