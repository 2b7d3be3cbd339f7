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
    spec.inputs = {
        { "policy", "Teacher", { PortType::Policy }, {}, true, false, "A judge that reads captions." },
        { "captioned", "Captioned", { PortType::CaptionedPreferences }, {}, true, false,
            "What the teacher reads; labels are not needed." },
    };
    spec.outputs = { { "candidates", "Candidates", { PortType::Candidates }, {}, false, false,
        "All paths with votes, confidence and the machine's choice." } };
    addSection(spec.fields, "Paths",
        {
            integerField({ "paths", "Paths per sample", "Reasoning paths that vote.", "paths" }, 16, 1, 4096),
            choiceField(
                { "label_mode", "Label",
                    "vote: the majority of the paths. gold: the data's own label where there is one." },
                { "vote", "gold" }),
            choiceField({ "confidence", "Confidence",
                            "Picks the path among those with the right answer and format." },
                { "mean_logprob", "vote_share", "answer_prob", "bottom_window_logprob",
                    "deepconf_bottom10" }),
            booleanField({ "match_task", "Right task type",
                             "The format filter also leaves out paths whose type tag names another task "
                             "than the sample's, which is known without a label." },
                false),
        });
    addSamplingFields(spec.fields, 1.0);
    addPromptFields(spec.fields);
    addLimitFields(spec.fields, 1024);
    spec.headline = { "paths", "label_mode", "confidence" };
    return spec;
}

} // namespace msrl::curriculum
