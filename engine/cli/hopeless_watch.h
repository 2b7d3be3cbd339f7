// SPDX-License-Identifier: GPL-3.0-or-later
// Asks, while a member of a group runs, whether it is worth finishing.
#pragma once

#include "core/groups/early_stop.h"
#include "core/store/rows.h"

#include <cstdio>
#include <optional>
#include <string>

namespace msrl::cli {

// REQUIRES: folder, group and project outlive it.
class HopelessWatch
{
public:
    HopelessWatch(const groups::GroupFolder& folder, const groups::RunGroup& group,
        const curriculum::Project& project, groups::Member member);

    // After each evaluated policy of the member: why it should end here, or nothing. What cannot be read of
    // the others is told on standard error and gives no reason.
    std::string ask(const store::EvaluationRow& row);
    const std::optional<groups::GivenUp>& why() const { return m_why; }

private:
    const groups::GroupFolder& m_folder;
    const groups::RunGroup& m_group;
    const curriculum::Project& m_project;
    groups::Member m_member;
    std::optional<groups::GivenUp> m_why;
};

} // namespace msrl::cli
