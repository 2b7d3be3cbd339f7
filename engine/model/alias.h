// SPDX-License-Identifier: GPL-3.0-or-later
// Policies that compute with one set of weights and collect gradients of their own: what threads need that
// run backward at the same time.
#pragma once

#include "engine/model/policy.h"

namespace msrl::model {

// The same storage under new leaves, each trained where the policy's is; without gradients. A change of the
// weights in place is seen by both.
Policy aliasOf(const Policy& policy);

} // namespace msrl::model
