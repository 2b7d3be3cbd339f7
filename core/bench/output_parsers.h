// SPDX-License-Identifier: GPL-3.0-or-later
// What the official scripts of the benchmarks read from a judge's output. White space and case are ASCII
// (the scripts are Python and use Unicode's).
#pragma once

#include "core/data/sample.h"

#include <optional>
#include <string_view>

namespace msrl::bench {

// VL-RewardBench: "(Overall Judgment|Therefore) … Answer N is [the] [slightly] better" in any case, after
// line ends and '*' are removed; the last such N after the first of the two phrases. Any number is read,
// not only 1 and 2.
std::optional<int> overallJudgment(std::string_view output);

// UnifiedReward's check: the exact words "Answer N is better" anywhere.
bool saysAnswerIsBetter(std::string_view output, int number);
// Also for "Image N is better", "Video N is better". REQUIRES: noun is not empty
bool saysIsBetter(std::string_view output, std::string_view noun, int number);

// Multimodal RewardBench: [[A]] anywhere, else [[B]] anywhere.
std::optional<data::Side> bracketedLetter(std::string_view output);

// GenAI-Bench: from the first "[[" of a line to the last "]]" of that line, both included; empty when no
// line has such.
std::string_view bracketedLabel(std::string_view output);

} // namespace msrl::bench
