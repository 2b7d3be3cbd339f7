// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/json_lines.h"

#include "engine/cli/command.h"

#include <fmt/format.h>

#include <iostream>

namespace msrl::cli {

base::Status answerLines(const LineAnswer& answer)
{
    std::size_t number = 0;
    for (std::string line; std::getline(std::cin, line);) {
        const std::string place = fmt::format("standard input:{}", ++number);
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        const auto row = base::parseJson(line, place);
        if (!row)
            return row.error();
        const auto answered = answer(*row, place);
        if (!answered)
            return answered.error();
        // ASCII: some readers take U+2028 and the like for line ends.
        print(answered->dump(-1, ' ', true) + "\n");
    }
    return {};
}

} // namespace msrl::cli
