// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine new: a project from a template.
#include "core/base/files.h"
#include "core/curriculum/templates.h"
#include "engine/cli/command.h"
#include "engine/cli/output_file.h"
#include "engine/demo/demo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct NewOptions
{
    fs::path target;
    std::string key = "paper";
    bool list = false;
};

std::string listText()
{
    std::string text;
    for (const curriculum::TemplateInfo& info : curriculum::projectTemplates())
        text += fmt::format("{:<8} {}: {}\n", info.key, info.title, info.summary);
    return text;
}

std::string keys()
{
    std::string text;
    for (const curriculum::TemplateInfo& info : curriculum::projectTemplates())
        text += (text.empty() ? "" : ", ") + info.key;
    return text;
}

base::Status writeDemoProject(const fs::path& folder)
{
    if (folder.extension() == ".msrl")
        return base::badInput("the demo is a folder with a base judge and data, not one file",
            folder.string(), "name a new folder");
    if (base::Status fine = checkOutputFolder(fs::absolute(folder).lexically_normal().parent_path()); !fine)
        return fine;
    if (base::Status written
        = demo::writeDemo(folder, 0, demo::DemoScale::Full, [](std::size_t, std::size_t) {});
        !written)
        return written;
    print(fmt::format("{}\n", (folder / "project.msrl").string()));
    return {};
}

base::Status writeNew(const NewOptions& options)
{
    if (options.list) {
        print(listText());
        return {};
    }
    if (options.target.empty())
        return base::badInput("no target was named", {}, "name a new folder or a *.msrl file, or use --list");
    if (!curriculum::findTemplate(options.key))
        return base::badInput("no template is called " + options.key, "--template", "one of " + keys());
    const auto project = curriculum::templateProject(options.key);
    if (!project)
        return writeDemoProject(options.target);
    const bool isFile = options.target.extension() == ".msrl";
    const fs::path file = isFile ? options.target : options.target / "project.msrl";
    std::error_code ignored;
    if (fs::exists(file, ignored))
        return base::badInput("the file exists", file.string(), "choose another name");
    if (base::Status fine = checkOutputFolder(isFile ? file.parent_path() : options.target); !fine)
        return fine;
    if (!file.parent_path().empty())
        if (base::Status made = base::createFolders(file.parent_path()); !made)
            return made;
    if (base::Status saved = curriculum::saveProject(*project, file); !saved)
        return saved;
    print(fmt::format("{}\n", file.string()));
    return {};
}

} // namespace

void addNewCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("new", "Write a project from a template.");
    const auto options = std::make_shared<NewOptions>();
    command->add_option("target", options->target, "New folder (gets project.msrl), or a file *.msrl.");
    command->add_option("--template", options->key, "What to begin from; see --list.")->capture_default_str();
    command->add_flag("--list", options->list, "Print the templates and end.");
    command->callback([&action, options] { action = [options] { return writeNew(*options); }; });
}

} // namespace msrl::cli
