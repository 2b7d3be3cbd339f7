// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace msrl::curriculum {

const char* fieldTypeName(FieldType type)
{
    switch (type) {
    case FieldType::Integer:
        return "integer";
    case FieldType::Real:
        return "real";
    case FieldType::Boolean:
        return "boolean";
    case FieldType::Choice:
        return "choice";
    case FieldType::Text:
        return "text";
    case FieldType::Path:
        return "path";
    }
    return "";
}

namespace {

std::string rangeText(const FieldSpec& field)
{
    if (field.minimum && field.maximum)
        return fmt::format("between {} and {}", *field.minimum, *field.maximum);
    return field.minimum ? fmt::format("at least {}", *field.minimum)
                         : fmt::format("at most {}", *field.maximum);
}

std::optional<std::string> checkNumber(const FieldSpec& field, const base::Json& value)
{
    if (field.type == FieldType::Integer && !value.is_number_integer())
        return fmt::format("{} is not a whole number", value.dump());
    if (!value.is_number())
        return fmt::format("{} is not a number", value.dump());
    const double number = value.get<double>();
    if (!std::isfinite(number))
        return "the number is not finite";
    if ((field.minimum && number < *field.minimum) || (field.maximum && number > *field.maximum))
        return fmt::format("{} is out of range, it must be {}", value.dump(), rangeText(field));
    return std::nullopt;
}

bool isBlank(const std::string& text)
{
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == ' ' || c == '\t'; });
}

} // namespace

std::optional<std::string> checkFieldValue(const FieldSpec& field, const base::Json& value)
{
    switch (field.type) {
    case FieldType::Integer:
    case FieldType::Real:
        return checkNumber(field, value);
    case FieldType::Boolean:
        if (!value.is_boolean())
            return fmt::format("{} is neither true nor false", value.dump());
        return std::nullopt;
    case FieldType::Choice:
        if (!value.is_string()
            || std::find(field.choices.begin(), field.choices.end(), value.get<std::string>())
                == field.choices.end())
            return fmt::format("{} is not one of {}", value.dump(), fmt::join(field.choices, ", "));
        return std::nullopt;
    case FieldType::Text:
    case FieldType::Path:
        if (!value.is_string())
            return fmt::format("{} is not text", value.dump());
        if (field.required && isBlank(value.get<std::string>()))
            return "must not be empty";
        return std::nullopt;
    }
    return std::nullopt;
}

base::Json describeField(const FieldSpec& field)
{
    base::Json json = { { "name", field.name }, { "label", field.label }, { "section", field.section },
        { "type", fieldTypeName(field.type) }, { "default", field.defaultValue } };
    if (field.minimum)
        json["minimum"] = *field.minimum;
    if (field.maximum)
        json["maximum"] = *field.maximum;
    if (!field.choices.empty())
        json["choices"] = field.choices;
    if (!field.unit.empty())
        json["unit"] = field.unit;
    json["help"] = field.help;
    for (const FieldCondition& condition : field.appliesWhen)
        json["appliesWhen"][condition.field] = condition.values;
    json["required"] = field.required;
    json["live"] = field.live;
    json["affectsResult"] = field.affectsResult;
    return json;
}

} // namespace msrl::curriculum
