// SPDX-License-Identifier: GPL-3.0-or-later
// Texts of core's tables (types of stages, ports, fields, choices, templates, measures, states of a run) as
// they are shown. Core knows no Qt, so they are translated where they are read, all in one context.
#pragma once

#include "core/curriculum/project.h"
#include "core/store/run_state.h"

#include <QString>

#include <string>
#include <vector>

namespace msrl::models {

// What translators find the texts under.
inline constexpr const char* kTableContext = "curriculum";

QString tableText(const std::string& text);
// All that tableText() can be asked for, each once, in the tables' order: what translators are given.
std::vector<std::string> tableTexts();
// "Running", "Stopped by you"
QString runStateText(store::RunStateKind kind);
// What a person called the stage, else what its type is called.
QString stageTitle(const curriculum::Node& node);

} // namespace msrl::models
