// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/node_types.h"
#include "engine/cli/command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {

namespace {

std::string forPeople()
{
    std::string text;
    for (const curriculum::NodeTypeSpec& spec : curriculum::nodeTypes()) {
        text += fmt::format("{} – {}\n", spec.type, spec.summary);
        for (const curriculum::FieldSpec& field : spec.fields)
            text += fmt::format("  {:<20} {:<10} {}\n", field.name, field.defaultValue.dump(), field.help);
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
