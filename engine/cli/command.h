// SPDX-License-Identifier: GPL-3.0-or-later
// One subcommand of msrl-engine is one file with one of these functions and one line in main.cpp.
#pragma once

#include "core/base/result.h"

#include <functional>

namespace CLI {
class App;
}

namespace msrl::cli {

// What main() calls once the arguments are parsed; the error's code is the exit code.
using Action = std::function<base::Status()>;

// Each adds its subcommand to `app` and sets `action` when it is the chosen one.
void addDemoCommands(CLI::App& app, Action& action);
void addDistillCommand(CLI::App& app, Action& action);
void addNewCommand(CLI::App& app, Action& action);
void addRunCommands(CLI::App& app, Action& action);
void addLaunchCommand(CLI::App& app, Action& action);
void addControlCommands(CLI::App& app, Action& action);
void addAuditCommand(CLI::App& app, Action& action);
void addSweepCommand(CLI::App& app, Action& action);
void addReportCommand(CLI::App& app, Action& action);
void addTailCommand(CLI::App& app, Action& action);
void addExportRunCommand(CLI::App& app, Action& action);
void addDescribeCommand(CLI::App& app, Action& action);
void addDataCommands(CLI::App& app, Action& action);
void addDebugCommands(CLI::App& app, Action& action);
void addBenchCommand(CLI::App& app, Action& action);
void addEvaluateCommand(CLI::App& app, Action& action);
void addScoreCommands(CLI::App& app, Action& action);
void addServeCommand(CLI::App& app, Action& action);
void addTokenizeCommand(CLI::App& app, Action& action);
void addConvertCommand(CLI::App& app, Action& action);
void addInspectCommand(CLI::App& app, Action& action);
void addPreprocessCommand(CLI::App& app, Action& action);
void addPreviewCommand(CLI::App& app, Action& action);
void addPicturesCommand(CLI::App& app, Action& action);

// Text for people and programs on standard output.
void print(const std::string& text);

} // namespace msrl::cli
