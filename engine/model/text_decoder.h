// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder's loop over its layers: one for prompts, training rows and decoding. Used by this folder only.
// N tokens over all rows, D hidden size.
#pragma once

#include "engine/model/attention.h"
#include "engine/model/forward.h"
#include "engine/model/text_ops.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace msrl::model {

// What one pass over the layers computes with. Copied where the backward recomputes: what it points to must
// outlive that.
struct DecoderPass
{
    const Policy& policy;
    RowLayout layout {}; // which tokens a token attends to
    Rotation rotation {}; // of each token's position
    const Prefix* prefix = nullptr; // what the rows continue
    SuffixCache* cache = nullptr; // decoding: what the rows have so far, and where new keys and values go
    Prefix* collect = nullptr; // prefill: where keys and values go, with this many columns per row
    const PackedWeights* packed = nullptr; // null: computed with the policy's own
    // First token whose hidden state is wanted; those before it end with the last layer's keys.
    std::int64_t wantedFrom = 0;
    Activations activations = Activations::Keep;
    const Trace& trace;
};

// Turns the pass's queries and keys by these positions, one per token, each below the model's maxPositions.
void setPositions(DecoderPass& pass, const std::vector<std::int64_t>& positions);

// x [N,D] -> [wanted tokens,D] after the final norm; `shape` is how activations are shown to the trace.
at::Tensor runDecoder(const DecoderPass& pass, at::Tensor x, at::IntArrayRef shape);

} // namespace msrl::model
