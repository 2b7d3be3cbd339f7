// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/data_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace msrl::cli {

void addDataFileOptions(CLI::App& command, DataFileOptions& options)
{
    command.add_option("FILE", options.file, "The data file: JSON lines, csv or Parquet.")->required();
    addDataFormatOptions(command, options);
}

void addDataFormatOptions(CLI::App& command, DataFileOptions& options)
{
    std::vector<std::string> names;
    for (const data::SampleFormat& format : data::sampleFormats())
        names.emplace_back(format.name);
    std::string fields;
    for (const std::string& field : data::columnFields())
        fields += (fields.empty() ? "" : ", ") + field;
    command.add_option("--format", options.format, "Its format; by its name when absent.")
        ->check(CLI::IsMember(names));
    command.add_option("--media-root", options.mediaRoot, "Where media paths begin; its folder when absent.");
    command
        .add_option("--map", options.map,
            fmt::format("FIELD=COLUMN, several times: rows of our own from the file's columns, "
                        "image.path for a member. Fields: {}. gold:VALUE=A, B or none for what the gold's "
                        "column says.",
                fields))
        ->allow_extra_args(false);
}

base::Result<data::LoadOptions> loadOptions(const DataFileOptions& options)
{
    data::LoadOptions load;
    load.format = options.format;
    load.mediaRoot = options.mediaRoot;
    auto columns = data::ColumnMap::parse(options.map, "--map");
    if (!columns)
        return columns.error();
    load.columns = *std::move(columns);
    return load;
}

} // namespace msrl::cli
