// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/run_options.h"

#include "core/store/run_folder.h"

#include <limits>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr int kMaxInt = std::numeric_limits<int>::max();

} // namespace

fs::path projectFolderOf(const RunOptions& options)
{
    return options.folder.empty() ? fs::absolute(options.project).parent_path()
                                  : fs::absolute(options.folder).lexically_normal();
}

base::Json optionsToJson(const RunOptions& options)
{
    base::Json json = { { "project", fs::absolute(options.project).lexically_normal().string() },
        { "bypass", options.bypass }, { "set", options.set }, { "until", options.until },
        { "gate", options.gate }, { "device", options.device }, { "threads", options.threads },
        { "ranks", options.ranks }, { "launcher", options.launcher }, { "hosts", options.hosts },
        { "rank_timeout", options.rankTimeout } };
    if (options.seed)
        json["seed"] = *options.seed;
    if (!options.folder.empty())
        json["folder"] = projectFolderOf(options).string();
    if (!options.artefacts.empty())
        json["artefacts"] = fs::absolute(options.artefacts).lexically_normal().string();
    return json;
}

base::Result<RunOptions> readOptions(const fs::path& run)
{
    const store::RunFolder folder(run);
    if (!folder.isRunFolder())
        return base::badInput("is not a run folder: it has no run.json", run.string());
    base::Result<base::Json> json = base::readJsonFile(folder.planFile());
    if (!json)
        return json.error();
    base::ObjectReader plan(*json, folder.planFile().string());
    base::ObjectReader in(plan.object("options"), folder.planFile().string() + ", options");
    RunOptions options;
    options.run = run;
    options.project = in.text("project");
    options.folder = in.text("folder", "");
    for (const base::Json& id : in.array("bypass"))
        options.bypass.push_back(id.is_string() ? id.get<std::string>() : std::string());
    for (const base::Json& one : in.array("set"))
        options.set.push_back(one.is_string() ? one.get<std::string>() : std::string());
    options.until = in.text("until", "");
    options.gate = in.text("gate", "project");
    options.device = in.text("device", "cpu");
    options.threads = in.integerIn("threads", 0, kMaxInt, 0);
    options.ranks = in.integerIn("ranks", 1, kMaxInt, 1);
    options.launcher = in.text("launcher", "");
    if (in.has("hosts"))
        for (const base::Json& host : in.array("hosts"))
            options.hosts.push_back(host.is_string() ? host.get<std::string>() : std::string());
    options.rankTimeout = in.integer("rank_timeout", options.rankTimeout);
    if (in.has("seed"))
        options.seed = static_cast<std::uint64_t>(in.integer("seed"));
    options.artefacts = in.text("artefacts", "");
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    std::error_code ec;
    if (!fs::exists(options.project, ec)) { // a queued run's copy, say: the run goes on with its own
        options.folder = projectFolderOf(options);
        options.project = folder.projectFile();
    }
    return options;
}

} // namespace msrl::cli
