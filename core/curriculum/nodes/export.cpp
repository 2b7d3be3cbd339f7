// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"

namespace msrl::curriculum {

NodeTypeSpec exportNode()
{
    NodeTypeSpec spec;
    spec.type = "export";
    spec.title = "Export";
    spec.icon = "export";
    spec.summary = "Writes the judge as a Hugging Face folder.";
    spec.inputs = { { "policy", "Policy", { PortType::Policy }, {}, true, false, "The judge." } };
    addSection(spec.fields, "Target",
        {
            notHashed(
                pathField({ "path", "Folder", "Where the folder is written; empty: in the run's artefacts." },
                    FieldContent::None)),
            choiceField({ "spelling", "Tensor names",
                            "hf: as transformers saves; transformers: its names in memory; original: the "
                            "form of the published remote code." },
                { "hf", "transformers", "original" }),
            choiceField(
                { "dtype", "Number format", "Of the tensors in the file." }, { "float32", "bfloat16" }),
        });
    spec.headline = { "path", "dtype" };
    return spec;
}

} // namespace msrl::curriculum
