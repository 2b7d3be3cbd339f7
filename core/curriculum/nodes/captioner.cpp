// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"
#include "core/curriculum/validate.h"

namespace msrl::curriculum {

namespace {

std::vector<Problem> checkSource(const Project& project, const Node& node)
{
    if (fieldValue(node, "source") != "policy" || isConnected(project, node, "policy") || node.bypassed)
        return {};
    return { { Severity::Error, node.id, "policy",
        "the captions' source is the policy, but none is connected",
        "connect one, or take the captions from the data's column" } };
}

} // namespace

NodeTypeSpec captionerNode()
{
    NodeTypeSpec spec;
    spec.type = "captioner";
    spec.title = "Captioner";
    spec.icon = "captioner";
    spec.summary = "Puts words in place of images and videos, so that a text judge can read them.";
    spec.drawsRandomly = true;
    spec.traits = { .preparesData = true, .writes = true };
    spec.inputs = {
        { "preferences", "Preferences", { PortType::VisualPreferences }, {}, true, false,
            "Samples with images or videos." },
        { "policy", "Policy", { PortType::Policy }, {}, false, false,
            "Writes the captions when their source is the policy." },
    };
    spec.outputs = { { "captioned", "Captioned", { PortType::CaptionedPreferences }, {}, false, false,
        "The same samples, each with a caption per medium." } };
    addSection(spec.fields, "Captions",
        {
            choiceField({ "source", "Source",
                            "column: the captions in the data. policy: the connected policy writes them. "
                            "file: the file below has them." },
                { "column", "policy", "file" }),
            when(required(pathField({ "file", "File",
                                        "A row for each medium: image or video, as the data name it, and "
                                        "caption (.jsonl, .csv, .parquet)." },
                     FieldContent::File)),
                "source", { "file" }),
        });
    addPromptFields(spec.fields);
    addSamplingFields(spec.fields, 0.0);
    addLimitFields(spec.fields, 256);
    for (FieldSpec& field : spec.fields) {
        if (field.name != "source" && field.name != "file")
            field = when(field, "source", { "policy" });
    }
    addSection(spec.fields, "Study",
        {
            realField(
                { "wrong_captions", "Wrong captions",
                    "Share of the samples that get another sample's captions, to study what the quality "
                    "of captions is worth. 0 in earnest." },
                0.0, 0, 1),
        });
    spec.headline = { "source" };
    spec.check = checkSource;
    return spec;
}

} // namespace msrl::curriculum
