// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can be known to be wrong with a project before it runs, all at once.
#pragma once

#include "core/curriculum/project.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::curriculum {

enum class Severity { Error, Warning };

struct Problem
{
    Severity severity = Severity::Error;
    std::string nodeId; // empty: the project itself
    std::string field; // a field or a port; may be empty
    std::string text; // what is wrong
    std::string hint; // what to do

    std::string message() const; // "node rl_text, field beta: … (…)"
};

// The problem that message() or an engine's refusal told: "msrl-engine: node rl_text, field beta: …". Nothing
// when the line names no node; its hint stays part of the text.
std::optional<Problem> problemFromMessage(std::string_view line);

// Unknown types and fields, values out of range, unconnected required inputs, wrong port types, cycles.
// With `projectFolder`, paths are resolved against it and missing files are problems too.
std::vector<Problem> validate(const Project& project, const std::filesystem::path& projectFolder = {});

// The first error as an Error for the command line; ok when there is none.
base::Status firstError(const std::vector<Problem>& problems, const std::string& place);

} // namespace msrl::curriculum
