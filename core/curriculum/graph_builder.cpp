// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/graph_builder.h"

namespace msrl::curriculum {

namespace {

constexpr double kColumn = 272;
constexpr double kRow = 184;

} // namespace

Node& GraphBuilder::node(const std::string& id, const std::string& type, const std::string& title, int column,
    int row, base::Json params)
{
    Node& made = m_project.nodes.emplace_back();
    made.id = id;
    made.type = type;
    made.title = title;
    made.params = std::move(params);
    made.x = column * kColumn;
    made.y = row * kRow;
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
