// SPDX-License-Identifier: GPL-3.0-or-later
// Values of any table as JSON and back, bit for bit. Used by this folder only.
#pragma once

#include "core/base/json.h"
#include "core/store/database.h"

namespace msrl::store {

// Integers, finite reals, texts in UTF-8 and NULL as they are; {"bytes": base64}, {"text": base64} and
// {"real": "inf"} for all else.
base::Json valueOf(const SQLite::Column& column);
// The columns from `first` on.
base::Json valuesOf(SQLite::Statement& row, int first = 0);
// Throws SQLite::Exception for what valueOf() does not write.
void bindValue(SQLite::Statement& statement, int index, const base::Json& value);
void bindValues(SQLite::Statement& statement, const base::Json& values);

} // namespace msrl::store
