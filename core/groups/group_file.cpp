// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/group_file.h"

#include "core/base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace msrl::groups {
namespace fs = std::filesystem;

namespace {

constexpr int kVersion = 1;
constexpr std::uint64_t kMaxBytes = 16 << 20;

base::Json configurationToJson(const Configuration& configuration)
{
    base::Json json = { { "key", configuration.key }, { "title", configuration.title },
        { "bypass", configuration.bypass }, { "set", base::Json::array() } };
    for (const curriculum::Override& one : configuration.set)
        json["set"].push_back({ { "node", one.node }, { "field", one.field }, { "value", one.value } });
    return json;
}

base::Result<Configuration> configurationFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    Configuration configuration;
    configuration.key = in.text("key");
    configuration.title = in.text("title");
    for (const base::Json& node : in.array("bypass")) {
        if (!node.is_string())
            in.fault("bypass", "is not a list of node ids");
        else
            configuration.bypass.push_back(node.get<std::string>());
    }
    for (const base::Json& one : in.array("set")) {
        base::ObjectReader override(one, place + ", set");
        curriculum::Override read { override.text("node"), override.text("field"), override.any("value") };
        if (base::Status fine = override.finish(base::ObjectReader::Unknown::Keep); !fine)
            return fine.error();
        configuration.set.push_back(std::move(read));
    }
    if (base::Status fine = in.finish(base::ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    return configuration;
}

base::Json memberToJson(const Member& member)
{
    base::Json json
        = { { "configuration", member.configuration }, { "seed", member.seed }, { "name", member.name } };
    if (const auto& why = member.givenUp)
        json["given_up"] = { { "after", why->after }, { "set", why->set }, { "value", why->value },
            { "against", why->against }, { "best", why->best } };
    return json;
}

base::Result<GivenUp> givenUpFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    GivenUp why;
    why.after = in.text("after");
    why.set = in.text("set");
    why.value = in.real("value");
    why.against = in.text("against");
    why.best = in.real("best");
    if (base::Status fine = in.finish(base::ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    return why;
}

base::Result<Member> memberFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    Member member;
    member.configuration = in.text("configuration");
    member.seed = static_cast<std::uint64_t>(in.integer("seed"));
    member.name = in.text("name");
    if (member.name.empty() || member.name.find('/') != std::string::npos || member.name.starts_with('.'))
        in.fault("name", fmt::format("'{}' is no name of a folder", member.name));
    if (in.has("given_up")) {
        base::Result<GivenUp> why = givenUpFromJson(in.object("given_up"), place + ", given_up");
        if (!why)
            return why.error();
        member.givenUp = *std::move(why);
    }
    if (base::Status fine = in.finish(base::ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    return member;
}

base::Status checkReferences(const RunGroup& group, const std::string& place)
{
    std::set<std::string> keys;
    for (const Configuration& configuration : group.configurations) {
        if (!keys.insert(configuration.key).second)
            return base::badInput(fmt::format("configuration '{}' comes twice", configuration.key), place);
    }
    for (const Member& member : group.members) {
        if (!keys.contains(member.configuration))
            return base::badInput(fmt::format("member '{}' has an unknown configuration '{}'", member.name,
                                      member.configuration),
                place);
    }
    return {};
}

} // namespace

const Configuration* RunGroup::configuration(std::string_view key) const
{
    const auto found = std::find_if(configurations.begin(), configurations.end(),
        [&](const Configuration& configuration) { return configuration.key == key; });
    return found == configurations.end() ? nullptr : &*found;
}

base::Json groupToJson(const RunGroup& group)
{
    base::Json json = { { "version", kVersion }, { "name", group.name },
        { "project", group.project.string() }, { "project_hash", group.projectHash }, { "gate", group.gate },
        { "until", group.until }, { "device", group.device }, { "threads", group.threads },
        { "configurations", base::Json::array() }, { "members", base::Json::array() } };
    for (const Configuration& configuration : group.configurations)
        json["configurations"].push_back(configurationToJson(configuration));
    if (group.earlyStop)
        json["early_stop"] = *group.earlyStop;
    for (const Member& member : group.members)
        json["members"].push_back(memberToJson(member));
    return json;
}

base::Result<RunGroup> groupFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    RunGroup group;
    const std::int64_t version = in.integer("version");
    group.name = in.text("name", "");
    group.project = in.text("project");
    group.projectHash = in.text("project_hash");
    group.gate = in.text("gate", "project");
    group.until = in.text("until", "");
    group.device = in.text("device", "cpu");
    group.threads = in.integerIn("threads", 0, std::numeric_limits<int>::max(), 0);
    if (in.has("early_stop"))
        group.earlyStop = in.real("early_stop");
    if (version > kVersion)
        in.fault("version",
            fmt::format("written by a newer version: {}, this program knows {}", version, kVersion),
            "update MSRL Studio");
    for (const base::Json& one : in.array("configurations")) {
        base::Result<Configuration> configuration = configurationFromJson(one, place + ", configurations");
        if (!configuration)
            return configuration.error();
        group.configurations.push_back(*std::move(configuration));
    }
    for (const base::Json& one : in.array("members")) {
        base::Result<Member> member = memberFromJson(one, place + ", members");
        if (!member)
            return member.error();
        group.members.push_back(*std::move(member));
    }
    if (base::Status fine = in.finish(base::ObjectReader::Unknown::Keep); !fine)
        return fine.error();
    if (base::Status fine = checkReferences(group, place); !fine)
        return fine.error();
    return group;
}

GroupFolder::GroupFolder(fs::path root)
    : m_root(std::move(root))
{
}

bool GroupFolder::isGroup() const
{
    std::error_code ec;
    return fs::is_regular_file(file(), ec);
}

base::Result<RunGroup> GroupFolder::read() const
{
    if (!isGroup())
        return base::badInput("is not a run group: it has no group.json", m_root.string(),
            "name the folder that `msrl-engine sweep --group` was given");
    base::Result<base::Json> json = base::readJsonFile(file(), { .maxBytes = kMaxBytes });
    if (!json)
        return json.error();
    return groupFromJson(*json, file().string());
}

base::Status GroupFolder::write(const RunGroup& group) const
{
    return base::writeFileAtomically(file(), groupToJson(group).dump(1) + "\n");
}

} // namespace msrl::groups
