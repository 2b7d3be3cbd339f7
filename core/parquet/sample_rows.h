// SPDX-License-Identifier: GPL-3.0-or-later
// Samples as rows of our own format in a Parquet file, with their images inside.
#pragma once

#include "core/data/sample.h"
#include "core/parquet/row_builder.h"

namespace msrl::parquet {

// The members of docs/formats/data.md as columns.
std::vector<Column> sampleColumns();

// BadInput: an image that cannot be read, and a video whose frames are listed one by one (a column holds
// either texts or lists).
base::Result<base::Json> sampleRow(const data::Sample& sample);

} // namespace msrl::parquet
