// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's world: scenes of coloured shapes on a 2×2 grid, sentences about people and things, and judging
// tasks over both whose right answer is known. Everything is a function of the random stream, the same on
// every platform.
#pragma once

#include "core/base/random.h"
#include "core/data/sample.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::demo {

inline constexpr std::array<std::string_view, 4> kColors { "red", "green", "blue", "yellow" };
inline constexpr std::array<std::string_view, 4> kShapes { "circle", "square", "triangle", "cross" };
// Cells of the grid, row by row.
inline constexpr std::array<std::string_view, 4> kCells { "NW", "NE", "SW", "SE" };
inline constexpr std::array<std::string_view, 4> kDirections { "left", "right", "up", "down" };
// Sentences share words with scenes and have more.
inline constexpr std::array<std::string_view, 8> kNames { "Ann", "Ben", "Carl", "Dora", "Eve", "Finn", "Gus",
    "Hana" };
inline constexpr std::array<std::string_view, 12> kItems { "ball", "box", "hat", "cup", "key", "car", "book",
    "bell", "circle", "square", "triangle", "cross" };
inline constexpr std::array<std::string_view, 6> kTextColors { "red", "green", "blue", "yellow", "black",
    "white" };
inline constexpr std::array<std::string_view, 17> kTextActions { "goes left", "goes right", "goes up",
    "goes down", "moves left", "moves right", "moves up", "moves down", "sits", "runs", "sleeps", "sings",
    "stays", "turns red", "turns blue", "turns green", "turns yellow" };

struct Action
{
    enum class Kind { Stays, Moves, Turns };
    Kind kind = Kind::Stays;
    std::size_t value = 0; // Moves: index into kDirections; Turns: into kColors

    bool operator==(const Action&) const = default;
};
std::string actionText(const Action& action); // "moves left", "turns red", "stays"

struct SceneObject
{
    std::size_t cell = 0; // in the first frame
    std::size_t color = 0;
    std::size_t shape = 0;
    Action action; // videos only

    bool operator==(const SceneObject&) const = default;
};

struct Scene
{
    bool video = false;
    std::vector<SceneObject> objects; // by cell, at most one in each
    std::size_t changeFrame = 0; // videos: the first frame in which the action shows

    bool operator==(const Scene&) const = default;
};

inline constexpr std::size_t kVideoFrames = 4;
// "NW red circle, SE blue square." and for videos "NW red circle moves right, SE blue square stays."
std::string caption(const Scene& scene);
// The neighbour of `cell` in a direction; kCells.size() when there is none.
std::size_t neighbour(std::size_t cell, std::size_t direction);

// A judging task with its right answer.
struct Example
{
    data::TaskType task = data::TaskType::Text;
    // "color", "owner", "place", "action", "item", "act", "full"; "what", "shape" for scenes.
    std::string kind;
    std::string context; // text: "Text: …." or "Request: …."
    std::string query; // the question, or the request of a generation task; empty for text requests
    std::string key; // what the reasoning looks up: a name, an item, a cell, or "want"
    std::string good; // candidates: text and understanding
    std::string bad;
    std::string goodValue; // what the reasoning calls them
    std::string badValue;
    std::vector<Scene> scenes; // understanding: one; generation: the good one, the bad one
    bool goodFirst = true; // A is the good one

    bool isQuestion() const;
};

// A fresh example of the task, its order of A and B drawn too.
Example makeExample(data::TaskType task, base::RandomStream& random);
// Two or three objects of any colours and shapes, for teaching the vision tower.
Scene makeImage(base::RandomStream& random, std::span<const SceneObject> parts);

data::Side gold(const Example& example);
// What a judge shows in the prompt: understanding one scene, generation the two candidates in the order A, B.
std::vector<Scene> shownScenes(const Example& example);
// The reasoning of stage 1's supervised samples: " KEY: FACT. A: VALUE yes. B: VALUE no."
std::string reasoning(const Example& example);
// " KEY: FACT.", the answer to a plain question.
std::string fact(const Example& example);

// Equal for two examples that differ at most in the order of A and B, and in what the renderer draws.
std::string identity(const Example& example);

// A uniformly drawn element. REQUIRES: not empty
template <class Container> const auto& pick(base::RandomStream& random, const Container& items)
{
    return items[static_cast<std::size_t>(random.below(items.size()))];
}
bool chance(base::RandomStream& random, double probability);

} // namespace msrl::demo
