// SPDX-License-Identifier: GPL-3.0-or-later
// Floating-point operations that a model needs for some tokens: what a rate in FLOP/s is counted in. Matrix
// products and attention count, two operations for each multiplication; norms, activations and the sampling
// do not. A backward costs twice its forward.
#pragma once

#include "engine/model/config.h"

#include <cstdint>

namespace msrl::speed {

// The decoder's layers for `tokens` tokens that look at `context` keys altogether (a prompt of n tokens:
// about n²/2).
double layerFlops(const model::TextConfig& text, double tokens, double context);

// The distribution over the vocabulary for `tokens` tokens.
double headFlops(const model::TextConfig& text, double tokens);

// Vision tower and projector for `tiles` tiles.
double visionFlops(const model::ModelConfig& config, double tiles);

// Keys that a prompt's own n tokens look at, each at itself and what is before it.
double causalContext(double tokens);

} // namespace msrl::speed
