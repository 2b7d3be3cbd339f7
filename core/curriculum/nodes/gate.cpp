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
    spec.traits = { .waitsForPeople = true };
    spec.inputs = { { "candidates", "Candidates", { PortType::Candidates }, {}, true, false,
        "What the teacher wrote." } };
    spec.outputs
        = { { "samples", "Samples", { PortType::SftSamples }, {}, false, false, "The accepted set." } };
    addSection(spec.fields, "Policy",
        {
            choiceField(
                { "policy", "Policy",
                    "wait: the run waits for an auditor's sign-off. automatic: the thresholds below "
                    "decide. sampled: the run waits until a random sample of what they let through is "
                    "decided, and goes on when it shows an error below the largest allowed. by_hand: as "
                    "wait, and "
                    "only what an auditor accepted or overrode trains." },
                { "wait", "automatic", "sampled", "by_hand" }),
            notHashed(
                when(realField({ "max_error", "Largest error",
                                   "Share of wrong items among the machine's choices that the random sample "
                                   "must rule out with 95 % confidence." },
                         0.05, 0.0001, 0.99),
                    "policy", { "sampled" })),
            notHashed(
                when(integerField({ "sample", "Sample",
                                      "Random items to decide. 0: the fewest that rule the error out when "
                                      "none of them is wrong.",
                                      "items" },
                         0, 0),
                    "policy", { "sampled" })),
            realField({ "min_vote_share", "Smallest vote share",
                          "Undecided items below it are left out; an auditor's decision always counts." },
                0.5, 0, 1),
            notHashed(
                confidenceField({ "confidence", "Confidence", "What the smallest confidence is about." })),
            realField({ "min_confidence", "Smallest confidence",
                          "Of the chosen path, on the scale of the measure: a mean log-probability is 0 or "
                          "less. Undecided items below it are left out." },
                -10, -1000, 1000),
        });
    spec.headline = { "policy" };
    return spec;
}

} // namespace msrl::curriculum
