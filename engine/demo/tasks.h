// SPDX-License-Identifier: GPL-3.0-or-later
// What tasks of text and tasks of scenes are made with. Used by this folder only.
#pragma once

#include "engine/demo/world.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::demo {

using Words = std::vector<std::string>;

// How often a wrong answer is a value that occurs elsewhere in the same scene or sentence.
inline constexpr double kWrongFromSceneShare = 0.7;

template <std::size_t n> Words words(const std::array<std::string_view, n>& list)
{
    return { list.begin(), list.end() };
}

// A drawn element that is not `than`. REQUIRES: there is one
std::string anyOther(base::RandomStream& random, const Words& items, const std::string& than);

// A value other than `right`: with probability `share` one that is present, where there is one.
std::string wrongValue(base::RandomStream& random, const std::string& right, const Words& present,
    const Words& all, double share);

// Both candidates, each by the value that the reasoning calls it.
void setAnswers(Example& example, std::string good, std::string bad);

// A fresh example of TaskType::Text but for its task and the order of A and B.
Example makeText(base::RandomStream& random);

} // namespace msrl::demo
