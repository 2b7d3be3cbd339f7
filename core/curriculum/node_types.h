// SPDX-License-Identifier: GPL-3.0-or-later
// The registry of stage types: their ports and their fields. Adding one is one file that defines a
// NodeTypeSpec and one line in nodeTypes(); the studio's library, inspector and checks pick it up from here.
#pragma once

#include "core/curriculum/fields.h"

#include <string>
#include <string_view>
#include <vector>

namespace msrl::curriculum {

enum class PortType {
    Policy,
    TextPreferences,
    VisualPreferences,
    CaptionedPreferences,
    SftSamples,
    Candidates,
    Report,
};
// As written in project files and shown to people: "policy", "text-preferences", …
const char* portTypeName(PortType type);

struct PortSpec
{
    std::string name;
    std::string label;
    std::vector<PortType>
        types; // an input accepts any of these; an output emits the one that `typeField` names
    std::string typeField; // outputs with several types: the Choice field whose value is the port type's name
    bool required = true; // inputs
    bool many = false; // inputs: more than one edge allowed
    std::string help;
};

struct NodeTypeSpec
{
    std::string type; // key in the project file: "model", "dataset", "captioner", "sft", "rl", "cmkd",
                      // "gate", "evaluate", "export"
    std::string title;
    std::string icon; // resource name
    std::string summary; // one sentence
    int version = 1; // part of the artefact's hash: raised when the same parameters would give another result
    bool drawsRandomly = false; // the run's seed is part of the artefact's hash
    std::vector<PortSpec> inputs;
    std::vector<PortSpec> outputs;
    std::vector<FieldSpec> fields;
    std::vector<std::string> headline; // fields shown on the node

    const FieldSpec* field(std::string_view name) const;
    const PortSpec* input(std::string_view name) const;
    const PortSpec* output(std::string_view name) const;
};

const std::vector<NodeTypeSpec>& nodeTypes();
const NodeTypeSpec* findNodeType(std::string_view type);

// The field of stage type "rl" that holds the weight of a reward of judge::rewardTypes().
std::string rewardWeightField(std::string_view reward);

// {"schema": …, "nodeTypes": [...], "portTypes": [...]}: what `msrl-engine describe --json` prints.
base::Json describeNodeTypes();

} // namespace msrl::curriculum
