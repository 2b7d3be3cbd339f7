// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine demo and demo-base: the embedded curriculum and the model that it begins with.
#include "core/base/clock.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/output_file.h"
#include "engine/demo/base_judge.h"
#include "engine/demo/demo.h"
#include "engine/device/device.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct DemoOptions
{
    fs::path folder;
    std::uint64_t seed = 0;
    std::string scale = "full";
};

base::Status writeFolder(const DemoOptions& options)
{
    // It is made beside the folder and then put in place.
    if (base::Status fine = checkOutputFolder(fs::absolute(options.folder).lexically_normal().parent_path());
        !fine)
        return fine;
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    std::size_t shown = 101;
    const base::Status written = demo::writeDemo(options.folder, options.seed,
        *demo::demoScaleFromName(options.scale), [&](std::size_t done, std::size_t total) {
            const std::size_t percent = done * 100 / std::max<std::size_t>(total, 1);
            if (!terminal || percent == shown)
                return;
            shown = percent;
            print(fmt::format("\r\033[K{:3}%  writing the data", percent));
        });
    if (terminal)
        print("\r\033[K");
    if (!written)
        return written;
    const std::string folder = options.folder.string();
    print(fmt::format("{0}/project.msrl is ready. Run it with:\n  msrl-engine run {0}/project.msrl --run "
                      "{0}/run --gate auto\n",
        folder));
    return {};
}

void addDemo(CLI::App& app, Action& action)
{
    CLI::App* command
        = app.add_subcommand("demo", "Write the embedded demo: project, data files and the base judge.");
    const auto options = std::make_shared<DemoOptions>();
    command->add_option("folder", options->folder, "New folder.")->required();
    command->add_option("--seed", options->seed, "Of the project and its training data.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    command
        ->add_option("--scale", options->scale,
            "full: minutes, reaches the documented figures. small: every stage, a few steps.")
        ->check(CLI::IsMember({ "full", "small" }))
        ->capture_default_str();
    command->callback([&action, options] { action = [options] { return writeFolder(*options); }; });
}

base::Status makeBase(const fs::path& out, const demo::PretrainOptions& options, int threads)
{
    if (base::Status set = device::setThreads(threads > 0 ? threads : device::numProcessors()); !set)
        return set;
    const double begin = base::monotonicSeconds();
    const base::Result<demo::BaseJudgeReport> made
        = demo::makeBaseJudge(out, options, [&](const demo::PretrainProgress& progress) {
              if (progress.step % 50 == 0 || progress.step == progress.total)
                  print(fmt::format("{}: {}/{}  loss {:.3f}  right {:.3f}  {}\n", progress.phase,
                      progress.step, progress.total, progress.loss, progress.accuracy,
                      base::durationText(base::monotonicSeconds() - begin)));
          });
    if (!made)
        return made.error();
    print(fmt::format("{}: {} parameters, {} tokens; {}\n", out.string(), made->parameters, made->vocabulary,
        made->probe.summary()));
    return {};
}

void addDemoBase(CLI::App& app, Action& action)
{
    CLI::App* command
        = app.add_subcommand("demo-base", "Remake the demo's base judge by pre-training it from nothing.");
    const auto out = std::make_shared<fs::path>();
    const auto options = std::make_shared<demo::PretrainOptions>();
    const auto threads = std::make_shared<int>(0);
    command->add_option("folder", *out, "New folder.")->required();
    command->add_option("--seed", options->seed, "Of the weights and the documents.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    command->add_option("--steps", options->documentSteps, "Steps of the last phase.")->capture_default_str();
    command
        ->add_option(
            "--threads", *threads, "Threads of one operation, workers of its trials; 0 takes all processors.")
        ->capture_default_str();
    command->callback([&action, out, options, threads] {
        action = [out, options, threads] { return makeBase(*out, *options, *threads); };
    });
}

} // namespace

void addDemoCommands(CLI::App& app, Action& action)
{
    addDemo(app, action);
    addDemoBase(app, action);
}

} // namespace msrl::cli
