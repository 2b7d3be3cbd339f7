// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a training run needs to go on as if it had never stopped, in one folder that appears whole.
//
//     ROOT/step-00000120/parameters.safetensors   every parameter of the policy
//                        optimiser.safetensors    moments and step counts of the trained ones
//                        state.json               step, cursor, size and SHA-256 of the other two; written
//                        last
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "engine/model/policy.h"
#include "engine/update/optimiser.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace msrl::checkpoint {

struct TrainingState
{
    std::int64_t step = 0; // finished optimiser steps
    // What the stage needs besides: data position, random streams, totals. Anything JSON; doubles survive
    // exactly.
    base::Json cursor = base::Json::object();
    // How good the policy is, higher is better; absent: it was not judged at this step.
    std::optional<double> score = {};
    std::vector<double> recentScores = {}; // of the steps since it was last judged
};

// Of all trained parameters, as update::Adam::state() names it; the same for any number of ranks.
using OptimiserState = std::vector<std::pair<std::string, at::Tensor>>;

struct StoredCheckpoint
{
    std::int64_t step = 0;
    std::filesystem::path folder;
    std::optional<double> score = {}; // as its state.json says
};

// ROOT/step-00000120. A checkpoint of that step that is already there is left alone: it holds the same.
base::Status saveCheckpoint(const std::filesystem::path& root, const model::Policy& policy,
    const OptimiserState& optimiser, const TrainingState& state);
inline base::Status saveCheckpoint(const std::filesystem::path& root, const model::Policy& policy,
    const update::Adam& optimiser, const TrainingState& state)
{
    return saveCheckpoint(root, policy, optimiser.state(), state);
}

// Restores bit for bit; `restore` takes the optimiser's tensors. Refused, with nothing changed: a file that
// is missing, of another size or hash, tensors of another model or other trained parameters.
base::Result<TrainingState> loadCheckpoint(const std::filesystem::path& folder, model::Policy& policy,
    const std::function<base::Status(const OptimiserState&)>& restore);
inline base::Result<TrainingState> loadCheckpoint(
    const std::filesystem::path& folder, model::Policy& policy, update::Adam& optimiser)
{
    return loadCheckpoint(
        folder, policy, [&](const OptimiserState& state) { return optimiser.restore(state); });
}

// Complete checkpoints, oldest first; an absent root has none. Folders without state.json do not count.
base::Result<std::vector<StoredCheckpoint>> listCheckpoints(const std::filesystem::path& root);
// The newest, or nothing.
base::Result<std::optional<StoredCheckpoint>> latestCheckpoint(const std::filesystem::path& root);
// That with the highest score, of equal ones the oldest; nothing when none was judged.
base::Result<std::optional<StoredCheckpoint>> bestCheckpoint(const std::filesystem::path& root);
// Removes all but the newest `keep` and the best. REQUIRES: keep >= 1
base::Status pruneCheckpoints(const std::filesystem::path& root, std::size_t keep);

} // namespace msrl::checkpoint
