// SPDX-License-Identifier: GPL-3.0-or-later
// The recorded cases under tests/data/rl.
#pragma once

#include "core/base/files.h"
#include "core/base/json.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace msrl::judge {

inline base::Json goldenJson(const std::string& name)
{
    const auto text = base::readFile(std::filesystem::path(MSRL_TEST_DATA) / "rl" / name);
    EXPECT_TRUE(text.ok());
    return base::Json::parse(*text);
}

inline std::vector<base::Json> goldenRows(const std::string& name)
{
    const auto text = base::readFile(std::filesystem::path(MSRL_TEST_DATA) / "rl" / name);
    EXPECT_TRUE(text.ok());
    std::vector<base::Json> rows;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);)
        rows.push_back(base::Json::parse(line));
    return rows;
}

} // namespace msrl::judge
