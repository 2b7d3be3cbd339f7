// SPDX-License-Identifier: GPL-3.0-or-later
// What the architectures share in reading and writing config.json.
#pragma once

#include "engine/model/config.h"

#include <string>

namespace msrl::model {

// "image_size": 448 or [448, 448].
std::int64_t squareSize(base::ObjectReader& in, const char* key);
// Faults of `in`: a feature of which only this form is implemented.
void requireText(base::ObjectReader& in, const char* key, const std::string& wanted);
void requireFalse(base::ObjectReader& in, const char* key);

// The decoder's section in both generations: rope_theta, or rope_parameters of transformers 5.
base::Result<TextConfig> readText(const base::Json& json, const std::string& place);
base::Json textJson(const TextConfig& text, bool tied);

// Puts `ours` over the values of `base` and keeps the rest of it.
void overlay(base::Json& base, const base::Json& ours);

} // namespace msrl::model
