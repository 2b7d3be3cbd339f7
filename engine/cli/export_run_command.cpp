// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine export-run: a run's metrics as CSV, JSON or TensorBoard event files.
#include "core/metrics/export_run.h"
#include "engine/cli/command.h"
#include "engine/cli/output_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct ExportOptions
{
    fs::path run;
    std::string format;
    fs::path out;
};

base::Status exportRun(const ExportOptions& options)
{
    const std::optional<metrics::ExportFormat> format = metrics::exportFormatFromName(options.format);
    if (!format)
        return base::badInput(
            fmt::format("'{}' is no format", options.format), "--format", "csv, json or tensorboard");
    if (base::Status fine = checkOutputFile(options.out); !fine && !fs::exists(options.out))
        return fine;
    const base::Result<std::int64_t> numPoints = metrics::exportRun(options.run, *format, options.out);
    if (!numPoints)
        return numPoints.error();
    print(fmt::format("{} points in {}\n", *numPoints, options.out.string()));
    return {};
}

} // namespace

void addExportRunCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("export-run", "Write every metric of a run for other tools.");
    const auto options = std::make_shared<ExportOptions>();
    command->add_option("run", options->run, "Folder of the run; it may still be going on.")->required();
    command->add_option("--format", options->format, "csv, json or tensorboard.")->required();
    command
        ->add_option("--out", options->out,
            "File to write, or the folder of TensorBoard's event files: one of its runs per stage and "
            "source. "
            "Must not exist.")
        ->required();
    command->callback([&action, options] { action = [options] { return exportRun(*options); }; });
}

} // namespace msrl::cli
