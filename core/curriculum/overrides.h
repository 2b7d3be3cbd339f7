// SPDX-License-Identifier: GPL-3.0-or-later
// A parameter that a run takes in place of the project's own: NODE.FIELD=VALUE, as on the command line.
#pragma once

#include "core/curriculum/project.h"

#include <string>
#include <string_view>
#include <vector>

namespace msrl::curriculum {

struct Override
{
    std::string node; // id
    std::string field;
    base::Json value; // of the field's type

    bool operator==(const Override&) const = default;
};

// "rl_caption.replay_ratio=2". BadInput for a node or field that the project does not have, and for a value
// of the wrong type or out of range.
base::Result<Override> parseOverride(const Project& project, std::string_view text);
// "rl_caption.replay_ratio=0,2,5": one per value, in that order; a value that comes twice is refused.
base::Result<std::vector<Override>> parseOverrides(const Project& project, std::string_view text);

// What parseOverride() reads.
std::string overrideText(const Override& override);
// BadInput where the project lacks a node, and for a field that does not apply to the node as it then is: it
// would change nothing.
base::Status applyOverrides(Project& project, const std::vector<Override>& overrides);
// The value as the field's text: "2", "true", "vote".
std::string valueText(const base::Json& value);

} // namespace msrl::curriculum
