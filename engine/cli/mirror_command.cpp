// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/mirror_command.h"

#include "core/base/version.h"
#include "engine/cli/mirror_lines.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>
#include <thread>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr auto kMirrorEvery = std::chrono::milliseconds(200);

struct MirrorOptions
{
    fs::path folder;
    std::string after = "{}";
    bool once = false;
};

// Ends the program where nobody listens any more: SIGPIPE, or a full pipe that is closed.
void sayOnOutput(const base::Json& line)
{
    print(line.dump(-1, ' ', false, base::Json::error_handler_t::replace) + "\n");
}

base::Status mirror(const MirrorOptions& options)
{
    const auto after = base::parseJson(options.after, "--after");
    if (!after)
        return after.error();
    const auto lines = openMirror(options.folder, *after);
    if (!lines)
        return lines.error();
    sayOnOutput({ { "mirror", 1 }, { "version", base::kVersion } });
    for (;;) {
        const base::Result<bool> any = (*lines)->tell(sayOnOutput);
        if (!any)
            return any.error();
        if (!*any && options.once)
            return {};
        if (!*any)
            std::this_thread::sleep_for(kMirrorEvery);
    }
}

} // namespace

void addMirrorCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("mirror",
        "Print a run, or a group with all of its runs, as JSON lines, what is there and what comes: the "
        "studio on another machine keeps a replica with it.");
    const auto options = std::make_shared<MirrorOptions>();
    command->add_option("run", options->folder, "Folder of the run or of the group.")->required();
    command
        ->add_option("--after", options->after,
            "What is known already: {\"metrics\": ROW, …} as the last row of each table; of a group by the "
            "folder within it, {\"members/NAME\": {…}}.")
        ->type_name("JSON");
    command->add_flag("--once", options->once, "End with what is there now.");
    command->callback([&action, options] { action = [options] { return mirror(*options); }; });
}

} // namespace msrl::cli
