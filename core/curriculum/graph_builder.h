// SPDX-License-Identifier: GPL-3.0-or-later
// Curricula written in code: nodes on a grid whose whole is readable on one screen, edges as in the project
// file.
#pragma once

#include "core/curriculum/project.h"

#include <cstddef>
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

    // The next rows begin below all that is there, with room for a frame and its title or without.
    void beginBand(bool framed = true);
    // A frame around the nodes of the band, which come one after the other. REQUIRES: there are some.
    void frameBand(const std::string& id, const std::string& title, const std::string& colour);
    // column, row: places on the grid, rows counted from the beginning of the band.
    Node& node(const std::string& id, const std::string& type, const std::string& title, int column, int row,
        base::Json params);
    // Rows of data/ID.jsonl.
    Node& dataset(
        const std::string& id, const std::string& title, const std::string& content, int column, int row);
    // edge("rl_text.policy", "rl_caption.policy"). REQUIRES: both of the form node.port.
    void edge(const std::string& from, const std::string& to);

private:
    Project& m_project;
    double m_top = 0; // of the band
    std::size_t m_first = 0; // node of the band
};

} // namespace msrl::curriculum
