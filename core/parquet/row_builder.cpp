// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parquet/row_builder.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>

namespace msrl::parquet {

namespace {

using base::Json;
using Kind = Column::Kind;

std::shared_ptr<arrow::DataType> typeOf(const Column& column)
{
    switch (column.kind) {
    case Kind::Text:
        return arrow::utf8();
    case Kind::Integer:
        return arrow::int64();
    case Kind::Real:
        return arrow::float64();
    case Kind::Image:
        return arrow::struct_(
            { arrow::field("bytes", arrow::binary()), arrow::field("path", arrow::utf8()) });
    case Kind::List:
        return arrow::list(typeOf(column.members.front()));
    case Kind::Struct:
        break;
    }
    arrow::FieldVector fields;
    for (const Column& member : column.members)
        fields.push_back(arrow::field(member.name, typeOf(member)));
    return arrow::struct_(fields);
}

Json featuresOf(const std::vector<Column>& columns);

Json featureOf(const Column& column)
{
    const auto value = [](const char* dtype) { return Json { { "dtype", dtype }, { "_type", "Value" } }; };
    switch (column.kind) {
    case Kind::Text:
        return value("string");
    case Kind::Integer:
        return value("int64");
    case Kind::Real:
        return value("float64");
    case Kind::Image:
        return Json { { "_type", "Image" } };
    case Kind::List:
        return Json::array({ featureOf(column.members.front()) });
    case Kind::Struct:
        break;
    }
    return featuresOf(column.members);
}

Json featuresOf(const std::vector<Column>& columns)
{
    Json features = Json::object();
    for (const Column& column : columns)
        features[column.name] = featureOf(column);
    return features;
}

// Appends values to builders; the first fault stays.
class Appender
{
public:
    Appender(const std::string& place, std::int64_t& bytes)
        : m_place(place)
        , m_bytes(bytes)
    {
    }

    base::Status append(const Column& column, const Json& value, arrow::ArrayBuilder& builder)
    {
        if (value.is_null())
            return of(builder.AppendNull(), column);
        switch (column.kind) {
        case Kind::Text:
            return appendText(column, value, static_cast<arrow::StringBuilder&>(builder));
        case Kind::Integer:
            if (!value.is_number_integer())
                return misfit(column, "a whole number");
            return of(static_cast<arrow::Int64Builder&>(builder).Append(value.get<std::int64_t>()), column);
        case Kind::Real:
            if (!value.is_number())
                return misfit(column, "a number");
            return of(static_cast<arrow::DoubleBuilder&>(builder).Append(value.get<double>()), column);
        case Kind::Image:
            return appendImage(column, value, static_cast<arrow::StructBuilder&>(builder));
        case Kind::List:
            return appendList(column, value, static_cast<arrow::ListBuilder&>(builder));
        case Kind::Struct:
            break;
        }
        return appendStruct(column, value, static_cast<arrow::StructBuilder&>(builder));
    }

    // Members of the row, or of a struct.
    template <class Next>
    base::Status appendMembers(const std::vector<Column>& columns, const Json& object, const Next& builderOf)
    {
        for (const auto& member : object.items()) {
            const bool known = std::any_of(columns.begin(), columns.end(),
                [&](const Column& column) { return column.name == member.key(); });
            if (!known)
                return base::badInput("there is no column for it", m_place + ", member " + member.key());
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto value = object.find(columns[i].name);
            if (auto done = append(columns[i], value == object.end() ? Json() : *value, builderOf(i)); !done)
                return done;
        }
        return {};
    }

private:
    base::Status of(const arrow::Status& status, const Column& column)
    {
        return status.ok()
            ? base::Status()
            : base::Status(base::failed(status.message(), m_place + ", column " + column.name));
    }
    base::Status misfit(const Column& column, const char* expected)
    {
        return base::badInput(fmt::format("is not {}", expected), m_place + ", column " + column.name);
    }

    base::Status appendText(const Column& column, const Json& value, arrow::StringBuilder& builder)
    {
        if (!value.is_string())
            return misfit(column, "a text");
        const auto& text = value.get_ref<const std::string&>();
        m_bytes += static_cast<std::int64_t>(text.size());
        return of(builder.Append(text), column);
    }

    base::Status appendImage(const Column& column, const Json& value, arrow::StructBuilder& builder)
    {
        if (!value.is_object())
            return misfit(column, "an image with its bytes and path");
        auto& bytes = static_cast<arrow::BinaryBuilder&>(*builder.field_builder(0));
        auto& path = static_cast<arrow::StringBuilder&>(*builder.field_builder(1));
        const Json content = value.value("bytes", Json());
        arrow::Status appended = builder.Append();
        if (content.is_binary()) {
            const auto& raw = content.get_binary();
            m_bytes += static_cast<std::int64_t>(raw.size());
            appended &= bytes.Append(raw.data(), static_cast<int>(raw.size()));
        } else if (content.is_null()) {
            appended &= bytes.AppendNull();
        } else {
            return misfit(column, "an image with its bytes");
        }
        const Json name = value.value("path", Json());
        appended &= name.is_string() ? path.Append(name.get<std::string>()) : path.AppendNull();
        return of(appended, column);
    }

    base::Status appendList(const Column& column, const Json& value, arrow::ListBuilder& builder)
    {
        if (!value.is_array())
            return misfit(column, "a list");
        if (auto begun = of(builder.Append(), column); !begun)
            return begun;
        for (const Json& one : value) {
            if (auto done = append(column.members.front(), one, *builder.value_builder()); !done)
                return done;
        }
        return {};
    }

    base::Status appendStruct(const Column& column, const Json& value, arrow::StructBuilder& builder)
    {
        if (!value.is_object())
            return misfit(column, "an object");
        if (auto begun = of(builder.Append(), column); !begun)
            return begun;
        return appendMembers(column.members, value, [&](std::size_t i) -> arrow::ArrayBuilder& {
            return *builder.field_builder(static_cast<int>(i));
        });
    }

    const std::string& m_place;
    std::int64_t& m_bytes;
};

} // namespace

std::shared_ptr<arrow::Schema> schemaOf(const std::vector<Column>& columns)
{
    arrow::FieldVector fields;
    for (const Column& column : columns)
        fields.push_back(arrow::field(column.name, typeOf(column)));
    const Json info = { { "info", { { "features", featuresOf(columns) } } } };
    return arrow::schema(fields, arrow::key_value_metadata({ "huggingface" }, { info.dump() }));
}

struct RowBuilder::Builders
{
    std::vector<std::unique_ptr<arrow::ArrayBuilder>> columns;
};

RowBuilder::RowBuilder(std::vector<Column> columns)
    : m_columns(std::move(columns))
    , m_schema(schemaOf(m_columns))
    , m_builders(std::make_unique<Builders>())
{
    for (const auto& field : m_schema->fields())
        m_builders->columns.push_back(arrow::MakeBuilder(field->type()).ValueOrDie()); // all kinds have one
}

RowBuilder::~RowBuilder() = default;

base::Status RowBuilder::add(const Json& row, const std::string& place)
{
    ++m_rows;
    return Appender(place, m_bytes)
        .appendMembers(m_columns, row,
            [this](std::size_t i) -> arrow::ArrayBuilder& { return *m_builders->columns[i]; });
}

base::Result<std::shared_ptr<arrow::RecordBatch>> RowBuilder::take()
{
    arrow::ArrayVector arrays;
    for (const auto& builder : m_builders->columns) {
        auto array = builder->Finish();
        if (!array.ok())
            return base::failed(array.status().message());
        arrays.push_back(*std::move(array));
    }
    auto batch = arrow::RecordBatch::Make(m_schema, m_rows, std::move(arrays));
    m_rows = 0;
    m_bytes = 0;
    return batch;
}

} // namespace msrl::parquet
