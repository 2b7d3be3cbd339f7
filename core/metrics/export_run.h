// SPDX-License-Identifier: GPL-3.0-or-later
// All metric series of a run, for spreadsheets, scripts and TensorBoard.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace msrl::metrics {

enum class ExportFormat { Csv, Json, TensorBoard };
// csv, json, tensorboard
std::optional<ExportFormat> exportFormatFromName(const std::string& name);

// Writes what RUN/run.db holds at this moment, running or ended, and returns the number of points. `out` is a
// file, or for TensorBoard a folder (one run of TensorBoard per stage and source in it); it appears whole or
// not at all. Refused (BadInput): a folder that is no run, an `out` that exists, a run without a point.
// Failed: the run went back to a checkpoint meanwhile.
base::Result<std::int64_t> exportRun(
    const std::filesystem::path& run, ExportFormat format, const std::filesystem::path& out);

} // namespace msrl::metrics
