// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing of project files. Key order is fixed here, so that a change of one value is a change of
// one line.
#include "core/base/files.h"
#include "core/curriculum/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <regex>
#include <set>

namespace msrl::curriculum {

namespace {

constexpr const char* kSchemaName = "msrl-project";
constexpr const char* kIdRule = "must be small letters, digits, - and _, beginning with a letter";

struct SchemaVersion
{
    int major = 0;
    int minor = 0;
};

std::optional<SchemaVersion> parseSchema(const std::string& text)
{
    static const std::regex kForm(R"(msrl-project/(\d{1,4})\.(\d{1,4}))");
    std::smatch match;
    if (!std::regex_match(text, match, kForm))
        return std::nullopt;
    return SchemaVersion { std::stoi(match[1]), std::stoi(match[2]) };
}

bool isValidId(const std::string& id)
{
    static const std::regex kForm("[a-z][a-z0-9_-]{0,63}");
    return std::regex_match(id, kForm);
}

using Unknown = base::ObjectReader::Unknown;

base::Result<Node> parseNode(const base::Json& json, Unknown unknown, const std::string& place)
{
    const std::string name = json.is_object() && json.contains("id") && json["id"].is_string()
        ? json["id"].get<std::string>()
        : std::string("?");
    base::ObjectReader in(json, place + ", node " + name);
    Node node;
    node.id = in.text("id");
    node.type = in.text("type");
    node.title = in.text("title", "");
    node.params = in.object("params");
    base::ObjectReader position(in.object("position"), place + ", node " + name + ", field position");
    node.x = position.real("x", 0.0);
    node.y = position.real("y", 0.0);
    node.bypassed = in.boolean("bypassed", false);
    node.frozen = in.boolean("frozen", false);
    node.comment = in.text("comment", "");
    if (!isValidId(node.id))
        in.fault("id", kIdRule);
    if (base::Status read = in.finish(unknown); !read)
        return read.error();
    if (base::Status read = position.finish(unknown); !read)
        return read.error();
    node.extra = in.rest();
    node.positionExtra = position.rest();
    return node;
}

// "node.port"
std::optional<std::pair<std::string, std::string>> parseEnd(const std::string& text)
{
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size())
        return std::nullopt;
    return std::pair { text.substr(0, dot), text.substr(dot + 1) };
}

base::Result<Edge> parseEdge(const base::Json& json, Unknown unknown, const std::string& place)
{
    base::ObjectReader in(json, place);
    const std::string fromText = in.text("from");
    const std::string toText = in.text("to");
    if (base::Status read = in.finish(unknown); !read)
        return read.error();
    const auto from = parseEnd(fromText);
    const auto to = parseEnd(toText);
    if (!from || !to)
        return base::badInput(
            fmt::format("'{}' is not of the form node.port", from ? toText : fromText), place);
    return Edge { from->first, from->second, to->first, to->second, in.rest() };
}

base::Result<Frame> parseFrame(const base::Json& json, Unknown unknown, const std::string& place)
{
    base::ObjectReader in(json, place);
    Frame frame;
    frame.id = in.text("id");
    frame.title = in.text("title", "");
    frame.colour = in.text("colour", frameColours().front());
    frame.x = in.real("x");
    frame.y = in.real("y");
    frame.width = in.real("width");
    frame.height = in.real("height");
    if (!isValidId(frame.id))
        in.fault("id", kIdRule);
    for (const auto& [key, length] : { std::pair { "width", frame.width }, { "height", frame.height } })
        if (!(length > 0))
            in.fault(key, "must be above 0");
    if (base::Status read = in.finish(unknown); !read)
        return read.error();
    frame.extra = in.rest();
    return frame;
}

void appendExtra(base::Json& json, const base::Json& extra)
{
    for (const auto& [key, value] : extra.items())
        json[key] = value;
}

base::Json nodeToJson(const Node& node)
{
    base::Json json = { { "id", node.id }, { "type", node.type } };
    if (!node.title.empty())
        json["title"] = node.title;
    base::Json params = base::Json::object();
    // Table order first, so that the file does not depend on the order of edits; then what the table does not
    // know.
    if (const NodeTypeSpec* spec = findNodeType(node.type)) {
        for (const FieldSpec& field : spec->fields) {
            if (node.params.contains(field.name))
                params[field.name] = node.params[field.name];
        }
    }
    for (const auto& [key, value] : node.params.items())
        params[key] = value;
    json["params"] = params;
    json["position"] = { { "x", node.x }, { "y", node.y } };
    appendExtra(json["position"], node.positionExtra);
    if (node.bypassed)
        json["bypassed"] = true;
    if (node.frozen)
        json["frozen"] = true;
    if (!node.comment.empty())
        json["comment"] = node.comment;
    appendExtra(json, node.extra);
    return json;
}

base::Json edgeToJson(const Edge& edge)
{
    base::Json json
        = { { "from", edge.fromNode + "." + edge.fromPort }, { "to", edge.toNode + "." + edge.toPort } };
    appendExtra(json, edge.extra);
    return json;
}

base::Json frameToJson(const Frame& frame)
{
    base::Json json = { { "id", frame.id }, { "title", frame.title }, { "colour", frame.colour },
        { "x", frame.x }, { "y", frame.y }, { "width", frame.width }, { "height", frame.height } };
    appendExtra(json, frame.extra);
    return json;
}

base::Status readFrames(Project& project, base::ObjectReader& in, Unknown unknown, const std::string& place)
{
    for (const base::Json& json : in.array("frames")) {
        base::Result<Frame> frame
            = parseFrame(json, unknown, fmt::format("{}, frame {}", place, project.frames.size()));
        if (!frame)
            return frame.error();
        if (project.frame(frame->id))
            return base::badInput(
                "the id is used twice", place + ", frame " + frame->id, "give each frame its own id");
        project.frames.push_back(*std::move(frame));
    }
    return {};
}

base::Status readGraph(Project& project, base::ObjectReader& in, Unknown unknown, const std::string& place)
{
    std::set<std::string> ids;
    for (const base::Json& json : in.array("nodes")) {
        base::Result<Node> node = parseNode(json, unknown, place);
        if (!node)
            return node.error();
        if (!ids.insert(node->id).second)
            return base::badInput(
                "the id is used twice", place + ", node " + node->id, "give each node its own id");
        project.nodes.push_back(*std::move(node));
    }
    int index = 0;
    for (const base::Json& json : in.array("edges")) {
        base::Result<Edge> edge = parseEdge(json, unknown, fmt::format("{}, edge {}", place, index++));
        if (!edge)
            return edge.error();
        project.edges.push_back(*std::move(edge));
    }
    return readFrames(project, in, unknown, place);
}

} // namespace

base::Result<Project> parseProject(std::string_view text, const std::string& place)
{
    base::Result<base::Json> json = base::parseJson(text, place, { .maxBytes = std::size_t { 64 } << 20 });
    if (!json)
        return json.error();
    base::ObjectReader in(*json, place);
    const std::string schemaText = in.text("schema");
    Project project;
    project.name = in.text("name", "");
    const std::int64_t seed = in.integer("seed", 0);
    if (seed < 0)
        in.fault("seed", "must not be negative");
    project.seed = static_cast<std::uint64_t>(seed);
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    const auto schema = parseSchema(schemaText);
    if (!schema)
        return base::badInput(fmt::format("schema is '{}', expected {}/{}.{}", schemaText, kSchemaName,
                                  kSchemaMajor, kSchemaMinor),
            place, "is this a project file?");
    if (schema->major != kSchemaMajor)
        return base::badInput(fmt::format("schema {}.{} is of another major version, this program reads {}.x",
                                  schema->major, schema->minor, kSchemaMajor),
            place, "open it with a program of that version");
    project.schemaMinor = std::max(schema->minor, kSchemaMinor);
    // Only a newer program knows members that this one does not; in a file of ours they are misspelt.
    const Unknown unknown = schema->minor > kSchemaMinor ? Unknown::Keep : Unknown::Refuse;
    if (base::Status read = readGraph(project, in, unknown, place); !read)
        return read.error();
    if (base::Status read = in.finish(unknown); !read)
        return read.error();
    project.extra = in.rest();
    return project;
}

base::Result<Project> loadProject(const std::filesystem::path& path)
{
    base::Result<std::string> text = base::readFile(path, std::uint64_t { 64 } << 20);
    if (!text)
        return text.error();
    return parseProject(*text, path.string());
}

std::string serialiseProject(const Project& project)
{
    base::Json json = { { "schema", fmt::format("{}/{}.{}", kSchemaName, kSchemaMajor, project.schemaMinor) },
        { "name", project.name }, { "seed", project.seed }, { "nodes", base::Json::array() },
        { "edges", base::Json::array() } };
    for (const Node& node : project.nodes)
        json["nodes"].push_back(nodeToJson(node));
    for (const Edge& edge : project.edges)
        json["edges"].push_back(edgeToJson(edge));
    for (const Frame& frame : project.frames)
        json["frames"].push_back(frameToJson(frame));
    appendExtra(json, project.extra);
    return json.dump(1, ' ', false, base::Json::error_handler_t::replace) + "\n";
}

base::Status saveProject(const Project& project, const std::filesystem::path& path)
{
    return base::writeFileAtomically(path, serialiseProject(project));
}

} // namespace msrl::curriculum
