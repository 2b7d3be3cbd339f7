// SPDX-License-Identifier: GPL-3.0-or-later
// The line above a path: its answer, the format check, the confidence as a bar, and whose choice it is.
#pragma once

#include "core/store/rows.h"

#include <QString>
#include <QWidget>

namespace msrl::pages {

struct PathLook
{
    int index = 0;
    std::string measure; // the confidence shown as a bar
    QString measures; // all of them with their ranks, in one line; may be empty
    bool chosen = false; // by the machine
    bool overridden = false; // an auditor put this one in its place
    bool heat = false; // tokens coloured by log-probability
    bool numbered = true; // the head begins with number and answer
    QString why; // under the chosen one
};

class PathHead : public QWidget
{
    Q_OBJECT

public:
    PathHead(const store::CandidatePath& path, const PathLook& look, QWidget* parent = nullptr);
};

} // namespace msrl::pages
