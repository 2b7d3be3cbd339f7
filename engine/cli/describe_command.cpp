// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/node_types.h"
#include "engine/cli/command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace msrl::cli {

namespace {

std::string portLines(const char* way, const std::vector<curriculum::PortSpec>& ports)
{
    std::string text;
    for (const curriculum::PortSpec& port : ports) {
        std::string types;
        for (const curriculum::PortType type : port.types)
            types += (types.empty() ? "" : " or ") + std::string(curriculum::portTypeName(type));
        text += fmt::format("  {} {} ({}{}{}) {}\n", way, port.name, types, port.required ? ", required" : "",
            port.many ? ", several" : "", port.help);
    }
    return text;
}

// "one of a, b" or "0 … 1"; empty: anything of its type.
std::string allowed(const curriculum::FieldSpec& field)
{
    if (!field.choices.empty())
        return fmt::format("one of {}", fmt::join(field.choices, ", "));
    if (field.minimum && field.maximum)
        return fmt::format("{} to {}", *field.minimum, *field.maximum);
    return field.minimum ? fmt::format("from {}", *field.minimum) : std::string();
}

std::string forPeople()
{
    std::string text;
    for (const curriculum::NodeTypeSpec& spec : curriculum::nodeTypes()) {
        text += fmt::format("{} – {}\n", spec.type, spec.summary);
        text += portLines("in ", spec.inputs) + portLines("out", spec.outputs);
        for (const curriculum::FieldSpec& field : spec.fields) {
            const std::string limits = allowed(field);
            text += fmt::format("  {:<20} {:<10} {}{}{}{}\n", field.name, field.defaultValue.dump(),
                field.help, limits.empty() ? "" : " [" + limits + "]", field.unit.empty() ? "" : ", in ",
                field.unit);
        }
        text += "\n";
    }
    return text;
}

} // namespace

void addDescribeCommand(CLI::App& app, Action& action)
{
    CLI::App* command
        = app.add_subcommand("describe", "Print every stage type with its ports and parameters.");
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "As JSON, what the studio builds its forms from.");
    command->callback([&action, json] {
        action = [json]() -> base::Status {
            print(*json ? curriculum::describeNodeTypes().dump(1) + "\n" : forPeople());
            return {};
        };
    });
}

} // namespace msrl::cli
