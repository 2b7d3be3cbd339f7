// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/sample_sources.h"

namespace msrl::models {

using curriculum::Edge;
using curriculum::Node;
using curriculum::Project;

const Node* datasetBehind(const Project& project, const std::string& node, const std::string& port)
{
    for (const Edge& edge : project.edges) {
        if (edge.toNode != node || edge.toPort != port)
            continue;
        const Node* from = project.node(edge.fromNode);
        if (from && from->type == "captioner")
            return datasetBehind(project, from->id, "preferences");
        return from && from->type == "dataset" ? from : nullptr;
    }
    return nullptr;
}

SampleReader readerOf(const Project& project, const std::string& dataset)
{
    SampleReader reader;
    for (const Edge& edge : project.edges) {
        const Node* to = edge.fromNode == dataset ? project.node(edge.toNode) : nullptr;
        if (!to)
            continue;
        if (to->type == "captioner") {
            reader = readerOf(project, to->id);
            reader.captions = true;
            return reader;
        }
        const base::Json prompts = curriculum::fieldValue(*to, "prompts");
        if (prompts.is_string()) {
            reader.node = to->id;
            reader.prompts = prompts.get<std::string>();
            return reader;
        }
    }
    return reader;
}

} // namespace msrl::models
