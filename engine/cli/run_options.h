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
    std::filesystem::path project; // the file as given
    std::optional<std::string> projectText; // in place of the file's content, which is yet to be; not kept
    std::filesystem::path folder; // relative paths in it are resolved against this; empty: against its own
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
    int ranks = 1;
    std::string launcher; // mpirun or srun, for more than one rank; empty: mpirun
    std::vector<std::string> hosts; // empty: this machine, or those of the allocation
    std::int64_t rankTimeout = 1800; // seconds that a rank may be silent while the others need it
    std::string commandLine;
    std::FILE* console = stdout; // progress for people; not kept
};

// Where relative paths of the project begin.
std::filesystem::path projectFolderOf(const RunOptions& options);

base::Json optionsToJson(const RunOptions& options);
// Of RUN/plan.json.
base::Result<RunOptions> readOptions(const std::filesystem::path& run);

// Runs the whole curriculum, or this rank's part of it when a launcher has started this process as one of
// several; returns when it has ended. Of an error that another rank has told only the code is returned.
base::Status runCurriculum(const RunOptions& options);

} // namespace msrl::cli
