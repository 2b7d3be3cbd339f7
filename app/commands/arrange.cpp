// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/arrange.h"

#include "app/commands/edits.h"
#include "app/models/project_document.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace msrl::commands {

namespace {

using curriculum::Node;
using curriculum::Project;
using Places = std::vector<std::pair<std::string, QPointF>>;

constexpr double kColumn = 272; // wider than a stage, with room for its edges
constexpr double kRow = 184;
constexpr double kSnap = 8; // the canvas snaps to it
constexpr int kSweeps = 4; // up and down over the layers

struct LayerNode
{
    const Node* node = nullptr;
    std::vector<std::size_t> before, after; // what it takes in, who takes from it
    int layer = 0;
    double row = 0;
};

std::vector<LayerNode> layerNodes(const Project& project, const std::vector<const Node*>& nodes)
{
    std::vector<LayerNode> all;
    std::map<std::string, std::size_t> index;
    for (const Node* node : nodes) {
        index[node->id] = all.size();
        all.push_back({ node, {}, {}, 0, 0 });
    }
    for (const curriculum::Edge& edge : project.edges) {
        const auto from = index.find(edge.fromNode);
        const auto to = index.find(edge.toNode);
        if (from == index.end() || to == index.end())
            continue;
        all[from->second].after.push_back(to->second);
        all[to->second].before.push_back(from->second);
    }
    return all;
}

// The longest way from a source; a file with a circle ends after as many rounds as there are stages.
void setLayers(std::vector<LayerNode>& all)
{
    bool changed = true;
    for (std::size_t round = 0; changed && round < all.size(); ++round) {
        changed = false;
        for (LayerNode& node : all)
            for (const std::size_t before : node.before)
                if (node.layer <= all[before].layer) {
                    node.layer = all[before].layer + 1;
                    changed = true;
                }
    }
    // What takes nothing in stands right before its first reader.
    for (LayerNode& node : all)
        if (node.before.empty() && !node.after.empty()) {
            int first = all[node.after.front()].layer;
            for (const std::size_t after : node.after)
                first = std::min(first, all[after].layer);
            node.layer = std::max(0, first - 1);
        }
}

double meanRow(const std::vector<LayerNode>& all, const LayerNode& node, bool down)
{
    const std::vector<std::size_t>& beside = down ? node.before : node.after;
    double sum = 0;
    for (const std::size_t other : beside)
        sum += all[other].row;
    return beside.empty() ? node.row : sum / static_cast<double>(beside.size());
}

// Orders each layer by the mean row of its neighbours, so that edges cross little.
void setRows(std::vector<LayerNode>& all)
{
    std::map<int, std::vector<std::size_t>> layers;
    for (std::size_t i = 0; i < all.size(); ++i)
        layers[all[i].layer].push_back(i);
    const auto number = [&](std::vector<std::size_t>& layer) {
        for (std::size_t i = 0; i < layer.size(); ++i)
            all[layer[i]].row = static_cast<double>(i);
    };
    for (auto& [unused, layer] : layers)
        number(layer);
    for (int sweep = 0; sweep < kSweeps; ++sweep)
        for (auto& [unused, layer] : layers) {
            std::map<std::size_t, double> wanted;
            for (const std::size_t i : layer)
                wanted[i] = meanRow(all, all[i], sweep % 2 == 0);
            std::stable_sort(layer.begin(), layer.end(),
                [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
            number(layer);
        }
}

Places layered(const Project& project, const std::vector<const Node*>& nodes)
{
    std::vector<LayerNode> all = layerNodes(project, nodes);
    setLayers(all);
    setRows(all);
    QPointF corner(nodes.front()->x, nodes.front()->y);
    for (const Node* node : nodes)
        corner = { std::min(corner.x(), node->x), std::min(corner.y(), node->y) };
    Places places;
    for (const LayerNode& node : all)
        places.emplace_back(node.node->id, corner + QPointF(node.layer * kColumn, node.row * kRow));
    return places;
}

Places aligned(const std::vector<const Node*>& nodes, double Node::*axis)
{
    double least = nodes.front()->*axis;
    for (const Node* node : nodes)
        least = std::min(least, node->*axis);
    Places places;
    for (const Node* node : nodes) {
        Node moved = *node;
        moved.*axis = least;
        places.emplace_back(node->id, QPointF(moved.x, moved.y));
    }
    return places;
}

// The outermost two stay, the others stand evenly between them.
Places distributed(std::vector<const Node*> nodes, double Node::*axis)
{
    std::stable_sort(
        nodes.begin(), nodes.end(), [&](const Node* a, const Node* b) { return a->*axis < b->*axis; });
    const double first = nodes.front()->*axis;
    const double step = (nodes.back()->*axis - first) / static_cast<double>(nodes.size() - 1);
    Places places;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        Node moved = *nodes[i];
        if (i > 0 && i + 1 < nodes.size())
            moved.*axis = std::round((first + step * static_cast<double>(i)) / kSnap) * kSnap;
        places.emplace_back(moved.id, QPointF(moved.x, moved.y));
    }
    return places;
}

} // namespace

void arrangeNodes(
    models::ProjectDocument& document, const std::vector<std::string>& ids, Arrangement arrangement)
{
    const bool layers = arrangement == Arrangement::Layers;
    const bool distributes
        = arrangement == Arrangement::DistributeAcross || arrangement == Arrangement::DistributeDown;
    std::vector<const Node*> nodes;
    for (const Node& node : document.project().nodes)
        if ((layers && ids.size() < 2) || std::find(ids.begin(), ids.end(), node.id) != ids.end())
            nodes.push_back(&node);
    if (nodes.size() < (layers ? 1U : distributes ? 3U : 2U))
        return;
    switch (arrangement) {
    case Arrangement::Layers:
        return moveNodes(document, layered(document.project(), nodes));
    case Arrangement::AlignLeft:
        return moveNodes(document, aligned(nodes, &Node::x));
    case Arrangement::AlignTop:
        return moveNodes(document, aligned(nodes, &Node::y));
    case Arrangement::DistributeAcross:
        return moveNodes(document, distributed(nodes, &Node::x));
    case Arrangement::DistributeDown:
        return moveNodes(document, distributed(nodes, &Node::y));
    }
}

} // namespace msrl::commands
