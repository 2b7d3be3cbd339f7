// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a benchmark's official protocols, as a report holds them: whatever their names and depth.
#pragma once

#include "core/base/json.h"

#include <QString>

#include <vector>

namespace msrl::models {

struct OfficialFigure
{
    QString name;
    QString value; // empty for a heading
    std::vector<OfficialFigure> inside;
};

// Of one benchmark, or of one of its sets: all but our own protocol, the comparison of two judges and the
// results of single rows.
std::vector<OfficialFigure> officialFiguresOf(const base::Json& owner);

} // namespace msrl::models
