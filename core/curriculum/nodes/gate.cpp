// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"

namespace msrl::curriculum {

NodeTypeSpec gateNode()
{
    NodeTypeSpec spec;
    spec.type = "gate";
    spec.title = "Audit gate";
    spec.icon = "gate";
    spec.summary = "Nothing distilled trains the student before this gate's policy is met.";
    spec.inputs = { { "candidates", "Candidates", { PortType::Candidates }, {}, true, false,
        "What the teacher wrote." } };
    spec.outputs
        = { { "samples", "Samples", { PortType::SftSamples }, {}, false, false, "The accepted set." } };
    addSection(spec.fields, "Policy",
        {
            choiceField({ "policy", "Policy",
                            "wait: the run waits for an auditor's sign-off. automatic: the thresholds below "
                            "decide." },
                { "wait", "automatic" }),
            realField({ "min_vote_share", "Smallest vote share",
                          "Undecided items below it are left out; an auditor's decision always counts." },
                0.5, 0, 1),
            realField(
                { "min_confidence", "Smallest confidence",
                    "Mean token log-probability of the chosen path; undecided items below it are left out." },
                -10, -1000, 0),
        });
    spec.headline = { "policy" };
    return spec;
}

} // namespace msrl::curriculum
