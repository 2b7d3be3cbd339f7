// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"

namespace msrl::curriculum {

NodeTypeSpec cmkdNode()
{
    NodeTypeSpec spec;
    spec.type = "cmkd";
    spec.title = "Distillation paths (CMKD)";
    spec.icon = "cmkd";
    spec.summary
        = "The caption-reading teacher writes many reasoning paths; vote, format and confidence pick one.";
    spec.drawsRandomly = true;
    spec.traits = { .writes = true };
    spec.inputs = {
        { "policy", "Teachers", { PortType::Policy }, {}, true, true,
            "Judges that read captions. Several, or checkpoints of one, each write paths and all paths "
            "vote." },
        { "captioned", "Captioned", { PortType::CaptionedPreferences }, {}, true, false,
            "What the teacher reads; labels are not needed.", { .prompts = true, .alsoAsPixels = true } },
    };
    spec.outputs = { { "candidates", "Candidates", { PortType::Candidates }, {}, false, false,
        "All paths with votes, confidence and the machine's choice." } };
    addSection(spec.fields, "Paths",
        {
            integerField(
                { "paths", "Paths per sample", "Reasoning paths that vote, of each teacher.", "paths" }, 16,
                1, 4096),
            choiceField(
                { "label_mode", "Label",
                    "vote: the majority of the paths. gold: the data's own label where there is one." },
                { "vote", "gold" }),
            confidenceField({ "confidence", "Confidence",
                "Picks the path among those with the right answer and format." }),
            booleanField({ "match_task", "Right task type",
                             "The format filter also leaves out paths whose type tag names another task "
                             "than the sample's, which is known without a label." },
                false),
        });
    addSection(spec.fields, "Second round",
        {
            hashedOnlyWhenSet(
                choiceField({ "second_round", "Asked again",
                                "More paths for some samples, which then vote with the first ones. "
                                "undecided: those without a choice, by a tie or without a path that "
                                "passes. unsure: also those whose choice is below the confidence." },
                    { "none", "undecided", "unsure" })),
            when(integerField({ "second_paths", "More paths", "Of each teacher.", "paths" }, 16, 1, 4096),
                "second_round", { "undecided", "unsure" }),
            when(realField({ "second_below", "Unsure below",
                               "Confidence of the choice, on the scale of the measure: a mean "
                               "log-probability is 0 or less." },
                     -0.1, -1000, 1000),
                "second_round", { "unsure" }),
        });
    addSamplingFields(spec.fields, 1.0);
    addPromptFields(spec.fields);
    addLimitFields(spec.fields, 1024);
    spec.headline = { "paths", "label_mode", "confidence" };
    return spec;
}

} // namespace msrl::curriculum
