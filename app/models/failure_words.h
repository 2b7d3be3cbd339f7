// SPDX-License-Identifier: GPL-3.0-or-later
// What is left to say of a run that ended badly: the end of its log, and what to do where the cause is plain.
#pragma once

#include "core/store/run_state.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <optional>

namespace msrl::models {

inline constexpr int kLastLines = 50;

struct FailureWords
{
    QStringList lastLines; // of engine.log, at most kLastLines; empty when there is no such file
    QString hint; // one sentence, or nothing
};

// Reads the end of `log` (a missing file is no fault). `signal`: that ended the engine, where it is known.
FailureWords failureWords(
    const std::filesystem::path& log, const store::RunState& state, std::optional<int> signal = std::nullopt);

} // namespace msrl::models
