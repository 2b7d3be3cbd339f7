// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parquet/cells.h"

#include "core/data/image_bytes.h"

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>
#include <arrow/util/utf8.h>
#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace msrl::parquet {

namespace {

using base::Json;
using Id = arrow::Type;

bool isText(Id::type id)
{
    return id == Id::STRING || id == Id::LARGE_STRING || id == Id::STRING_VIEW;
}

bool isBytes(Id::type id)
{
    return id == Id::BINARY || id == Id::LARGE_BINARY || id == Id::BINARY_VIEW || id == Id::FIXED_SIZE_BINARY;
}

bool isList(Id::type id)
{
    return id == Id::LIST || id == Id::LARGE_LIST || id == Id::FIXED_SIZE_LIST;
}

// As Hugging Face datasets stores images.
bool isImage(const arrow::DataType& type)
{
    if (type.id() != Id::STRUCT || type.num_fields() != 2)
        return false;
    const auto& members = static_cast<const arrow::StructType&>(type);
    const auto bytes = members.GetFieldByName("bytes");
    const auto path = members.GetFieldByName("path");
    return bytes && path && isBytes(bytes->type()->id())
        && (isText(path->type()->id()) || path->type()->id() == Id::NA);
}

bool isPlain(Id::type id)
{
    switch (id) {
    case Id::NA:
    case Id::BOOL:
    case Id::INT8:
    case Id::INT16:
    case Id::INT32:
    case Id::INT64:
    case Id::UINT8:
    case Id::UINT16:
    case Id::UINT32:
    case Id::UINT64:
    case Id::HALF_FLOAT:
    case Id::FLOAT:
    case Id::DOUBLE:
    case Id::DECIMAL32:
    case Id::DECIMAL64:
    case Id::DECIMAL128:
    case Id::DECIMAL256:
    case Id::DATE32:
    case Id::DATE64:
    case Id::TIME32:
    case Id::TIME64:
    case Id::TIMESTAMP:
        return true;
    default:
        return isText(id) || isBytes(id);
    }
}

template <class Array> auto valueAt(const arrow::Array& array, std::int64_t index)
{
    return static_cast<const Array&>(array).Value(index);
}

std::string_view viewAt(const arrow::Array& array, std::int64_t index)
{
    switch (array.type_id()) {
    case Id::STRING:
    case Id::BINARY:
        return static_cast<const arrow::BinaryArray&>(array).GetView(index);
    case Id::LARGE_STRING:
    case Id::LARGE_BINARY:
        return static_cast<const arrow::LargeBinaryArray&>(array).GetView(index);
    case Id::STRING_VIEW:
    case Id::BINARY_VIEW:
        return static_cast<const arrow::BinaryViewArray&>(array).GetView(index);
    default:
        return static_cast<const arrow::FixedSizeBinaryArray&>(array).GetView(index);
    }
}

// As the JSON parser has it, for which a number that is not negative is unsigned.
Json wholeNumber(std::int64_t value)
{
    return value < 0 ? Json(value) : Json(static_cast<std::uint64_t>(value));
}

std::optional<Json> numberAt(const arrow::Array& array, std::int64_t index)
{
    switch (array.type_id()) {
    case Id::BOOL:
        return Json(valueAt<arrow::BooleanArray>(array, index));
    case Id::INT8:
        return wholeNumber(valueAt<arrow::Int8Array>(array, index));
    case Id::INT16:
        return wholeNumber(valueAt<arrow::Int16Array>(array, index));
    case Id::INT32:
        return wholeNumber(valueAt<arrow::Int32Array>(array, index));
    case Id::INT64:
        return wholeNumber(valueAt<arrow::Int64Array>(array, index));
    case Id::UINT8:
        return Json(valueAt<arrow::UInt8Array>(array, index));
    case Id::UINT16:
        return Json(valueAt<arrow::UInt16Array>(array, index));
    case Id::UINT32:
        return Json(valueAt<arrow::UInt32Array>(array, index));
    case Id::UINT64:
        return Json(valueAt<arrow::UInt64Array>(array, index));
    case Id::HALF_FLOAT:
        return Json(arrow::util::Float16::FromBits(valueAt<arrow::HalfFloatArray>(array, index)).ToFloat());
    case Id::FLOAT:
        return Json(valueAt<arrow::FloatArray>(array, index));
    case Id::DOUBLE:
        return Json(valueAt<arrow::DoubleArray>(array, index));
    default:
        return std::nullopt;
    }
}

base::Result<Json> imageJson(const arrow::StructArray& array, std::int64_t index, const std::string& place)
{
    const auto bytes = array.GetFieldByName("bytes");
    const auto path = array.GetFieldByName("path");
    if (!bytes->IsNull(index)) {
        if (auto uri = data::imageDataUri(viewAt(*bytes, index)))
            return Json(*std::move(uri));
        return base::badInput("holds bytes that are no PNG, JPEG or WebP image", place,
            "videos and other media are read from files beside the rows");
    }
    return path->IsNull(index) ? Json() : Json(std::string(viewAt(*path, index)));
}

base::Result<Json> listJson(
    const arrow::Array& values, std::int64_t begin, std::int64_t end, const std::string& place)
{
    Json list = Json::array();
    for (std::int64_t i = begin; i < end; ++i) {
        auto value = cellJson(values, i, place);
        if (!value)
            return value.error();
        list.push_back(*std::move(value));
    }
    return list;
}

template <class Array>
base::Result<Json> listJson(const arrow::Array& array, std::int64_t index, const std::string& place)
{
    const auto& list = static_cast<const Array&>(array);
    return listJson(
        *list.values(), list.value_offset(index), list.value_offset(index) + list.value_length(index), place);
}

base::Result<Json> structJson(const arrow::StructArray& array, std::int64_t index, const std::string& place)
{
    if (isImage(*array.type()))
        return imageJson(array, index, place);
    Json object = Json::object();
    for (int i = 0; i < array.num_fields(); ++i) {
        const std::string& name = array.struct_type()->field(i)->name();
        auto value = cellJson(*array.field(i), index, place + "." + name);
        if (!value)
            return value.error();
        if (!value->is_null())
            object[name] = *std::move(value);
    }
    return object;
}

base::Result<Json> mapJson(const arrow::MapArray& array, std::int64_t index, const std::string& place)
{
    Json object = Json::object();
    for (std::int64_t i = array.value_offset(index);
         i < array.value_offset(index) + array.value_length(index); ++i) {
        auto value = cellJson(*array.items(), i, place);
        if (!value)
            return value.error();
        object[std::string(viewAt(*array.keys(), i))] = *std::move(value);
    }
    return object;
}

base::Result<Json> bytesJson(std::string_view bytes, const std::string& place)
{
    if (auto uri = data::imageDataUri(bytes))
        return Json(*std::move(uri));
    if (arrow::util::ValidateUTF8(bytes))
        return Json(std::string(bytes));
    return base::badInput("holds bytes that are neither a PNG, JPEG or WebP image nor a text", place,
        "videos and other media are read from files beside the rows");
}

// Dates, times and decimals as Arrow writes them.
base::Result<Json> textOf(const arrow::Array& array, std::int64_t index, const std::string& place)
{
    const auto scalar = array.GetScalar(index);
    if (!scalar.ok())
        return base::badInput(scalar.status().message(), place);
    return Json((*scalar)->ToString());
}

} // namespace

base::Status checkName(const std::string& name, const std::string& place)
{
    if (arrow::util::ValidateUTF8(name))
        return {};
    return base::badInput("the name of a column is not UTF-8", place, "the file may be damaged");
}

base::Status checkType(const arrow::DataType& type, const std::string& column)
{
    if (isPlain(type.id()) || isImage(type))
        return {};
    if (type.id() == Id::DICTIONARY)
        return checkType(*static_cast<const arrow::DictionaryType&>(type).value_type(), column);
    if (isList(type.id()))
        return checkType(*type.field(0)->type(), column);
    if (type.id() == Id::MAP && isText(static_cast<const arrow::MapType&>(type).key_type()->id()))
        return checkType(*static_cast<const arrow::MapType&>(type).item_type(), column);
    if (type.id() != Id::STRUCT)
        return base::badInput(fmt::format("cells of type {} are not read", type.ToString()), column,
            "write the column as text, numbers, lists or structs, or leave it out of the file");
    for (const auto& member : type.fields()) {
        if (auto named = checkName(member->name(), column); !named)
            return named;
        if (auto fits = checkType(*member->type(), column + "." + member->name()); !fits)
            return fits;
    }
    return {};
}

void addColumnNames(const arrow::Field& field, const std::string& prefix, std::vector<std::string>& names)
{
    names.push_back(prefix + field.name());
    const arrow::DataType* type = field.type().get();
    while (isList(type->id()))
        type = type->field(0)->type().get();
    if (type->id() != Id::STRUCT || isImage(*type))
        return;
    const std::string own = names.back();
    for (const auto& member : type->fields())
        addColumnNames(*member, own + ".", names);
}

base::Result<Json> cellJson(const arrow::Array& array, std::int64_t index, const std::string& place)
{
    if (array.IsNull(index) || array.type_id() == Id::NA)
        return Json();
    if (auto number = numberAt(array, index))
        return *std::move(number);
    const Id::type id = array.type_id();
    if (isText(id))
        return Json(std::string(viewAt(array, index)));
    if (isBytes(id))
        return bytesJson(viewAt(array, index), place);
    switch (id) {
    case Id::STRUCT:
        return structJson(static_cast<const arrow::StructArray&>(array), index, place);
    case Id::LIST:
        return listJson<arrow::ListArray>(array, index, place);
    case Id::LARGE_LIST:
        return listJson<arrow::LargeListArray>(array, index, place);
    case Id::FIXED_SIZE_LIST:
        return listJson<arrow::FixedSizeListArray>(array, index, place);
    case Id::MAP:
        return mapJson(static_cast<const arrow::MapArray&>(array), index, place);
    case Id::DICTIONARY: {
        const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
        return cellJson(*dictionary.dictionary(), dictionary.GetValueIndex(index), place);
    }
    default:
        return textOf(array, index, place);
    }
}

} // namespace msrl::parquet
