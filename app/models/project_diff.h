// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between the project that a run trained and the one that is open: stages, resolved parameters
// and edges. Places, titles of people and comments do not count: they change no result.
#pragma once

#include "core/curriculum/project.h"

#include <QString>

#include <vector>

namespace msrl::models {

struct ProjectChange
{
    QString stage; // title
    QString what; // "Learning rate", "added", "edge from 1b Text RL"
    QString before; // with unit; empty where there was nothing
    QString after;

    bool operator==(const ProjectChange&) const = default;
};

// In the order of the stages of `after`, removed ones last. Values are compared with their defaults filled
// in.
std::vector<ProjectChange> projectChanges(
    const curriculum::Project& before, const curriculum::Project& after);

} // namespace msrl::models
