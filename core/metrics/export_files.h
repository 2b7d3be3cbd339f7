// SPDX-License-Identifier: GPL-3.0-or-later
// The three forms in which metrics leave a run. Rows are taken one after the other; only the JSON form holds
// them all. Used by this folder only.
#pragma once

#include "core/base/result.h"
#include "core/store/rows.h"

#include <filesystem>
#include <memory>

namespace msrl::metrics {

class ExportFiles
{
public:
    virtual ~ExportFiles() = default;
    virtual base::Status add(const store::MetricRow& row) = 0;
    // After the last row.
    virtual base::Status close() = 0;
};

// stage,step,name,source,value,time_ms: a header and one line per point. Not a number: "nan".
std::unique_ptr<ExportFiles> csvFile(const std::filesystem::path& file);
// {"series": [{"stage", "name", "source", "steps": [], "values": [], "times_ms": []}]}. Not a number: null.
std::unique_ptr<ExportFiles> jsonFile(const std::filesystem::path& file);
// FOLDER/STAGE[/SOURCE]/events.out.tfevents.*: each stage and source is a "run" of TensorBoard, so that new
// and replayed samples share a chart.
std::unique_ptr<ExportFiles> eventFiles(const std::filesystem::path& folder);

// A stage or source as a folder's name: anything but letters, digits and "_-.:" as %XX, so that two never
// meet.
std::string folderName(const std::string& text);

} // namespace msrl::metrics
