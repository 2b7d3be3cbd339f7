// SPDX-License-Identifier: GPL-3.0-or-later
// What the frames of a project take in, with nodes as large as the canvas draws them.
#pragma once

#include "core/curriculum/project.h"

#include <algorithm>
#include <set>
#include <string>

namespace msrl::test {

struct FramedNodes
{
    std::set<std::string> inside; // wholly
    std::set<std::string> touched; // inside or not
};

inline FramedNodes nodesOf(const curriculum::Project& project, const curriculum::Frame& frame)
{
    constexpr double kWidth = 200, kHead = 86, kPort = 20;
    FramedNodes found;
    for (const curriculum::Node& node : project.nodes) {
        const curriculum::NodeTypeSpec& spec = *curriculum::findNodeType(node.type);
        const double right = node.x + kWidth;
        const double bottom
            = node.y + kHead + kPort * static_cast<double>(std::max(spec.inputs.size(), spec.outputs.size()));
        if (node.x < frame.x + frame.width && right > frame.x && node.y < frame.y + frame.height
            && bottom > frame.y)
            found.touched.insert(node.id);
        if (node.x >= frame.x && right <= frame.x + frame.width && node.y >= frame.y
            && bottom <= frame.y + frame.height)
            found.inside.insert(node.id);
    }
    return found;
}

} // namespace msrl::test
