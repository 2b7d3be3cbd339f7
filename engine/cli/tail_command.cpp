// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine tail: what a run says, now and as it goes on.
#include "core/store/run_state.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/run_words.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr auto kTailEvery = std::chrono::milliseconds(200);

struct TailOptions
{
    fs::path run;
    int lines = 20;
    bool follow = false;
    bool json = false;
    std::string level = "info";
};

base::Result<store::EventLevel> levelFromName(const std::string& name)
{
    using store::EventLevel;
    for (const EventLevel level :
        { EventLevel::Debug, EventLevel::Info, EventLevel::Warning, EventLevel::Error }) {
        if (name == store::eventLevelName(level))
            return level;
    }
    return base::badInput(fmt::format("'{}' is no level", name), "--level", "debug, info, warning or error");
}

void show(const std::vector<RunWord>& words, std::size_t most, bool json)
{
    std::string text;
    for (std::size_t i = words.size() - std::min(words.size(), most); i < words.size(); ++i) {
        // Lines of a log need not be UTF-8.
        text += json ? words[i].json().dump(-1, ' ', false, base::Json::error_handler_t::replace)
                     : words[i].text();
        text += "\n";
    }
    print(text);
}

base::Status tail(const TailOptions& options)
{
    const base::Result<store::EventLevel> level = levelFromName(options.level);
    if (!level)
        return level.error();
    const store::RunFolder folder(options.run);
    if (!folder.isRunFolder())
        return base::badInput("is not a run folder: it has no run.json", options.run.string());
    RunWords words(folder, *level);
    auto most = static_cast<std::size_t>(options.lines);
    for (;;) {
        // Asked before reading: the last words of an engine that has ended are then among them.
        const base::Result<store::RunInfo> info = folder.readInfo();
        if (!info)
            return info.error();
        const store::RunState state = store::deriveRunState(store::observe(*info));
        const base::Result<std::vector<RunWord>> news = words.read();
        if (!news)
            return news.error();
        show(*news, most, options.json);
        most = std::string::npos;
        if (options.follow && state.kind == store::RunStateKind::Killed)
            std::fprintf(stderr, "msrl-engine: %s: %s\n", options.run.c_str(), state.detail.c_str());
        if (!options.follow || store::isOver(state.kind))
            return {};
        std::this_thread::sleep_for(kTailEvery);
    }
}

} // namespace

void addTailCommand(CLI::App& app, Action& action)
{
    CLI::App* command
        = app.add_subcommand("tail", "Print the last events of a run and the end of its engine.log.");
    const auto options = std::make_shared<TailOptions>();
    command->add_option("run", options->run, "Folder of the run.")->required();
    command->add_option("-n,--lines", options->lines, "How many of those that are there already (20).")
        ->check(wholeFrom(0));
    command->add_flag("-f,--follow", options->follow, "Go on with what comes, until the run ends.");
    command->add_option("--level", options->level,
        "Least level of events: debug, info (default), warning or error. Lines of engine.log have none; from "
        "warning on they are left out.");
    command->add_flag("--json", options->json, "One JSON object per line.");
    command->callback([&action, options] { action = [options] { return tail(*options); }; });
}

} // namespace msrl::cli
