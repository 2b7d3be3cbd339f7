// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/run_needs.h"

#include <algorithm>
#include <set>

namespace msrl::curriculum {

namespace {

constexpr std::int64_t kSingle = 4; // bytes of a float32
constexpr std::int64_t kHalf = 2; // of a bfloat16
constexpr std::int64_t kMoments = 2; // of AdamW, float32

bool isModel(const Node& node)
{
    const NodeTypeSpec* spec = findNodeType(node.type);
    return spec && spec->traits.stored && spec->givesPolicy();
}

std::int64_t trainedParameters(const Node& node, const ModelSize& model)
{
    const base::Json trained = fieldValue(node, "trained");
    if (trained == "all")
        return model.total();
    return trained == "language+projector" ? model.language + model.projector : model.language;
}

StageNeeds trainingNeeds(const Node& node, const ModelSize& model)
{
    const bool half = fieldValue(node, "compute_dtype") == "bfloat16";
    const std::int64_t weight = half ? kHalf : kSingle;
    const std::int64_t trained = trainedParameters(node, model);
    const base::Json beta = fieldValue(node, "beta"); // of types with a KL term
    const std::int64_t copies = beta.is_number() && beta.get<double>() > 0 ? 2 : 1;
    StageNeeds needs;
    needs.memory = copies * model.total() * weight + trained * (weight + kMoments * kSingle);
    if (half)
        needs.memory += trained * kSingle;
    needs.result = model.total() * kSingle;
    const base::Json keep = fieldValue(node, "checkpoint_keep");
    const base::Json every = fieldValue(node, "checkpoint_every");
    // One more than are kept: the next one is whole before the oldest goes.
    if (every.is_number_integer() && every.get<std::int64_t>() > 0 && keep.is_number_integer())
        needs.checkpoints
            = (keep.get<std::int64_t>() + 1) * (model.total() * kSingle + trained * kMoments * kSingle);
    return needs;
}

} // namespace

const Node* modelBehind(const Project& project, const std::string& id)
{
    std::set<std::string> seen;
    const Node* node = project.node(id);
    while (node && !isModel(*node) && seen.insert(node->id).second) {
        const NodeTypeSpec* spec = findNodeType(node->type);
        const PortSpec* port = spec ? spec->policyInput() : nullptr;
        const auto edge = std::find_if(project.edges.begin(), project.edges.end(),
            [&](const Edge& each) { return port && each.toNode == node->id && each.toPort == port->name; });
        node = edge == project.edges.end() ? nullptr : project.node(edge->fromNode);
    }
    return node && isModel(*node) ? node : nullptr;
}

StageNeeds needsOf(const Node& node, const ModelSize& model)
{
    if (traitsOf(node.type).trains)
        return trainingNeeds(node, model);
    StageNeeds needs;
    if (traitsOf(node.type).writes)
        needs.memory = model.total() * kSingle;
    return needs;
}

std::map<std::string, StageNeeds> runNeeds(
    const Project& project, const std::map<std::string, ModelSize>& sizes)
{
    std::map<std::string, StageNeeds> all;
    for (const Node& node : project.nodes) {
        const StageTraits traits = traitsOf(node.type);
        if (node.bypassed || (!traits.trains && !traits.writes))
            continue;
        const Node* model = modelBehind(project, node.id);
        if (const auto size = model ? sizes.find(model->id) : sizes.end(); size != sizes.end())
            all[node.id] = needsOf(node, size->second);
    }
    return all;
}

std::int64_t diskOf(const std::map<std::string, StageNeeds>& stages)
{
    std::int64_t results = 0, most = 0;
    for (const auto& [id, needs] : stages) {
        results += needs.result;
        most = std::max(most, needs.checkpoints);
    }
    return results + most;
}

} // namespace msrl::curriculum
