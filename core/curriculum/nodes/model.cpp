// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"

namespace msrl::curriculum {

NodeTypeSpec modelNode()
{
    NodeTypeSpec spec;
    spec.type = "model";
    spec.title = "Model";
    spec.icon = "model";
    spec.summary = "A Hugging Face folder that the curriculum starts from.";
    spec.traits = { .stored = true };
    spec.outputs
        = { { "policy", "Policy", { PortType::Policy }, {}, false, false, "The model as it is on disk." } };
    addSection(spec.fields, "Model",
        {
            required(
                pathField({ "path", "Folder", "With config.json, tokenizer.json and safetensors files." },
                    FieldContent::ModelFolder)),
        });
    spec.headline = { "path" };
    return spec;
}

} // namespace msrl::curriculum
