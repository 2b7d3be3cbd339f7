// SPDX-License-Identifier: GPL-3.0-or-later
// What a project may begin from. The curricula of the paper and of its authors' published scripts are written
// here once: as templates, and as the values that a person's own are compared with.
#pragma once

#include "core/curriculum/project.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::curriculum {

struct TemplateInfo
{
    std::string key; // "paper", "scripts", "demo", "single", "blank"
    std::string title;
    std::string summary; // one sentence
    std::string icon; // resource name
};

const std::vector<TemplateInfo>& projectTemplates();
const TemplateInfo* findTemplate(std::string_view key);

// The project of a template; validate() finds nothing wrong with it except files that are not there. Nothing
// for an unknown key, and for "demo", whose data and base judge `msrl-engine demo` makes.
std::optional<Project> templateProject(std::string_view key);

} // namespace msrl::curriculum
