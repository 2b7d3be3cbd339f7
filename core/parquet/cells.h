// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of Arrow arrays as the JSON that the readers of rows take.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace arrow {
class Array;
class DataType;
class Field;
} // namespace arrow

namespace msrl::parquet {

// Numbers, booleans, texts, lists, structs, maps with texts as keys, dictionaries, dates and times of day as
// texts (ISO 8601) and decimals as texts can be read. An image, as a struct of its bytes and its path or as
// bytes alone, becomes a data URI; its path where it has no bytes. Other bytes must be UTF-8. BadInput with
// the column: any other type.
base::Status checkType(const arrow::DataType& type, const std::string& column);

// BadInput with `place`: a name that is no UTF-8.
base::Status checkName(const std::string& name, const std::string& place);

// "turns", "turns.role", "turns.content": also of the structs of a list. An image is one cell.
void addColumnNames(const arrow::Field& field, const std::string& prefix, std::vector<std::string>& names);

// The value at `index`; null where there is none. A struct has no member whose value is null.
// BadInput with `place` for bytes that are neither an image nor a text.
// REQUIRES: checkType() let the type through, and the array is valid.
base::Result<base::Json> cellJson(const arrow::Array& array, std::int64_t index, const std::string& place);

} // namespace msrl::parquet
