// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"

namespace msrl::curriculum {

NodeTypeSpec evaluateNode()
{
    NodeTypeSpec spec;
    spec.type = "evaluate";
    spec.title = "Evaluate";
    spec.icon = "evaluate";
    spec.summary = "Accuracy of each connected policy on held-out pairs, each in both orders.";
    spec.traits = { .writes = true, .perPolicy = true };
    spec.inputs = {
        { "policies", "Policies", { PortType::Policy }, {}, true, true,
            "Each is evaluated as soon as it exists." },
        { "benchmarks", "Benchmarks",
            { PortType::VisualPreferences, PortType::CaptionedPreferences, PortType::TextPreferences }, {},
            true, true, "Held-out samples with gold labels.", { .prompts = true, .needsGold = true } },
    };
    spec.outputs = { { "report", "Report", { PortType::Report }, {}, false, false,
        "Figures per policy and benchmark." } };
    addSection(spec.fields, "Evaluation",
        {
            choiceField(
                { "parser", "Parser", "What counts as a verdict; an unparsed completion counts as wrong." },
                { "strict", "script" }),
        });
    addPromptFields(spec.fields);
    addLimitFields(spec.fields, 1024);
    spec.headline = { "parser" };
    return spec;
}

} // namespace msrl::curriculum
