// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/command.h"

#include <cstdio>

namespace msrl::cli {

void print(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

} // namespace msrl::cli
