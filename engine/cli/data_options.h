// SPDX-License-Identifier: GPL-3.0-or-later
// What the data subcommands share: which file, of what format, and which of its columns stand for what.
#pragma once

#include "core/data/readers.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace msrl::cli {

struct DataFileOptions
{
    std::string file;
    std::string format;
    std::string mediaRoot;
    std::vector<std::string> map; // FIELD=COLUMN
};

void addDataFileOptions(CLI::App& command, DataFileOptions& options);

base::Result<data::LoadOptions> loadOptions(const DataFileOptions& options);

} // namespace msrl::cli
