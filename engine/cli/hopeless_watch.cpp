// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/hopeless_watch.h"

#include "core/groups/configurations.h"

#include <utility>
#include <vector>

namespace msrl::cli {

namespace {

// Those that a member is measured by.
base::Result<std::vector<groups::MemberResult>> rivalsOf(
    const groups::GroupFolder& folder, const groups::RunGroup& group, const groups::Member& member)
{
    std::vector<groups::MemberResult> rivals;
    for (const groups::Member& other : group.members) {
        if (other.seed != member.seed || other.configuration == member.configuration)
            continue;
        base::Result<groups::MemberResult> result = groups::readMember(folder, other);
        if (!result)
            return result.error();
        if (result->finished)
            rivals.push_back(*std::move(result));
    }
    return rivals;
}

} // namespace

HopelessWatch::HopelessWatch(const groups::GroupFolder& folder, const groups::RunGroup& group,
    const curriculum::Project& project, groups::Member member)
    : m_folder(folder)
    , m_group(group)
    , m_project(project)
    , m_member(std::move(member))
{
}

std::string HopelessWatch::ask(const store::EvaluationRow& row)
{
    const curriculum::Node* node = m_project.node(row.policy);
    const auto set = node ? groups::trainedSet(m_project, *node) : std::nullopt;
    if (!m_group.earlyStop || !set)
        return {};
    const auto rivals = rivalsOf(m_folder, m_group, m_member);
    if (!rivals) {
        std::fprintf(stderr, "%s\n", rivals.error().message().c_str());
        return {};
    }
    groups::EvaluatedPolicy own;
    own.node = row.policy;
    own.figures = groups::figuresOf(row.report);
    m_why = groups::whyHopeless(own, *set, *rivals, *m_group.earlyStop);
    return m_why ? "given up early: " + groups::givenUpText(m_group, *m_why, curriculum::displayTitle(*node))
                 : std::string();
}

} // namespace msrl::cli
