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

// What a stage does with the samples of an input.
struct PortUse
{
    bool prompts = false; // its policies are asked about them: checked before a run, shown in a preview
    bool needsGold = false; // with their labels
    bool alsoAsPixels = false; // whoever learns from the result reads the same samples as pixels
    bool onlyMeasures = false; // what the stage makes is the same without: no part of the artefact's hash
};

struct PortSpec
{
    std::string name;
    std::string label;
    // An input accepts any of these; an output emits the one that `typeField` names.
    std::vector<PortType> types;
    std::string typeField; // outputs with several types: the Choice field whose value is the port type's name
    bool required = true; // inputs
    bool many = false; // inputs: more than one edge allowed
    std::string help;
    PortUse use = {}; // inputs
};

// What a type's stages are to a run. Whoever plans, checks, measures or shows stages asks for these, never
// for a type by its name.
struct StageTraits
{
    bool stored = false; // stands for files that are there before the run: no work of its own
    bool preparesData = false; // gives samples to others: planned before what trains, wherever it can be
    bool trains = false; // leaves a policy with other weights, and checkpoints while it runs
    bool writes = false; // its policies write completions
    bool perPolicy = false; // a step for each connected policy, as soon as that exists
    bool waitsForPeople = false; // its time is theirs and says nothing about the work

    // From what it writes itself: its curve is a reward, not a loss.
    bool learnsByReward() const { return trains && writes; }
};

struct Node;
struct Problem;
struct Project;
// What can be wrong with a node beyond its fields and ports, one by one; fields of a wrong type are told
// elsewhere.
using NodeCheck = std::vector<Problem> (*)(const Project& project, const Node& node);

struct NodeTypeSpec
{
    std::string type; // key in the project file: "model", "dataset", "captioner", "sft", "rl", "cmkd",
                      // "gate", "evaluate", "export"
    std::string title;
    std::string icon; // resource name
    std::string summary; // one sentence
    int version = 1; // part of the artefact's hash: raised when the same parameters would give another result
    bool drawsRandomly = false; // the run's seed is part of the artefact's hash
    StageTraits traits;
    std::vector<PortSpec> inputs;
    std::vector<PortSpec> outputs;
    std::vector<FieldSpec> fields;
    std::vector<std::string> headline; // fields shown on the node
    NodeCheck check = nullptr;

    const FieldSpec* field(std::string_view name) const;
    const PortSpec* input(std::string_view name) const;
    const PortSpec* output(std::string_view name) const;
    const PortSpec* policyInput() const; // the first that takes policies; null: none does
    const PortSpec* promptInput() const; // the first whose samples become prompts; null: none do
    bool givesPolicy() const;
};

const std::vector<NodeTypeSpec>& nodeTypes();
const NodeTypeSpec* findNodeType(std::string_view type);
// Of an unknown type: none.
StageTraits traitsOf(std::string_view type);

// The field of stage type "rl" that holds the weight of a reward of judge::rewardTypes().
std::string rewardWeightField(std::string_view reward);

// {"schema": …, "nodeTypes": [...], "portTypes": [...]}: what `msrl-engine describe --json` prints.
base::Json describeNodeTypes();

} // namespace msrl::curriculum
