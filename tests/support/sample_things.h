// SPDX-License-Identifier: GPL-3.0-or-later
// What the made-up run talks about: one coloured shape in one quarter of a picture.
#pragma once

#include <fmt/format.h>

#include <string>

namespace msrl::tests {

inline constexpr int kPaths = 8;
inline constexpr const char* kColours[] = { "red", "green", "blue", "yellow" };
inline constexpr const char* kShapes[] = { "circle", "square", "triangle", "cross" };
inline constexpr const char* kCells[] = { "NW", "NE", "SW", "SE" };

struct Thing
{
    int colour = 0;
    int shape = 0;
    int cell = 0;
};

inline std::string nameOf(const Thing& thing)
{
    return fmt::format("{} {}", kColours[thing.colour], kShapes[thing.shape]);
}

} // namespace msrl::tests
