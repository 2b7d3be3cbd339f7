// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/overrides.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace msrl::curriculum {

namespace {

struct Target
{
    const Node* node;
    const FieldSpec* field;
};

template <class Number> std::optional<Number> numberOf(std::string_view text)
{
    Number number {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

// The text as a value of the field's type; as text where it is none, so that the check names it. A real
// number is kept as one ("5" is 5.0): the artefacts' addresses tell the two apart.
base::Json typedValue(const FieldSpec& field, std::string_view text)
{
    if (field.type == FieldType::Integer) {
        if (const auto number = numberOf<std::int64_t>(text))
            return *number;
    } else if (field.type == FieldType::Real) {
        if (const auto number = numberOf<double>(text))
            return *number;
    } else if (field.type == FieldType::Boolean && (text == "true" || text == "false")) {
        return text == "true";
    }
    return std::string(text);
}

std::string fieldNames(const NodeTypeSpec& spec)
{
    std::string names;
    for (const FieldSpec& field : spec.fields)
        names += (names.empty() ? "" : ", ") + field.name;
    return names;
}

// "it applies where source is policy"
std::string conditionText(const FieldSpec& field)
{
    std::string text;
    for (const FieldCondition& condition : field.appliesWhen) {
        std::string values;
        for (const base::Json& value : condition.values)
            values += (values.empty() ? "" : " or ") + (value == "" ? "empty" : valueText(value));
        text += fmt::format(
            "{}{} is {}", text.empty() ? "it applies where " : " and ", condition.field, values);
    }
    return text;
}

base::Result<Target> findTarget(const Project& project, std::string_view text, std::string_view name)
{
    const std::string place(text);
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos)
        return base::badInput("is not of the form NODE.FIELD=VALUE", place);
    const Node* node = project.node(name.substr(0, dot));
    if (!node)
        return base::badInput(fmt::format("there is no node '{}'", name.substr(0, dot)), place,
            "the project has " + nodeNames(project));
    const NodeTypeSpec* spec = findNodeType(node->type);
    const FieldSpec* field = spec ? spec->field(name.substr(dot + 1)) : nullptr;
    if (!field)
        return base::badInput(fmt::format("node '{}' has no parameter '{}'", node->id, name.substr(dot + 1)),
            place, spec ? "it has " + fieldNames(*spec) : std::string());
    return Target { node, field };
}

} // namespace

base::Result<std::vector<Override>> parseOverrides(const Project& project, std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
        return base::badInput("is not of the form NODE.FIELD=VALUE", std::string(text));
    base::Result<Target> target = findTarget(project, text, text.substr(0, equals));
    if (!target)
        return target.error();
    std::vector<Override> overrides;
    std::string_view rest = text.substr(equals + 1);
    for (bool more = true; more;) {
        const std::size_t comma = rest.find(',');
        more = comma != std::string_view::npos;
        Override one { target->node->id, target->field->name,
            typedValue(*target->field, rest.substr(0, comma)) };
        if (const auto wrong = checkFieldValue(*target->field, one.value))
            return base::badInput(*wrong, std::string(text.substr(0, equals)));
        if (std::find(overrides.begin(), overrides.end(), one) != overrides.end())
            return base::badInput(
                fmt::format("{} comes twice", valueText(one.value)), std::string(text.substr(0, equals)));
        overrides.push_back(std::move(one));
        rest.remove_prefix(more ? comma + 1 : rest.size());
    }
    return overrides;
}

base::Result<Override> parseOverride(const Project& project, std::string_view text)
{
    base::Result<std::vector<Override>> overrides = parseOverrides(project, text);
    if (!overrides)
        return overrides.error();
    if (overrides->size() != 1)
        return base::badInput("one value is expected", std::string(text));
    return overrides->front();
}

std::string valueText(const base::Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_float())
        return fmt::format("{}", value.get<double>()); // the shortest text that reads back the same
    return value.dump();
}

std::string overrideText(const Override& override)
{
    return fmt::format("{}.{}={}", override.node, override.field, valueText(override.value));
}

base::Status applyOverrides(Project& project, const std::vector<Override>& overrides)
{
    for (const Override& override : overrides) {
        Node* node = project.node(override.node);
        if (!node)
            return base::badInput(fmt::format("there is no node '{}'", override.node), overrideText(override),
                "the project has " + nodeNames(project));
        node->params[override.field] = override.value;
    }
    for (const Override& override : overrides) {
        const Node& node = *project.node(override.node);
        const FieldSpec* field = findNodeType(node.type)->field(override.field);
        if (!fieldApplies(node, *field))
            return base::badInput(
                fmt::format("{} does not apply to node '{}' with its other parameters", field->name, node.id),
                overrideText(override), conditionText(*field));
    }
    return {};
}

} // namespace msrl::curriculum
