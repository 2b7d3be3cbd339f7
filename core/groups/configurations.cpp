// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/configurations.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace msrl::groups {

namespace {

using curriculum::Node;
using curriculum::Override;
using curriculum::Project;

// What holds in every configuration, and what is varied.
struct Settings
{
    std::vector<Override> fixed;
    std::vector<std::vector<Override>> varied;
};

base::Result<Settings> settingsOf(const Project& project, const std::vector<std::string>& set)
{
    Settings settings;
    std::set<std::string> targets;
    for (const std::string& text : set) {
        base::Result<std::vector<Override>> values = curriculum::parseOverrides(project, text);
        if (!values)
            return values.error();
        if (!targets.insert(values->front().node + "." + values->front().field).second)
            return base::badInput("is given twice", text, "name all values after one --set");
        if (values->size() == 1)
            settings.fixed.push_back(values->front());
        else
            settings.varied.push_back(*std::move(values));
    }
    return settings;
}

base::Result<Configuration> ablation(const Project& project, const std::string& text)
{
    Configuration configuration;
    std::string titles;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('+', begin), text.size());
        const std::string id = text.substr(begin, end - begin);
        const Node* node = project.node(id);
        if (!node)
            return base::badInput(fmt::format("there is no node '{}' to leave out", id), "--ablations",
                fmt::format("name nodes of the project, or '{}'", kPaperWord));
        configuration.bypass.push_back(id);
        titles += (titles.empty() ? "" : " and ") + curriculum::displayTitle(*node);
        begin = end + 1;
    }
    configuration.key = "without-" + text;
    configuration.title = "without " + titles;
    return configuration;
}

Configuration withValue(const Project& project, Configuration configuration, const Override& one)
{
    const Node& node = *project.node(one.node);
    const curriculum::FieldSpec* field = curriculum::findNodeType(node.type)->field(one.field);
    const bool first = configuration.set.empty();
    configuration.key += (first ? "" : ",") + curriculum::overrideText(one);
    configuration.title += fmt::format("{}{} {}", first ? "" : ", ", field->label, spokenValue(one));
    configuration.set.push_back(one);
    return configuration;
}

std::vector<Configuration> combinations(
    const Project& project, const std::vector<std::vector<Override>>& varied)
{
    if (varied.empty())
        return {};
    std::vector<Configuration> all { Configuration {} };
    for (const std::vector<Override>& values : varied) {
        std::vector<Configuration> next;
        for (const Configuration& before : all) {
            for (const Override& one : values)
                next.push_back(withValue(project, before, one));
        }
        all = std::move(next);
    }
    return all;
}

// After what is varied, so that a row's own value comes first.
base::Status addFixed(
    const Project& project, const std::vector<Override>& fixed, std::vector<Configuration>& all)
{
    for (Configuration& configuration : all) {
        configuration.set.insert(configuration.set.end(), fixed.begin(), fixed.end());
        Project varied = project;
        if (base::Status applied = curriculum::applyOverrides(varied, configuration.set); !applied)
            return applied;
    }
    return {};
}

// The key as a name of a folder: what a file system or a shell might stumble over becomes '_'.
std::string memberName(
    const Configuration& configuration, std::uint64_t seed, const std::vector<Member>& taken)
{
    std::string name = configuration.key;
    for (char& c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("-_.=+,").find(c) != std::string_view::npos;
        c = plain ? c : '_';
    }
    name = fmt::format("{}-seed-{}", name.substr(0, 150), seed);
    const auto isTaken = [&taken](const std::string& candidate) {
        return std::any_of(taken.begin(), taken.end(), [&](const Member& m) { return m.name == candidate; });
    };
    std::string unique = name;
    for (int i = 2; isTaken(unique); ++i)
        unique = fmt::format("{}-{}", name, i);
    return unique;
}

base::Result<std::vector<Configuration>> allConfigurations(
    const Project& project, const GroupRequest& request)
{
    std::vector<Configuration> all;
    for (const std::string& text : request.ablations) {
        if (text == kPaperWord) {
            base::Result<std::vector<Configuration>> paper = paperAblations(project);
            if (!paper)
                return paper.error();
            all.insert(all.end(), paper->begin(), paper->end());
            continue;
        }
        base::Result<Configuration> one = ablation(project, text);
        if (!one)
            return one.error();
        all.push_back(*std::move(one));
    }
    const base::Result<Settings> settings = settingsOf(project, request.set);
    if (!settings)
        return settings.error();
    if (!all.empty() || settings->varied.empty())
        all.push_back({ kFullKey, "full curriculum", {}, {} });
    const std::vector<Configuration> varied = combinations(project, settings->varied);
    all.insert(all.end(), varied.begin(), varied.end());
    if (base::Status fits = addFixed(project, settings->fixed, all); !fits)
        return fits.error();
    return all;
}

} // namespace

std::vector<Override> commonValues(const RunGroup& group)
{
    std::vector<Override> common;
    if (group.configurations.empty())
        return common;
    for (const Override& one : group.configurations.front().set) {
        const bool everywhere = std::all_of(
            group.configurations.begin(), group.configurations.end(), [&](const Configuration& other) {
                return std::find(other.set.begin(), other.set.end(), one) != other.set.end();
            });
        if (everywhere)
            common.push_back(one);
    }
    return common;
}

std::vector<Override> sweptValues(const RunGroup& group, const Configuration& configuration)
{
    const std::vector<Override> common = commonValues(group);
    std::vector<Override> swept;
    std::copy_if(configuration.set.begin(), configuration.set.end(), std::back_inserter(swept),
        [&](const Override& one) { return std::find(common.begin(), common.end(), one) == common.end(); });
    return swept;
}

std::string spokenValue(const Override& one)
{
    const std::string text = curriculum::valueText(one.value);
    if (one.field != "replay_ratio")
        return text;
    return text == "0" ? "none" : text + ":1"; // 0 is the parameter's way to say that nothing is replayed
}

base::Result<RunGroup> makeGroup(const Project& project, const GroupRequest& request)
{
    RunGroup group;
    group.name = project.name;
    base::Result<std::vector<Configuration>> configurations = allConfigurations(project, request);
    if (!configurations)
        return configurations.error();
    group.configurations = *std::move(configurations);
    std::set<std::string> keys;
    for (const Configuration& configuration : group.configurations) {
        if (!keys.insert(configuration.key).second)
            return base::badInput(fmt::format("'{}' is asked for twice", configuration.title));
    }
    std::vector<std::uint64_t> seeds = request.seeds;
    if (seeds.empty())
        seeds.push_back(project.seed);
    std::set<std::uint64_t> seen;
    for (const std::uint64_t seed : seeds) {
        if (!seen.insert(seed).second)
            return base::badInput(fmt::format("seed {} comes twice", seed), "--seeds");
        for (const Configuration& configuration : group.configurations)
            group.members.push_back(
                { configuration.key, seed, memberName(configuration, seed, group.members) });
    }
    return group;
}

base::Result<RunGroup> extended(RunGroup present, const RunGroup& asked)
{
    const auto differs = [&present](const std::string& what, const std::string& hint) {
        return base::badInput(
            fmt::format("the group for {} was made {}", present.project.string(), what), {}, hint);
    };
    if (present.project != asked.project || present.projectHash != asked.projectHash)
        return differs("of another project, or of this one before it was changed",
            "name another --group folder, or bring the project back");
    present.earlyStop = asked.earlyStop;
    if (present.gate != asked.gate || present.until != asked.until || present.device != asked.device)
        return differs(fmt::format("with --gate {}{} --device {}", present.gate,
                           present.until.empty() ? "" : " --until " + present.until, present.device),
            "give the same options, or name another --group folder");
    for (const Configuration& configuration : asked.configurations) {
        const Configuration* known = present.configuration(configuration.key);
        if (known && (known->bypass != configuration.bypass || known->set != configuration.set))
            return differs(
                fmt::format("with another '{}'", configuration.title), "name another --group folder");
        if (!known)
            present.configurations.push_back(configuration);
    }
    for (const Member& member : asked.members) {
        const bool known
            = std::any_of(present.members.begin(), present.members.end(), [&](const Member& other) {
                  return other.configuration == member.configuration && other.seed == member.seed;
              });
        if (!known)
            present.members.push_back({ member.configuration, member.seed,
                memberName(*present.configuration(member.configuration), member.seed, present.members) });
    }
    return present;
}

} // namespace msrl::groups
