// SPDX-License-Identifier: GPL-3.0-or-later
// Completions of a training step as the paths that the audit's widgets show: tokens to be coloured, two of a
// group to be compared.
#pragma once

#include "app/models/sample_group_model.h"
#include "core/store/rows.h"

#include <utility>

namespace msrl::models {

enum class TokenHeat { None, Logprob, Entropy };

// Whether what colours the tokens was kept: not for evaluations, nor by earlier versions.
bool hasHeat(const store::SampleRow& sample, TokenHeat heat);

// Text, answer, format and length of the completion, and with a heat its tokens with what colours them: the
// log-probability, or the entropy with its sign changed, which is the log-probability that the policy
// expected of its next token and so on the same scale. Tokens that share a letter are one, as improbable as
// the least of them.
store::CandidatePath completionPath(const store::SampleRow& sample, TokenHeat heat = TokenHeat::None);

// Places in the group, left and right: the best rewarded completion beside the worst rewarded other one, of
// equal ones the first. Right is -1 where there is no other, left too where there is none.
std::pair<int, int> completionsToCompare(const SampleGroup& group);

} // namespace msrl::models
