// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/export_run.h"

#include "core/base/files.h"
#include "core/base/free_name.h"
#include "core/metrics/export_files.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"

namespace msrl::metrics {
namespace fs = std::filesystem;

namespace {

constexpr int kRowsAtOnce = 50000;

base::Status checkPlaces(const fs::path& run, const fs::path& out)
{
    if (!store::RunFolder(run).isRunFolder())
        return base::badInput("is not a run folder: it has no run.json", run.string());
    std::error_code ec;
    if (fs::symlink_status(out, ec).type() != fs::file_type::not_found)
        return base::badInput(
            "exists already", out.string(), "name a new file or folder: nothing is overwritten");
    const fs::path parent = out.has_parent_path() ? out.parent_path() : fs::path(".");
    if (!fs::is_directory(parent, ec))
        return base::badInput("its folder is missing", out.string());
    return {};
}

std::unique_ptr<ExportFiles> filesFor(ExportFormat format, const fs::path& place)
{
    switch (format) {
    case ExportFormat::Csv:
        return csvFile(place);
    case ExportFormat::Json:
        return jsonFile(place);
    case ExportFormat::TensorBoard:
        break;
    }
    return eventFiles(place);
}

base::Result<std::int64_t> copyRows(const fs::path& run, ExportFiles& files)
{
    store::RunReader reader(store::RunFolder(run).runDatabase());
    store::RunCursor cursor;
    std::int64_t numPoints = 0;
    for (bool more = true; more;) {
        const base::Result<store::RunBatch> batch = reader.poll(cursor, kRowsAtOnce);
        if (!batch)
            return batch.error();
        // The first batch tells of truncations before its own rows; later ones took back what was written.
        if (cursor != store::RunCursor {} && !batch->truncations.empty())
            return base::failed(
                "went back to a checkpoint while it was read", run.string(), "export it again");
        for (const store::MetricRow& row : batch->metrics) {
            if (base::Status added = files.add(row); !added)
                return added.error();
        }
        numPoints += static_cast<std::int64_t>(batch->metrics.size());
        more = batch->metrics.size() == static_cast<std::size_t>(kRowsAtOnce);
        cursor = batch->next;
    }
    if (numPoints == 0)
        return base::badInput("no stage of it has logged a metric yet", run.string());
    if (base::Status closed = files.close(); !closed)
        return closed.error();
    return numPoints;
}

} // namespace

std::optional<ExportFormat> exportFormatFromName(const std::string& name)
{
    if (name == "csv")
        return ExportFormat::Csv;
    if (name == "json")
        return ExportFormat::Json;
    if (name == "tensorboard")
        return ExportFormat::TensorBoard;
    return std::nullopt;
}

base::Result<std::int64_t> exportRun(const fs::path& run, ExportFormat format, const fs::path& out)
{
    if (base::Status fine = checkPlaces(run, out); !fine)
        return fine.error();
    const fs::path target = fs::absolute(out).lexically_normal();
    base::Result<base::FolderTransaction> aside = base::FolderTransaction::begin(target);
    if (!aside)
        return aside.error();
    const bool isFolder = format == ExportFormat::TensorBoard;
    const fs::path place = isFolder ? aside->staging() : aside->staging() / "metrics";
    base::Result<std::int64_t> numPoints { 0 };
    {
        const std::unique_ptr<ExportFiles> files = filesFor(format, place);
        numPoints = copyRows(run, *files);
    }
    if (!numPoints)
        return numPoints;
    const base::Status moved = isFolder ? aside->commit() : base::moveToFreeName(place, target);
    if (!moved)
        return moved.error();
    return numPoints;
}

} // namespace msrl::metrics
