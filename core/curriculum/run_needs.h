// SPDX-License-Identifier: GPL-3.0-or-later
// What memory and disk a run will take, told from the sizes of its models.
#pragma once

#include "core/curriculum/project.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace msrl::curriculum {

// Numbers of parameters.
struct ModelSize
{
    std::int64_t vision = 0, projector = 0, language = 0;

    std::int64_t total() const { return vision + projector + language; }
};

// What a dataset stands for, with its subset and its swaps.
struct DatasetSize
{
    std::int64_t samples = 0;
    std::int64_t media = 0; // images and videos of all samples

    bool operator==(const DatasetSize&) const = default;
};

// Bytes. `memory`: of one process, without activations and KV cache.
struct StageNeeds
{
    std::int64_t memory = 0;
    std::int64_t result = 0; // stays when the stage has ended
    std::int64_t checkpoints = 0; // only while it trains
};

// The Model stage whose weights reach `node` by its policies, through what is left out; null: none does.
const Node* modelBehind(const Project& project, const std::string& node);

// Of a stage that trains or writes with a policy of this size. float32 weights, and for what is trained:
// gradients and AdamW's two moments in float32, with compute_dtype bfloat16 also the float32 weights that
// learn. A stage with a KL term holds its reference as well.
StageNeeds needsOf(const Node& node, const ModelSize& model);

// By stage, for those whose Model stage has its size in `sizes` (by node id).
std::map<std::string, StageNeeds> runNeeds(
    const Project& project, const std::map<std::string, ModelSize>& sizes);

// All results, and the checkpoints of the stage that keeps most. Bytes.
std::int64_t diskOf(const std::map<std::string, StageNeeds>& stages);

} // namespace msrl::curriculum
