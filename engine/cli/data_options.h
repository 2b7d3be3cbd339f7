// SPDX-License-Identifier: GPL-3.0-or-later
// What commands that read data share: of what format a file is, and which of its columns stand for what.
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
// All but the file, which the command names in its own way.
void addDataFormatOptions(CLI::App& command, DataFileOptions& options);

base::Result<data::LoadOptions> loadOptions(const DataFileOptions& options);

} // namespace msrl::cli
