// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"

namespace msrl::curriculum {

NodeTypeSpec sftNode()
{
    NodeTypeSpec spec;
    spec.type = "sft";
    spec.title = "Fine-tuning (SFT)";
    spec.icon = "sft";
    spec.summary = "Supervised fine-tuning: cross-entropy on the completion of each sample.";
    spec.drawsRandomly = true;
    spec.traits = { .trains = true };
    spec.inputs = {
        { "policy", "Policy", { PortType::Policy }, {}, true, false, "The model to train." },
        { "samples", "Samples", { PortType::SftSamples }, {}, true, false,
            "Prompts with the completion to imitate.", { .prompts = true } },
    };
    spec.outputs = { { "policy", "Policy", { PortType::Policy }, {}, false, false, "The trained model." } };
    addSection(spec.fields, "Training",
        {
            integerField({ "epochs", "Epochs", "Times that every sample is seen." }, 3, 1, 10'000),
            integerField(
                { "batch_size", "Batch size", "Samples per optimiser step.", "samples" }, 128, 1, 1 << 20),
        });
    // Paper and scripts agree on these for stage 1a.
    addOptimiserFields(spec.fields, { 1e-5, "cosine", 0.05, 0.1, "language" });
    addPromptFields(spec.fields);
    addLimitFields(spec.fields, 1024);
    addFeatureFields(spec.fields);
    addCheckpointFields(spec.fields);
    spec.headline = { "epochs", "batch_size", "lr" };
    return spec;
}

} // namespace msrl::curriculum
