// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mirror_values.h"

#include "core/base/base64.h"

#include <cmath>
#include <limits>

namespace msrl::store {

namespace {

std::string bytesOf(const SQLite::Column& column)
{
    return std::string(
        static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes()));
}

bool isUtf8(const std::string& text)
{
    try {
        static_cast<void>(base::Json(text).dump());
        return true;
    } catch (const base::Json::type_error&) {
        return false;
    }
}

std::string decoded(const base::Json& encoded)
{
    const auto bytes = encoded.is_string() ? base::base64Decode(encoded.get<std::string>()) : std::nullopt;
    if (!bytes)
        throw SQLite::Exception("a mirrored value is not base64");
    return *bytes;
}

} // namespace

base::Json valueOf(const SQLite::Column& column)
{
    if (column.isNull())
        return {};
    if (column.isInteger())
        return column.getInt64();
    if (column.isFloat()) {
        const double real = column.getDouble();
        return std::isfinite(real) ? base::Json(real) : base::Json { { "real", real > 0 ? "inf" : "-inf" } };
    }
    std::string bytes = bytesOf(column);
    if (column.isBlob())
        return { { "bytes", base::base64Encode(bytes) } };
    if (isUtf8(bytes))
        return bytes;
    return { { "text", base::base64Encode(bytes) } };
}

base::Json valuesOf(SQLite::Statement& row, int first)
{
    base::Json values = base::Json::array();
    for (int i = first; i < row.getColumnCount(); ++i)
        values.push_back(valueOf(row.getColumn(i)));
    return values;
}

void bindValue(SQLite::Statement& statement, int index, const base::Json& value)
{
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (value.is_null())
        statement.bind(index);
    else if (value.is_number_integer())
        statement.bind(index, value.get<std::int64_t>());
    else if (value.is_number())
        statement.bind(index, value.get<double>());
    else if (value.is_string())
        statement.bind(index, value.get<std::string>());
    else if (value.contains("real"))
        statement.bind(index, value.at("real") == "inf" ? kInfinity : -kInfinity);
    else if (value.contains("text"))
        statement.bind(index, decoded(value.at("text")));
    else if (value.contains("bytes")) {
        const std::string bytes = decoded(value.at("bytes"));
        // Without bytes SQLite would make it NULL.
        statement.bind(index, bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size()));
    } else {
        throw SQLite::Exception("a mirrored value is of no known kind");
    }
}

void bindValues(SQLite::Statement& statement, const base::Json& values)
{
    if (!values.is_array() || static_cast<int>(values.size()) != statement.getBindParameterCount())
        throw SQLite::Exception("a mirrored row has another number of columns");
    int index = 0;
    for (const base::Json& value : values)
        bindValue(statement, ++index, value);
}

} // namespace msrl::store
