// SPDX-License-Identifier: GPL-3.0-or-later
// What each confidence measure says of one path, beside what it says of the others.
#pragma once

#include "core/store/rows.h"

#include <QString>

#include <cstddef>
#include <string>
#include <vector>

namespace msrl::models {

struct PathMeasure
{
    std::string name; // as judge::confidenceMeasures() has it
    QString title; // "mean log-probability"
    double value = 0;
    int rank = 0; // 1: the surest; equal ones share the better rank
    int known = 0; // paths for which the measure is defined
};

// Of the path at `index`, in the order of judge::confidenceMeasures(); measures without a value are left out.
std::vector<PathMeasure> pathMeasures(const std::vector<store::CandidatePath>& paths, std::size_t index);
// "mean log-probability −0.31 (2 of 8) · answer probability 0.93 (1 of 8)"
QString measuresText(const std::vector<PathMeasure>& measures);

// The path worth a look beside `path`: the surest by `measure` that says another answer, else the surest
// other one; without a measure the first of either kind. -1: there is no other.
int pathToCompare(const std::vector<store::CandidatePath>& paths, int path, const std::string& measure);

} // namespace msrl::models
