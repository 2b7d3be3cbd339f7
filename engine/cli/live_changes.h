// SPDX-License-Identifier: GPL-3.0-or-later
// RUN/live.json: the parameters that people changed while the run went on, so that a resume keeps them. They
// belong to one plan; a run of another plan in the same folder begins without them.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>

namespace msrl::cli {

class LiveChanges
{
public:
    LiveChanges(std::filesystem::path file, std::string plan);

    // What was kept for this plan, by "NODE.FIELD" or "FIELD". A file that cannot be read is an error.
    base::Result<std::map<std::string, base::Json>> kept() const;
    // On the disk when it returns. One caller at a time.
    base::Status keep(const std::string& name, const base::Json& value) const;

private:
    std::filesystem::path m_file;
    std::string m_plan; // its hash
};

} // namespace msrl::cli
