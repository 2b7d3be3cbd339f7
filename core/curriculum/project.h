// SPDX-License-Identifier: GPL-3.0-or-later
// The project file (*.msrl): a graph of stages as JSON with a stable key order. Unknown members written by a
// newer minor version survive a load and a save.
#pragma once

#include "core/base/json.h"
#include "core/curriculum/node_types.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::curriculum {

inline constexpr int kSchemaMajor = 1;
inline constexpr int kSchemaMinor = 0;

struct Node
{
    std::string id; // [a-z][a-z0-9_-]*, unique
    std::string type;
    std::string title; // empty: the type's title
    base::Json params = base::Json::object(); // only what differs from the default
    double x = 0;
    double y = 0;
    bool bypassed = false;
    bool frozen = false;
    std::string comment;
    base::Json extra = base::Json::object(); // unknown members

    bool operator==(const Node&) const = default;
};

struct Edge
{
    std::string fromNode, fromPort;
    std::string toNode, toPort;

    bool operator==(const Edge&) const = default;
};

struct Project
{
    std::string name;
    std::uint64_t seed = 0;
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    base::Json extra = base::Json::object();

    bool operator==(const Project&) const = default;

    const Node* node(std::string_view id) const;
    Node* node(std::string_view id);
};

// The ids of its nodes in their order, for messages: "base, sft, rl_text".
std::string nodeNames(const Project& project);

// Structure only: JSON, schema version, types of members, unique ids. Meaning is checked by validate().
base::Result<Project> parseProject(std::string_view text, const std::string& place);
base::Result<Project> loadProject(const std::filesystem::path& path);
std::string serialiseProject(const Project& project);
base::Status saveProject(const Project& project, const std::filesystem::path& path);

// The node's title, or its type's.
std::string displayTitle(const Node& node);
// The value of a field: what the node sets, else the default. REQUIRES: the field exists for the node's type.
base::Json fieldValue(const Node& node, std::string_view field);
// Every field of the node's type with its value, in table order.
base::Json resolvedParams(const Node& node);
bool fieldApplies(const Node& node, const FieldSpec& field);
// The type that an output emits for this node; nothing when the port does not exist or its type is not
// chosen.
std::optional<PortType> outputType(const Node& node, std::string_view port);

// Why `edge` may not be added to the project, as a sentence for the person who draws it; nothing when it may.
std::optional<std::string> refuseEdge(const Project& project, const Edge& edge);

} // namespace msrl::curriculum
