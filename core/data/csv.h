// SPDX-License-Identifier: GPL-3.0-or-later
// Tables in comma-separated form (RFC 4180): quoted cells may hold commas, line ends and doubled quotes.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::data {

struct CsvTable
{
    std::string file; // for messages
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows; // each as long as columns
    std::vector<std::size_t> lines; // the line on which each row begins, from 1

    std::optional<std::size_t> column(std::string_view name) const;
    // "pairs.csv:12"
    std::string place(std::size_t row) const;
};

// The first row names the columns. BadInput with the line for a quote that does not end and for a row of
// another length, and with the column for a name that comes twice and for a cell that is no UTF-8 text.
base::Result<CsvTable> readCsv(const std::filesystem::path& path);

} // namespace msrl::data
