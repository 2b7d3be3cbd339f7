// SPDX-License-Identifier: GPL-3.0-or-later
// Curricula written in code: nodes on a grid whose whole is readable on one screen, edges as in the project
// file.
#pragma once

#include "core/curriculum/project.h"

#include <string>

namespace msrl::curriculum {

class GraphBuilder
{
public:
    // The project outlives the builder.
    explicit GraphBuilder(Project& project)
        : m_project(project)
    {
    }

    // column, row: places on the grid.
    Node& node(const std::string& id, const std::string& type, const std::string& title, int column, int row,
        base::Json params);
    // Rows of data/ID.jsonl.
    Node& dataset(
        const std::string& id, const std::string& title, const std::string& content, int column, int row);
    // edge("rl_text.policy", "rl_caption.policy"). REQUIRES: both of the form node.port.
    void edge(const std::string& from, const std::string& to);

private:
    Project& m_project;
};

} // namespace msrl::curriculum
