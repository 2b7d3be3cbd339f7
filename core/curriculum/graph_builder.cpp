// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/graph_builder.h"

#include <algorithm>
#include <cmath>

namespace msrl::curriculum {

namespace {

constexpr double kColumn = 272;
constexpr double kRow = 184;
// As the canvas draws nodes and fits frames; a test of the Design page compares.
constexpr double kNodeWidth = 200;
constexpr double kNodeHead = 86; // all but the rows of its ports
constexpr double kPortRow = 20;
constexpr double kFrameSide = 24;
constexpr double kFrameTop = 48; // with the title
constexpr double kBandGap = 16;
constexpr double kSnap = 8;

double bottomOf(const Node& node)
{
    const NodeTypeSpec* spec = findNodeType(node.type);
    const std::size_t rows = spec ? std::max(spec->inputs.size(), spec->outputs.size()) : 0;
    return node.y + kNodeHead + kPortRow * static_cast<double>(rows);
}

double snapUp(double value)
{
    return std::ceil(value / kSnap) * kSnap;
}

} // namespace

void GraphBuilder::beginBand(bool framed)
{
    double bottom = 0;
    for (const Node& node : m_project.nodes)
        bottom = std::max(bottom, bottomOf(node));
    for (const Frame& frame : m_project.frames)
        bottom = std::max(bottom, frame.y + frame.height);
    m_top = m_project.nodes.empty() ? 0 : snapUp(bottom + kBandGap + (framed ? kFrameTop : 0));
    m_first = m_project.nodes.size();
}

void GraphBuilder::frameBand(const std::string& id, const std::string& title, const std::string& colour)
{
    double left = m_project.nodes[m_first].x, right = left, bottom = m_top;
    for (std::size_t i = m_first; i < m_project.nodes.size(); ++i) {
        const Node& node = m_project.nodes[i];
        left = std::min(left, node.x);
        right = std::max(right, node.x + kNodeWidth);
        bottom = std::max(bottom, bottomOf(node));
    }
    Frame& made = m_project.frames.emplace_back();
    made.id = id;
    made.title = title;
    made.colour = colour;
    made.x = left - kFrameSide;
    made.y = m_top - kFrameTop;
    made.width = right - left + 2 * kFrameSide;
    made.height = snapUp(bottom + kFrameSide) - made.y;
}

Node& GraphBuilder::node(const std::string& id, const std::string& type, const std::string& title, int column,
    int row, base::Json params)
{
    Node& made = m_project.nodes.emplace_back();
    made.id = id;
    made.type = type;
    made.title = title;
    made.params = std::move(params);
    made.x = column * kColumn;
    made.y = m_top + row * kRow;
    return made;
}

Node& GraphBuilder::dataset(
    const std::string& id, const std::string& title, const std::string& content, int column, int row)
{
    return node(
        id, "dataset", title, column, row, { { "content", content }, { "path", "data/" + id + ".jsonl" } });
}

void GraphBuilder::edge(const std::string& from, const std::string& to)
{
    const std::size_t a = from.find('.');
    const std::size_t b = to.find('.');
    m_project.edges.push_back({ from.substr(0, a), from.substr(a + 1), to.substr(0, b), to.substr(b + 1) });
}

} // namespace msrl::curriculum
