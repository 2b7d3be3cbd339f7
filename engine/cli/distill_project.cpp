// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/distill_project.h"

#include "core/curriculum/graph_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

using curriculum::Project;

std::string fullPath(const fs::path& path)
{
    return fs::absolute(path).lexically_normal().string();
}

// "Judge 8B/" -> "judge-8b", so that a path tells whose it is.
std::string idOf(const fs::path& folder)
{
    const fs::path clean = fs::absolute(folder).lexically_normal();
    std::string id;
    for (char c : (clean.has_filename() ? clean : clean.parent_path()).filename().string()) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        id += plain ? c : '-';
    }
    const bool startsWell = !id.empty() && id.front() >= 'a' && id.front() <= 'z';
    return startsWell ? id : "teacher-" + id;
}

std::string freeId(const Project& project, const std::string& wanted)
{
    std::string id = wanted;
    for (int number = 2; project.node(id); ++number)
        id = fmt::format("{}-{}", wanted, number);
    return id;
}

base::Status addTeacher(Project& project, curriculum::GraphBuilder& build, const std::string& text, int row)
{
    const std::size_t equals = text.find('=');
    const bool named = equals != std::string::npos && text.find('/') > equals;
    const fs::path folder = named ? text.substr(equals + 1) : text;
    if (named && project.node(text.substr(0, equals)))
        return base::badInput(fmt::format("the name '{}' is taken", text.substr(0, equals)),
            "--teacher " + text, "choose another");
    const std::string id = named ? text.substr(0, equals) : freeId(project, idOf(folder));
    build.node(id, "model", {}, 0, row, { { "path", fullPath(folder) } });
    build.edge(id + ".policy", std::string(kDistillPaths) + ".policy");
    return {};
}

// Folders and files of fields are named from where the command is called.
base::Json fromHere(const curriculum::FieldSpec& field, const base::Json& value)
{
    const bool isPath = field.type == curriculum::FieldType::Path;
    const bool isPrompts = field.content == curriculum::FieldContent::PromptSet;
    std::error_code ec;
    if (!isPath && !(isPrompts && fs::is_directory(value.get<std::string>(), ec)))
        return value;
    return value.get<std::string>().empty() ? value : base::Json(fullPath(value.get<std::string>()));
}

} // namespace

base::Result<Project> distillProject(const DistillSources& sources)
{
    Project project;
    project.name = "Distillation";
    project.seed = sources.seed;
    curriculum::GraphBuilder build(project);
    build.node(kDistillData, "dataset", {}, 0, 0,
        { { "content", "visual-preferences" }, { "path", fullPath(sources.data) } });
    build.node("captions", "captioner", {}, 1, 0, base::Json::object());
    build.node(kDistillPaths, "cmkd", {}, 2, 0, base::Json::object());
    build.edge("data.samples", "captions.preferences");
    build.edge("captions.captioned", "paths.captioned");
    if (!sources.captioner.empty()) {
        project.node("captions")->params["source"] = "policy";
        build.node("captioner", "model", {}, 0, 1, { { "path", fullPath(sources.captioner) } });
        build.edge("captioner.policy", "captions.policy");
    }
    if (!sources.captions.empty())
        project.node("captions")->params = { { "source", "file" }, { "file", fullPath(sources.captions) } };
    if (!sources.gatePolicy.empty()) {
        build.node(kDistillGate, "gate", {}, 3, 0, { { "policy", sources.gatePolicy } });
        build.edge("paths.candidates", "gate.candidates");
    }
    int row = 2;
    for (const std::string& teacher : sources.teachers) {
        if (base::Status added = addTeacher(project, build, teacher, row++); !added)
            return added.error();
    }
    std::vector<curriculum::Override> values = sources.values;
    for (curriculum::Override& one : values) {
        if (const curriculum::Node* node = project.node(one.node))
            one.value = fromHere(*curriculum::findNodeType(node->type)->field(one.field), one.value);
    }
    if (base::Status fits = curriculum::applyOverrides(project, values); !fits)
        return fits.error();
    return project;
}

} // namespace msrl::cli
