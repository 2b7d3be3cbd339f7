// SPDX-License-Identifier: GPL-3.0-or-later
// What an accepted set is, for whoever meets it later: where it comes from, who decided what, how wrong it
// may be.
#pragma once

#include "engine/stages/gate_policy.h"

namespace msrl::stages {

inline constexpr const char* kDataCardFile = "data_card.json";

// Written beside the samples: {"teacher", "policy": the gate's parameters, "counts", "decisions": {auditor:
// {verdict: number}}, "captions": {"decided", "wrong"}, "sign_off", "random_sample", "gold": {"known",
// "wrong"} of the machine's accepted choices, "hashes":
// {"candidates", "samples"}}. Hashes are SHA-256 of the files' contents.
struct CardFacts
{
    const std::vector<CandidateItem>& items;
    const std::vector<std::string>& accepted; // sample ids
    const Decisions& decisions;
    base::Json counts;
    std::optional<store::SignOffRow> signOff;
};

base::Status writeDataCard(
    StageContext& context, const CardFacts& facts, const std::filesystem::path& folder);

} // namespace msrl::stages
