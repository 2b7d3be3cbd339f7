// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/node_types.h"

#include "core/curriculum/nodes/nodes.h"
#include "core/curriculum/project.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::curriculum {

const char* portTypeName(PortType type)
{
    switch (type) {
    case PortType::Policy:
        return "policy";
    case PortType::TextPreferences:
        return "text-preferences";
    case PortType::VisualPreferences:
        return "visual-preferences";
    case PortType::CaptionedPreferences:
        return "captioned-preferences";
    case PortType::SftSamples:
        return "sft-samples";
    case PortType::Candidates:
        return "candidates";
    case PortType::Report:
        return "report";
    }
    return "";
}

namespace {

template <class Spec, class Test> const Spec* firstThat(const std::vector<Spec>& specs, Test test)
{
    const auto it = std::find_if(specs.begin(), specs.end(), test);
    return it == specs.end() ? nullptr : &*it;
}

template <class Spec> const Spec* byName(const std::vector<Spec>& specs, std::string_view name)
{
    return firstThat(specs, [&](const Spec& spec) { return spec.name == name; });
}

bool isOfPolicies(const PortSpec& port)
{
    return std::find(port.types.begin(), port.types.end(), PortType::Policy) != port.types.end();
}

base::Json describePort(const PortSpec& port, bool isInput)
{
    base::Json json = { { "name", port.name }, { "label", port.label } };
    for (const PortType type : port.types)
        json["types"].push_back(portTypeName(type));
    if (!port.typeField.empty())
        json["typeField"] = port.typeField;
    if (isInput) {
        json["required"] = port.required;
        json["many"] = port.many;
    }
    json["help"] = port.help;
    return json;
}

base::Json describeNodeType(const NodeTypeSpec& spec)
{
    base::Json json = { { "type", spec.type }, { "title", spec.title }, { "icon", spec.icon },
        { "summary", spec.summary }, { "version", spec.version }, { "inputs", base::Json::array() },
        { "outputs", base::Json::array() }, { "fields", base::Json::array() },
        { "headline", spec.headline } };
    for (const PortSpec& port : spec.inputs)
        json["inputs"].push_back(describePort(port, true));
    for (const PortSpec& port : spec.outputs)
        json["outputs"].push_back(describePort(port, false));
    for (const FieldSpec& field : spec.fields)
        json["fields"].push_back(describeField(field));
    return json;
}

std::vector<NodeTypeSpec>& table()
{
    static std::vector<NodeTypeSpec> types = { modelNode(), datasetNode(), captionerNode(), sftNode(),
        rlNode(), cmkdNode(), gateNode(), evaluateNode(), exportNode() };
    return types;
}

} // namespace

const FieldSpec* NodeTypeSpec::field(std::string_view name) const
{
    return byName(fields, name);
}

const PortSpec* NodeTypeSpec::input(std::string_view name) const
{
    return byName(inputs, name);
}

const PortSpec* NodeTypeSpec::output(std::string_view name) const
{
    return byName(outputs, name);
}

const PortSpec* NodeTypeSpec::policyInput() const
{
    return firstThat(inputs, isOfPolicies);
}

bool NodeTypeSpec::givesPolicy() const
{
    return firstThat(outputs, isOfPolicies) != nullptr;
}

const PortSpec* NodeTypeSpec::promptInput() const
{
    return firstThat(inputs, [](const PortSpec& port) { return port.use.prompts; });
}

const std::vector<NodeTypeSpec>& nodeTypes()
{
    return table();
}

void addNodeType(NodeTypeSpec spec)
{
    table().push_back(std::move(spec));
}

const NodeTypeSpec* findNodeType(std::string_view type)
{
    return firstThat(nodeTypes(), [&](const NodeTypeSpec& spec) { return spec.type == type; });
}

StageTraits traitsOf(std::string_view type)
{
    const NodeTypeSpec* spec = findNodeType(type);
    return spec ? spec->traits : StageTraits();
}

base::Json describeNodeTypes()
{
    base::Json json = { { "schema", fmt::format("msrl-project/{}.{}", kSchemaMajor, kSchemaMinor) },
        { "nodeTypes", base::Json::array() } };
    for (const NodeTypeSpec& spec : nodeTypes())
        json["nodeTypes"].push_back(describeNodeType(spec));
    return json;
}

} // namespace msrl::curriculum
