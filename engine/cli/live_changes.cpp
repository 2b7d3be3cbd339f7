// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/live_changes.h"

#include "core/base/files.h"

namespace msrl::cli {

LiveChanges::LiveChanges(std::filesystem::path file, std::string plan)
    : m_file(std::move(file))
    , m_plan(std::move(plan))
{
}

base::Result<std::map<std::string, base::Json>> LiveChanges::kept() const
{
    std::map<std::string, base::Json> changes;
    std::error_code ec;
    if (!std::filesystem::exists(m_file, ec))
        return changes;
    const base::Result<base::Json> json = base::readJsonFile(m_file);
    if (!json)
        return json.error();
    base::ObjectReader in(*json, m_file.string());
    const std::string plan = in.text("plan");
    for (const auto& [name, value] : in.object("changes").items())
        changes[name] = value;
    if (base::Status read = in.finish(); !read)
        return read.error();
    if (plan != m_plan)
        changes.clear();
    return changes;
}

base::Status LiveChanges::keep(const std::string& name, const base::Json& value) const
{
    base::Result<std::map<std::string, base::Json>> changes = kept();
    if (!changes)
        return changes.error();
    (*changes)[name] = value;
    const base::Json json = { { "plan", m_plan }, { "changes", *changes } };
    return base::writeFileAtomically(m_file, json.dump(1) + "\n");
}

} // namespace msrl::cli
