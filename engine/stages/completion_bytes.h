// SPDX-License-Identifier: GPL-3.0-or-later
// Completions on their way between ranks of one program version; every value arrives bit for bit.
#pragma once

#include "core/base/result.h"
#include "engine/rollout/generate.h"

#include <string>
#include <vector>

namespace msrl::stages {

std::string packCompletions(const std::vector<rollout::Completion>& completions);
// Refused: bytes that packCompletions() cannot have written.
base::Result<std::vector<rollout::Completion>> unpackCompletions(const std::string& bytes);

} // namespace msrl::stages
