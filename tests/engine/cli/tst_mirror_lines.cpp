// SPDX-License-Identifier: GPL-3.0-or-later
// What the mirror tells of a run, and of a group whose members begin and end.
#include "core/base/files.h"
#include "core/base/process.h"
#include "core/groups/group_file.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "engine/cli/mirror_lines.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace msrl::cli {
namespace {

using tests::TemporaryFolder;
using Lines = std::vector<base::Json>;

constexpr int kManyRows = 4500; // more than are read at once

groups::RunGroup sampleGroup()
{
    groups::RunGroup group;
    group.name = "study";
    group.project = "/projects/study.msrl";
    group.projectHash = "0";
    group.configurations.push_back({ "full", "full curriculum", {}, {} });
    for (const std::uint64_t seed : { 1, 2 })
        group.members.push_back({ "full", seed, "full-seed-" + std::to_string(seed), {} });
    return group;
}

// `process`: of this machine, or of nobody.
void writeInfo(const store::RunFolder& folder, store::RunPhase phase, const base::ProcessIdentity& process)
{
    ASSERT_TRUE(base::createFolders(folder.root()));
    store::RunInfo info;
    info.runId = "0123456789abcdef";
    info.phase = phase;
    info.process = process;
    ASSERT_TRUE(folder.writeInfo(info));
}

void writeRun(const store::RunFolder& folder, store::RunPhase phase, int rows)
{
    ASSERT_TRUE(base::createFolders(folder.root()));
    auto store = store::RunStore::open(folder.runDatabase());
    ASSERT_TRUE(store);
    for (int step = 0; step < rows; ++step)
        ASSERT_TRUE(store->append(store::MetricRow { 0, "rl", step, "reward", "new", 0.5, 1 }));
    ASSERT_TRUE(store->flush());
    ASSERT_TRUE(base::writeFileAtomically(folder.planFile(), "{}"));
    writeInfo(folder, phase, base::currentProcess()); // that of the group, which goes on
}

class MirrorLinesTest : public testing::Test
{
protected:
    // What one look tells.
    Lines look(MirrorLines& mirror)
    {
        Lines lines;
        const base::Result<bool> any
            = mirror.tell([&lines](const base::Json& line) { lines.push_back(line); });
        EXPECT_TRUE(any) << any.error().message();
        m_any = any && *any;
        return lines;
    }

    static std::string placeOf(const base::Json& line) { return line.value("in", ""); }

    static std::size_t metricsIn(const Lines& lines, const std::string& place)
    {
        std::size_t count = 0;
        for (const base::Json& line : lines)
            if (placeOf(line) == place && line.value("table", "") == "metrics")
                count += line.at("rows").size();
        return count;
    }

    // Whether any of the group's engines lives; nothing: the line is about something else.
    static std::optional<bool> groupAlive(const base::Json& line)
    {
        if (!line.contains("alive") || line.contains("info"))
            return std::nullopt;
        return line.at("alive").get<bool>();
    }

    // Where the state of this run is told; the end: nowhere.
    static Lines::const_iterator infoIn(const Lines& lines, const std::string& place)
    {
        return std::find_if(lines.begin(), lines.end(),
            [&](const base::Json& line) { return placeOf(line) == place && line.contains("info"); });
    }

    TemporaryFolder m_place;
    groups::GroupFolder m_group { m_place / "group" };
    store::RunFolder m_first { m_group.root() / "members/full-seed-1" };
    store::RunFolder m_second { m_group.root() / "members/full-seed-2" };
    bool m_any = false; // of the last look
};

TEST_F(MirrorLinesTest, aGroupIsToldMemberByMemberUntilItsEnd)
{
    ASSERT_TRUE(base::createFolders(m_group.root()));
    ASSERT_TRUE(m_group.write(sampleGroup()));
    const store::RunFolder process(m_group.process());
    writeInfo(process, store::RunPhase::Running, base::currentProcess());
    writeRun(m_first, store::RunPhase::Finished, kManyRows);
    const auto mirror = openMirror(m_group.root(), base::Json::object());
    ASSERT_TRUE(mirror) << mirror.error().message();

    Lines lines = look(**mirror);
    EXPECT_EQ(lines.front().value("file", ""), "group.json"); // without it a replica knows no member
    const auto ended = infoIn(lines, "members/full-seed-1");
    ASSERT_TRUE(ended != lines.cend());
    EXPECT_FALSE(ended->at("alive").get<bool>()); // though the group's process goes on
    EXPECT_EQ(metricsIn(Lines(lines.cbegin(), ended), "members/full-seed-1"), std::size_t { kManyRows });
    EXPECT_EQ(metricsIn(lines, "members/full-seed-1"), std::size_t { kManyRows });
    EXPECT_TRUE(infoIn(lines, "sweep")->at("alive").get<bool>());
    EXPECT_TRUE(infoIn(lines, "members/full-seed-2") == lines.cend()); // it has not begun
    EXPECT_EQ(groupAlive(lines.back()), true);
    look(**mirror);
    EXPECT_FALSE(m_any);

    writeRun(m_second, store::RunPhase::Running, 3);
    lines = look(**mirror);
    EXPECT_TRUE(m_any);
    EXPECT_EQ(metricsIn(lines, "members/full-seed-2"), 3U);
    EXPECT_TRUE(infoIn(lines, "members/full-seed-2")->at("alive").get<bool>());
    EXPECT_TRUE(infoIn(lines, "members/full-seed-1") == lines.cend()); // nothing more of it

    writeInfo(m_second, store::RunPhase::Finished, {});
    writeInfo(process, store::RunPhase::Finished, {});
    lines = look(**mirror);
    const auto last = infoIn(lines, "members/full-seed-2");
    ASSERT_TRUE(last != lines.cend());
    EXPECT_TRUE(last < infoIn(lines, "sweep")); // with the group's end all of the members' is told
    if (m_any)
        lines = look(**mirror);
    EXPECT_EQ(groupAlive(lines.back()), false);
}

TEST_F(MirrorLinesTest, aGroupThatGrowsIsToldAnew)
{
    groups::RunGroup group = sampleGroup();
    group.members.pop_back();
    ASSERT_TRUE(base::createFolders(m_group.root()));
    ASSERT_TRUE(m_group.write(group));
    const auto mirror = openMirror(m_group.root(), base::Json::object());
    ASSERT_TRUE(mirror);
    writeRun(m_second, store::RunPhase::Finished, 1);
    EXPECT_EQ(metricsIn(look(**mirror), "members/full-seed-2"), 0U); // no member
    ASSERT_TRUE(m_group.write(sampleGroup()));
    const Lines lines = look(**mirror);
    EXPECT_EQ(lines.front().value("file", ""), "group.json");
    EXPECT_EQ(metricsIn(lines, "members/full-seed-2"), 1U);
}

TEST_F(MirrorLinesTest, aLaterConnectionTellsWhatIsNewAlone)
{
    ASSERT_TRUE(base::createFolders(m_group.root()));
    ASSERT_TRUE(m_group.write(sampleGroup()));
    writeRun(m_first, store::RunPhase::Finished, 10);
    writeRun(m_second, store::RunPhase::Finished, 10);
    const auto mirror = openMirror(m_group.root(),
        { { "members/full-seed-1", { { "metrics", 10 } } },
            { "members/full-seed-2", { { "metrics", 7 } } } });
    ASSERT_TRUE(mirror);
    const Lines lines = look(**mirror);
    EXPECT_EQ(metricsIn(lines, "members/full-seed-1"), 0U);
    EXPECT_EQ(metricsIn(lines, "members/full-seed-2"), 3U);
}

TEST_F(MirrorLinesTest, aRunIsToldWithoutAPlace)
{
    writeRun(m_first, store::RunPhase::Finished, 5);
    writeInfo(m_first, store::RunPhase::Finished, {});
    const auto mirror = openMirror(m_first.root(), base::Json::object());
    ASSERT_TRUE(mirror);
    const Lines lines = look(**mirror);
    for (const base::Json& line : lines)
        EXPECT_FALSE(line.contains("in")) << line.dump();
    EXPECT_EQ(metricsIn(lines, ""), 5U);
    ASSERT_TRUE(lines.back().contains("info"));
    EXPECT_FALSE(lines.back().at("alive").get<bool>());
    look(**mirror);
    EXPECT_FALSE(m_any);
}

TEST_F(MirrorLinesTest, whatIsNoRunAndNoGroupIsRefused)
{
    EXPECT_EQ(openMirror(m_group.root(), base::Json::object()).error().code, base::ErrorCode::BadInput);
    ASSERT_TRUE(base::createFolders(m_group.root()));
    ASSERT_TRUE(m_group.write(sampleGroup()));
    writeRun(m_first, store::RunPhase::Finished, 1);
    const base::Json ofRun = { { "metrics", 3 } };
    const base::Json ofGroup = { { "members/full-seed-1", ofRun } };
    EXPECT_FALSE(openMirror(m_group.root(), ofRun));
    EXPECT_FALSE(openMirror(m_first.root(), ofGroup));
    EXPECT_TRUE(openMirror(m_group.root(), ofGroup));
    EXPECT_TRUE(openMirror(m_first.root(), ofRun));
}

} // namespace
} // namespace msrl::cli
