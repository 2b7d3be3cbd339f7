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
inline constexpr int kSchemaMinor = 1;

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
    base::Json positionExtra = base::Json::object(); // of the position

    bool operator==(const Node&) const = default;
};

struct Edge
{
    std::string fromNode, fromPort;
    std::string toNode, toPort;
    base::Json extra = base::Json::object();

    bool operator==(const Edge&) const = default;
    // Whether it is the same edge of a graph, whatever else the file says about it.
    bool joinsAs(const Edge& other) const;
};

// A titled frame around stages, for people: no plan and no address depends on it. A stage belongs to the
// frame that its middle lies in.
struct Frame
{
    std::string id; // as a node's, unique among frames
    std::string title;
    std::string colour; // one of frameColours(); an unknown one is kept and drawn as the first
    double x = 0;
    double y = 0;
    double width = 0; // above 0
    double height = 0;
    base::Json extra = base::Json::object();

    bool operator==(const Frame&) const = default;
};

// The names in the order of the palette: "grey", "blue", …
const std::vector<std::string>& frameColours();

struct Project
{
    std::string name;
    std::uint64_t seed = 0;
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<Frame> frames;
    int schemaMinor = kSchemaMinor; // a newer one stays with the members that it brought
    base::Json extra = base::Json::object();

    bool operator==(const Project&) const = default;

    const Node* node(std::string_view id) const;
    Node* node(std::string_view id);
    const Frame* frame(std::string_view id) const;
    Frame* frame(std::string_view id);
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
// The value of a field: what the node sets, else the default; null where its type has no such field.
base::Json fieldValue(const Node& node, std::string_view field);
// Every field of the node's type with its value, in table order.
base::Json resolvedParams(const Node& node);
bool fieldApplies(const Node& node, const FieldSpec& field);
// The type that an output emits for this node; nothing when the port does not exist or its type is not
// chosen.
std::optional<PortType> outputType(const Node& node, std::string_view port);

// Whether an edge leads to that input.
bool isConnected(const Project& project, const Node& node, std::string_view port);

// Why `edge` may not be added to the project, as a sentence for the person who draws it; nothing when it may.
// `replaced`: an edge that goes for it.
std::optional<std::string> refuseEdge(
    const Project& project, const Edge& edge, const Edge* replaced = nullptr);

} // namespace msrl::curriculum
