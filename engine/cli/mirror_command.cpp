// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/mirror_command.h"

#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/base/version.h"
#include "core/store/run_mirror.h"
#include "core/store/run_state.h"

#include <CLI/CLI.hpp>

#include <fstream>
#include <memory>
#include <thread>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr auto kMirrorEvery = std::chrono::milliseconds(200);
constexpr double kBeatSeconds = 1;
constexpr std::uint64_t kMaxTextBytes = std::uint64_t { 64 } << 20;
constexpr std::size_t kLogBytesAtOnce = std::size_t { 256 } << 10;
constexpr const char* kLogOffset = "engine.log"; // in the cursor, bytes

struct MirrorOptions
{
    fs::path run;
    std::string after = "{}";
    bool once = false;
};

class Mirror
{
public:
    Mirror(const MirrorOptions& options, store::MirrorCursor cursor)
        : m_folder(options.run)
        , m_source(m_folder.runDatabase())
        , m_cursor(std::move(cursor))
    {
    }

    base::Status run(bool once)
    {
        say({ { "mirror", 1 }, { "version", base::kVersion } });
        for (const fs::path& file : { m_folder.projectFile(), m_folder.planFile(), m_folder.commandFile() })
            sayFile(file);
        for (;;) {
            // Asked before the rows: the last ones of an engine that has ended are then among those that
            // follow.
            const base::Result<store::RunInfo> info = m_folder.readInfo();
            if (!info)
                return info.error();
            const bool alive = base::isAlive(info->process);
            bool any = sayLog();
            const auto news = m_source.next(m_cursor);
            if (!news)
                return news.error();
            for (const base::Json& one : *news)
                say(one);
            any = any || !news->empty();
            sayInfo(*info, alive || any); // an end is told after the last row
            if (!any && once)
                return {};
            if (!any)
                std::this_thread::sleep_for(kMirrorEvery);
        }
    }

private:
    // Ends the program where nobody listens any more: SIGPIPE, or a full pipe that is closed.
    static void say(const base::Json& news)
    {
        print(news.dump(-1, ' ', false, base::Json::error_handler_t::replace) + "\n");
        std::fflush(stdout);
    }

    static void sayFile(const fs::path& file)
    {
        if (const base::Result<std::string> text = base::readFile(file, kMaxTextBytes))
            say({ { "file", file.filename().string() }, { "text", *text } });
    }

    void sayInfo(const store::RunInfo& info, bool alive)
    {
        const double now = base::monotonicSeconds();
        if (m_told && *m_told == info && m_toldAlive == alive && now < m_beat)
            return;
        m_told = info;
        m_toldAlive = alive;
        m_beat = now + kBeatSeconds;
        say({ { "info", store::runInfoToJson(info) }, { "alive", alive } });
    }

    bool sayLog()
    {
        std::ifstream log(m_folder.logFile(), std::ios::binary);
        log.seekg(m_cursor[kLogOffset]);
        std::string text(kLogBytesAtOnce, '\0');
        log.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(log.gcount()));
        if (text.empty())
            return false;
        say({ { "log", base::base64Encode(text) }, { "at", m_cursor[kLogOffset] } });
        m_cursor[kLogOffset] += static_cast<std::int64_t>(text.size());
        return true;
    }

    store::RunFolder m_folder;
    store::MirrorSource m_source;
    store::MirrorCursor m_cursor;
    std::optional<store::RunInfo> m_told;
    bool m_toldAlive = false;
    double m_beat = 0;
};

base::Status mirror(const MirrorOptions& options)
{
    if (!store::RunFolder(options.run).isRunFolder())
        return base::badInput("is not a run folder: it has no run.json", options.run.string());
    const auto json = base::parseJson(options.after, "--after");
    if (!json)
        return json.error();
    const auto cursor = store::cursorFromJson(*json);
    if (!cursor)
        return base::within(cursor.error(), "--after");
    return Mirror(options, *cursor).run(options.once);
}

} // namespace

void addMirrorCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("mirror",
        "Print a run as JSON lines, what is there and what comes: the studio on another machine keeps a "
        "replica with it.");
    const auto options = std::make_shared<MirrorOptions>();
    command->add_option("run", options->run, "Folder of the run.")->required();
    command
        ->add_option("--after", options->after,
            "What is known already: {\"metrics\": ROW, …} as the last row of each table.")
        ->type_name("JSON");
    command->add_flag("--once", options->once, "End with what is there now.");
    command->callback([&action, options] { action = [options] { return mirror(*options); }; });
}

} // namespace msrl::cli
