// SPDX-License-Identifier: GPL-3.0-or-later
// One page about a run, as HTML: what its judge is worth, how it learned, what the teacher wrote and people
// decided, and what is needed to do it again.
#pragma once

#include "core/report/run_facts.h"

#include <string>
#include <vector>

namespace msrl::report {

// A page whose pictures are named instead of drawn, for whoever lays it out otherwise than a browser.
struct RunPage
{
    std::string html; // <img src="picture:N">
    std::vector<std::string> pictures; // SVG, by N
};

// A whole HTML document that needs no other file.
std::string runPageHtml(const RunFacts& facts);
// The same page for Qt's rich text.
RunPage runPageForPrint(const RunFacts& facts);

} // namespace msrl::report
