// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/run_changes.h"

#include "core/base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace msrl::cli {

namespace {

using Flat = std::map<std::string, std::string>; // "NODE.FIELD" -> value

bool isForPeopleOnly(const std::string& key)
{
    constexpr const char* kKeys[]
        = { "position", "title", "comment", "comments", "layout", "name", "schema" };
    return std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys);
}

void addNode(const base::Json& node, Flat& flat)
{
    const std::string id = node.value("id", std::string());
    for (const auto& [key, value] : node.items()) {
        if (key == "params" && value.is_object()) {
            for (const auto& [field, set] : value.items())
                flat[id + "." + field] = set.dump();
        } else if (!isForPeopleOnly(key)) {
            flat[key == "id" ? "node " + id : id + "." + key] = key == "id" ? std::string() : value.dump();
        }
    }
}

Flat flattened(const base::Json& settings)
{
    Flat flat;
    for (const auto& [key, value] : settings.items()) {
        if (key == "nodes" && value.is_array()) {
            for (const base::Json& node : value) {
                if (node.is_object())
                    addNode(node, flat);
            }
        } else if (key == "edges" && value.is_array()) {
            for (const base::Json& edge : value)
                flat[fmt::format(
                    "edge {} - {}", edge.value("from", std::string()), edge.value("to", std::string()))];
        } else if (key == "options" && value.is_object()) {
            for (const auto& [option, set] : value.items())
                flat["option " + option] = set.dump();
        } else if (!isForPeopleOnly(key)) {
            flat[key] = value.dump();
        }
    }
    return flat;
}

std::string line(const std::string& name, const std::string* before, const std::string* now)
{
    const std::string& value = before ? *before : *now;
    if (before && now)
        return fmt::format("{} {} -> {}", name, *before, *now);
    if (value.empty())
        return name + (now ? " is new" : " is gone");
    return before ? fmt::format("{} {} -> its default", name, value)
                  : fmt::format("{} its default -> {}", name, value);
}

base::Json settingsOf(const std::string& project, const std::string& plan)
{
    const base::Result<base::Json> settings = base::parseJson(project, "project");
    const base::Result<base::Json> planned = base::parseJson(plan, "plan");
    if (!settings || !planned || !settings->is_object() || !planned->is_object())
        return {};
    base::Json both = *settings;
    both["options"] = planned->value("options", base::Json::object());
    return both;
}

} // namespace

std::vector<std::string> settingChanges(const base::Json& before, const base::Json& now)
{
    const Flat old = flattened(before);
    const Flat fresh = flattened(now);
    const auto nodeOf = [](const std::string& name) { return "node " + name.substr(0, name.find('.')); };
    std::vector<std::string> lines;
    for (const auto& [name, value] : old) {
        const auto found = fresh.find(name);
        const bool whole = name.find('.') != std::string::npos && !fresh.contains(nodeOf(name))
            && old.contains(nodeOf(name)); // said once, of the node
        if (found == fresh.end() && !whole)
            lines.push_back(line(name, &value, nullptr));
        else if (found != fresh.end() && found->second != value)
            lines.push_back(line(name, &value, &found->second));
    }
    for (const auto& [name, value] : fresh) {
        const bool whole = name.find('.') != std::string::npos && !old.contains(nodeOf(name))
            && fresh.contains(nodeOf(name));
        if (!old.contains(name) && !whole)
            lines.push_back(line(name, nullptr, &value));
    }
    return lines;
}

std::vector<std::string> changesSince(
    const store::RunFolder& folder, const std::string& project, const std::string& plan)
{
    const base::Result<std::string> oldProject = base::readFile(folder.projectFile());
    const base::Result<std::string> oldPlan = base::readFile(folder.planFile());
    if (!oldProject || !oldPlan)
        return {};
    const base::Json before = settingsOf(*oldProject, *oldPlan);
    return before.is_object() ? settingChanges(before, settingsOf(project, plan))
                              : std::vector<std::string> {};
}

} // namespace msrl::cli
