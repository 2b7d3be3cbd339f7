// SPDX-License-Identifier: GPL-3.0-or-later
// A run group: one project run in several configurations and with several seeds, all sharing one folder of
// artefacts, so that what they have in common is made once.
//
//     GROUP/group.json        what belongs to it (this file's format)
//     GROUP/artefacts/        results of all members by address
//     GROUP/members/NAME/     one run folder per member, as `msrl-engine run` makes them
//     GROUP/sweep/            run.json and engine.log of the process that works on the group
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/curriculum/overrides.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::groups {

// How a member differs from the project.
struct Configuration
{
    std::string key; // unique in the group: "full", "without-stage-1", "rl_caption.replay_ratio=2"
    std::string title; // for people: "without stage 1"
    std::vector<std::string> bypass; // node ids
    std::vector<curriculum::Override> set;

    bool operator==(const Configuration&) const = default;
};

// Why a member was not run to its end (early_stop.h has the rule).
struct GivenUp
{
    std::string after; // node id of the stage after which it fell behind
    std::string set; // held-out set: pixels, captions or text
    double value = 0; // its accuracy there
    std::string against; // key of the configuration that was better
    double best = 0; // and that one's accuracy

    bool operator==(const GivenUp&) const = default;
};

struct Member
{
    std::string configuration; // key
    std::uint64_t seed = 0;
    std::string name; // of its folder
    std::optional<GivenUp> givenUp;

    bool operator==(const Member&) const = default;
};

struct RunGroup
{
    std::string name; // the project's
    std::filesystem::path project; // absolute
    std::string projectHash; // SHA-256 of its bytes: all members ran the same project
    std::string gate = "project"; // as for `run`
    std::string until; // as for `run`
    std::string device = "cpu";
    int threads = 0; // as for `run`; may be another each time the group goes on
    std::optional<double> earlyStop; // margin of early_stop.h; nothing: every member is run to its end
    std::vector<Configuration> configurations; // in the order of the table
    std::vector<Member> members; // in the order of the work

    bool operator==(const RunGroup&) const = default;

    const Configuration* configuration(std::string_view key) const;
};

base::Json groupToJson(const RunGroup& group);
base::Result<RunGroup> groupFromJson(const base::Json& json, const std::string& place);

// Paths within a group's folder; touches nothing until asked.
class GroupFolder
{
public:
    explicit GroupFolder(std::filesystem::path root);

    const std::filesystem::path& root() const { return m_root; }
    std::filesystem::path file() const { return m_root / "group.json"; }
    std::filesystem::path artefacts() const { return m_root / "artefacts"; }
    std::filesystem::path process() const { return m_root / "sweep"; }
    std::filesystem::path member(const Member& member) const { return m_root / "members" / member.name; }

    bool isGroup() const; // has a group.json
    base::Result<RunGroup> read() const;
    base::Status write(const RunGroup& group) const;

private:
    std::filesystem::path m_root;
};

} // namespace msrl::groups
