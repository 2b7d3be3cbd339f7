// SPDX-License-Identifier: GPL-3.0-or-later
// Used by this folder only.
#pragma once

#include "core/store/database.h"

#include <cstdint>
#include <string>

namespace msrl::store {

// The metrics, events and samples of a stage above a step, wherever they are kept. Within the caller's
// transaction.
void deleteAfter(SQLite::Database& db, const std::string& stage, std::int64_t lastStep);

} // namespace msrl::store
