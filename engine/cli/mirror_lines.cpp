// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/mirror_lines.h"

#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/groups/group_file.h"
#include "core/store/run_mirror.h"
#include "core/store/run_state.h"

#include <algorithm>
#include <fstream>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr double kBeatSeconds = 1;
constexpr std::uint64_t kMaxTextBytes = std::uint64_t { 64 } << 20;
constexpr std::size_t kLogBytesAtOnce = std::size_t { 256 } << 10;
constexpr const char* kLogOffset = "engine.log"; // in the cursor, bytes

// One run's folder, or that of the process that works on a group, which has no rows.
class RunLines
{
public:
    // `place`: within the group; empty: the run alone is mirrored.
    RunLines(store::RunFolder folder, std::string place, store::MirrorCursor cursor)
        : m_folder(std::move(folder))
        , m_place(std::move(place))
        , m_cursor(std::move(cursor))
    {
    }

    const std::string& place() const { return m_place; }
    bool isAlive() const { return m_alive; }

    // Comes before tell(): the last rows of an engine that had ended by then are among those that follow.
    base::Status look()
    {
        m_info.reset();
        m_alive = false;
        if (!m_folder.isRunFolder())
            return {}; // a member that has not begun
        base::Result<store::RunInfo> info = m_folder.readInfo();
        if (!info)
            return info.error();
        m_info = *std::move(info);
        // A member's process is that of the group and goes on after the member's last word.
        const bool isMember = m_place.starts_with("members/");
        m_alive = base::isAlive(m_info->process) && !(isMember && store::isFinal(m_info->phase));
        return {};
    }

    base::Result<bool> tell(const SayLine& say)
    {
        const bool changed = m_info != m_told || m_alive != m_toldAlive;
        if (!m_info || (!m_alive && !changed))
            return false;
        if (changed) // an engine writes them before it says that it runs
            sayFiles(say);
        bool any = false;
        bool more = true;
        // What has ended is told to its end at once and closed: a group has many members.
        for (bool first = true; more && (first || !m_alive); first = false) {
            const base::Result<bool> rows = sayRows(say);
            if (!rows)
                return rows.error();
            more = sayLog(say) || *rows;
            any = any || more;
        }
        if (!m_alive)
            m_source.reset();
        sayInfo(say);
        return any;
    }

private:
    void sayHere(const SayLine& say, base::Json line) const
    {
        if (!m_place.empty())
            line["in"] = m_place;
        say(line);
    }

    void sayFiles(const SayLine& say)
    {
        for (const fs::path& file : { m_folder.projectFile(), m_folder.planFile(), m_folder.commandFile() }) {
            const base::Result<std::string> text = base::readFile(file, kMaxTextBytes);
            const std::size_t hash = text ? std::hash<std::string>()(*text) : 0;
            if (!text || std::exchange(m_files[file.filename().string()], hash) == hash)
                continue;
            sayHere(say, { { "file", file.filename().string() }, { "text", *text } });
        }
    }

    base::Result<bool> sayRows(const SayLine& say)
    {
        // An engine that starts makes, or brings up to date, its run.db first.
        if (m_alive && m_info->phase == store::RunPhase::Starting)
            return false;
        if (!m_source)
            m_source = std::make_unique<store::MirrorSource>(m_folder.runDatabase());
        base::Result<std::vector<base::Json>> news = m_source->next(m_cursor);
        if (!news)
            return news.error();
        for (base::Json& one : *news)
            sayHere(say, std::move(one));
        return !news->empty();
    }

    bool sayLog(const SayLine& say)
    {
        std::ifstream log(m_folder.logFile(), std::ios::binary);
        log.seekg(m_cursor[kLogOffset]);
        std::string text(kLogBytesAtOnce, '\0');
        log.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(log.gcount()));
        if (text.empty())
            return false;
        sayHere(say, { { "log", base::base64Encode(text) }, { "at", m_cursor[kLogOffset] } });
        m_cursor[kLogOffset] += static_cast<std::int64_t>(text.size());
        return true;
    }

    void sayInfo(const SayLine& say)
    {
        const double now = base::monotonicSeconds();
        if (m_told == m_info && m_toldAlive == m_alive && now < m_beat)
            return;
        m_told = m_info;
        m_toldAlive = m_alive;
        m_beat = now + kBeatSeconds;
        sayHere(say, { { "info", store::runInfoToJson(*m_info) }, { "alive", m_alive } });
    }

    store::RunFolder m_folder;
    std::string m_place;
    store::MirrorCursor m_cursor;
    std::unique_ptr<store::MirrorSource> m_source; // while there may be news
    std::map<std::string, std::size_t> m_files; // hashes of those that were told
    std::optional<store::RunInfo> m_info;
    std::optional<store::RunInfo> m_told;
    bool m_alive = false;
    bool m_toldAlive = false;
    double m_beat = 0;
};

class SingleRun : public MirrorLines
{
public:
    SingleRun(const fs::path& folder, store::MirrorCursor cursor)
        : m_run(store::RunFolder(folder), {}, std::move(cursor))
    {
    }

    base::Result<bool> tell(const SayLine& say) override
    {
        if (base::Status seen = m_run.look(); !seen)
            return seen.error();
        return m_run.tell(say);
    }

private:
    RunLines m_run;
};

using Cursors = std::map<std::string, store::MirrorCursor>;

class WholeGroup : public MirrorLines
{
public:
    WholeGroup(groups::GroupFolder folder, Cursors cursors)
        : m_folder(std::move(folder))
        , m_cursors(std::move(cursors))
        , m_process(linesOf(m_folder.process()))
    {
    }

    base::Result<bool> tell(const SayLine& say) override
    {
        base::Result<bool> grown = tellGroup(say);
        if (!grown)
            return grown;
        // Asked before the members and told after them: with its end all of theirs is here.
        if (base::Status seen = m_process.look(); !seen)
            return seen.error();
        bool any = *grown;
        bool alive = m_process.isAlive();
        for (RunLines& member : m_members) {
            if (base::Status seen = member.look(); !seen)
                return seen.error();
            const base::Result<bool> news = member.tell(say);
            if (!news)
                return news;
            any = any || *news;
            alive = alive || member.isAlive();
        }
        const base::Result<bool> news = m_process.tell(say);
        if (!news)
            return news;
        any = any || *news;
        sayAlive(say, alive || any);
        return any;
    }

private:
    RunLines linesOf(const fs::path& run)
    {
        const std::string place = run.lexically_relative(m_folder.root()).generic_string();
        return { store::RunFolder(run), place, m_cursors[place] };
    }

    // group.json, when it is another one than before, and its members.
    base::Result<bool> tellGroup(const SayLine& say)
    {
        base::Result<std::string> text = base::readFile(m_folder.file(), kMaxTextBytes);
        if (!text)
            return text.error();
        if (*text == m_text)
            return false;
        const base::Result<groups::RunGroup> group = m_folder.read();
        if (!group)
            return group.error();
        for (const groups::Member& member : group->members) {
            RunLines lines = linesOf(m_folder.member(member));
            if (std::none_of(m_members.begin(), m_members.end(),
                    [&](const RunLines& known) { return known.place() == lines.place(); }))
                m_members.push_back(std::move(lines));
        }
        m_text = *std::move(text);
        say({ { "file", m_folder.file().filename().string() }, { "text", m_text } });
        return true;
    }

    void sayAlive(const SayLine& say, bool alive)
    {
        const double now = base::monotonicSeconds();
        if (m_toldAlive == alive && now < m_beat)
            return;
        m_toldAlive = alive;
        m_beat = now + kBeatSeconds;
        say({ { "alive", alive } });
    }

    groups::GroupFolder m_folder;
    Cursors m_cursors;
    RunLines m_process;
    std::list<RunLines> m_members;
    std::string m_text; // of group.json
    std::optional<bool> m_toldAlive;
    double m_beat = 0;
};

base::Result<Cursors> cursorsFromJson(const base::Json& json)
{
    if (!json.is_object())
        return base::badInput("is no object of cursors by folder", "cursor");
    Cursors cursors;
    for (const auto& [place, one] : json.items()) {
        base::Result<store::MirrorCursor> cursor = store::cursorFromJson(one);
        if (!cursor)
            return base::within(cursor.error(), place);
        cursors[place] = *std::move(cursor);
    }
    return cursors;
}

} // namespace

base::Result<std::unique_ptr<MirrorLines>> openMirror(const fs::path& folder, const base::Json& after)
{
    if (groups::GroupFolder(folder).isGroup()) {
        base::Result<Cursors> cursors = cursorsFromJson(after);
        if (!cursors)
            return cursors.error();
        return std::unique_ptr<MirrorLines>(
            std::make_unique<WholeGroup>(groups::GroupFolder(folder), *std::move(cursors)));
    }
    if (!store::RunFolder(folder).isRunFolder())
        return base::badInput(
            "is neither a run folder nor that of a group: it has no run.json and no group.json",
            folder.string());
    base::Result<store::MirrorCursor> cursor = store::cursorFromJson(after);
    if (!cursor)
        return cursor.error();
    return std::unique_ptr<MirrorLines>(std::make_unique<SingleRun>(folder, *std::move(cursor)));
}

} // namespace msrl::cli
