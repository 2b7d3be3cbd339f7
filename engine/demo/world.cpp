// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/world.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace msrl::demo {

using base::RandomStream;

bool chance(RandomStream& random, double probability)
{
    return random.uniform() < probability;
}

std::string actionText(const Action& action)
{
    switch (action.kind) {
    case Action::Kind::Stays:
        return "stays";
    case Action::Kind::Moves:
        return fmt::format("moves {}", kDirections[action.value]);
    case Action::Kind::Turns:
        return fmt::format("turns {}", kColors[action.value]);
    }
    return {};
}

std::size_t neighbour(std::size_t cell, std::size_t direction)
{
    const std::size_t row = cell / 2;
    const std::size_t column = cell % 2;
    const std::array<bool, 4> inside { column == 1, column == 0, row == 1, row == 0 };
    if (!inside[direction])
        return kCells.size();
    return direction < 2 ? cell ^ 1U : cell ^ 2U;
}

std::string caption(const Scene& scene)
{
    std::string out;
    for (const SceneObject& object : scene.objects) {
        out += fmt::format("{}{} {} {}", out.empty() ? "" : ", ", kCells[object.cell], kColors[object.color],
            kShapes[object.shape]);
        if (scene.video)
            out += " " + actionText(object.action);
    }
    return out + ".";
}

Scene makeImage(RandomStream& random, std::span<const SceneObject> parts)
{
    std::array<std::size_t, kCells.size()> cells {};
    std::iota(cells.begin(), cells.end(), std::size_t { 0 });
    random.shuffle(cells);
    Scene out;
    out.objects.assign(parts.begin(), parts.end());
    for (std::size_t i = 0; i < parts.size(); ++i)
        out.objects[i].cell = cells[i];
    std::sort(out.objects.begin(), out.objects.end(),
        [](const SceneObject& a, const SceneObject& b) { return a.cell < b.cell; });
    return out;
}

bool Example::isQuestion() const
{
    return !data::isGeneration(task) && !query.empty();
}

data::Side gold(const Example& example)
{
    return example.goodFirst ? data::Side::A : data::Side::B;
}

std::vector<Scene> shownScenes(const Example& example)
{
    std::vector<Scene> out = example.scenes;
    if (data::isGeneration(example.task) && !example.goodFirst)
        std::swap(out[0], out[1]);
    return out;
}

std::string fact(const Example& example)
{
    return fmt::format(" {}: {}.", example.key, example.goodValue);
}

std::string reasoning(const Example& example)
{
    const std::string good = example.goodValue + " yes";
    const std::string bad = example.badValue + " no";
    return fmt::format(
        "{} A: {}. B: {}.", fact(example), example.goodFirst ? good : bad, example.goodFirst ? bad : good);
}

std::string identity(const Example& example)
{
    std::vector<std::string> parts { example.good, example.bad };
    for (const Scene& scene : example.scenes)
        parts.push_back(caption(scene));
    std::sort(parts.begin(), parts.end());
    std::string out
        = fmt::format("{}\n{}\n{}", data::taskTypeName(example.task), example.context, example.query);
    for (const std::string& part : parts)
        out += "\n" + part;
    return out;
}

} // namespace msrl::demo
