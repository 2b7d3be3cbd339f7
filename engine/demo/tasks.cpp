// SPDX-License-Identifier: GPL-3.0-or-later
// The five task types. A wrong answer is mostly a value that occurs elsewhere in the same scene or sentence,
// so that a judge has to look the right one up.
#include "engine/demo/tasks.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace msrl::demo {

using base::RandomStream;
using data::TaskType;

std::string anyOther(RandomStream& random, const Words& items, const std::string& than)
{
    Words rest;
    std::copy_if(items.begin(), items.end(), std::back_inserter(rest),
        [&](const std::string& w) { return w != than; });
    return pick(random, rest);
}

std::string wrongValue(
    RandomStream& random, const std::string& right, const Words& present, const Words& all, double share)
{
    const bool any
        = std::any_of(present.begin(), present.end(), [&](const std::string& w) { return w != right; });
    return anyOther(random, any && chance(random, share) ? present : all, right);
}

void setAnswers(Example& example, std::string good, std::string bad)
{
    example.goodValue = example.good = std::move(good);
    example.badValue = example.bad = std::move(bad);
}

namespace {

constexpr double kWrongActionFromSceneShare = 0.5;
constexpr double kMoveShare = 0.65; // of video actions; the others turn another colour

std::size_t otherIndex(RandomStream& random, std::size_t count, std::size_t than)
{
    const auto drawn = static_cast<std::size_t>(random.below(count - 1));
    return drawn < than ? drawn : drawn + 1;
}

std::string objectWords(const SceneObject& object)
{
    return fmt::format("{} {}", kColors[object.color], kShapes[object.shape]);
}

Example makeImageUnderstanding(RandomStream& random)
{
    Example example;
    const std::size_t count = 2 + static_cast<std::size_t>(random.below(2));
    std::array<std::size_t, 4> shapes { 0, 1, 2, 3 };
    random.shuffle(shapes);
    std::vector<SceneObject> parts(count);
    for (std::size_t i = 0; i < count; ++i) {
        parts[i].shape = shapes[i];
        parts[i].color = static_cast<std::size_t>(random.below(kColors.size()));
    }
    example.scenes = { makeImage(random, parts) };
    const SceneObject& asked = pick(random, example.scenes[0].objects);
    const std::string color(kColors[asked.color]);
    const std::string shape(kShapes[asked.shape]);
    Words present;
    if (chance(random, 0.5)) {
        example.kind = "color";
        example.key = shape;
        example.query = fmt::format("What color is the {}?", shape);
        for (const SceneObject& object : example.scenes[0].objects)
            present.emplace_back(kColors[object.color]);
        setAnswers(example, color, wrongValue(random, color, present, words(kColors), kWrongFromSceneShare));
        return example;
    }
    example.kind = "what";
    example.key = kCells[asked.cell];
    example.query = fmt::format("What is at {}?", example.key);
    Words all;
    for (const std::string_view c : kColors)
        all.push_back(fmt::format("{} {}", c, shape));
    for (const std::string_view s : kShapes)
        all.push_back(fmt::format("{} {}", color, s));
    for (const SceneObject& object : example.scenes[0].objects)
        present.push_back(objectWords(object));
    const std::string good = objectWords(asked);
    setAnswers(example, good, wrongValue(random, good, present, all, kWrongFromSceneShare));
    return example;
}

Example makeImageGeneration(RandomStream& random)
{
    Example example;
    SceneObject wanted;
    wanted.color = static_cast<std::size_t>(random.below(kColors.size()));
    wanted.shape = static_cast<std::size_t>(random.below(kShapes.size()));
    SceneObject changed = wanted;
    const bool byColor = chance(random, 0.5);
    (byColor ? changed.color : changed.shape) = otherIndex(random, 4, byColor ? wanted.color : wanted.shape);
    example.kind = byColor ? "color" : "shape";
    example.key = "want";
    example.query = objectWords(wanted);
    example.goodValue = example.query;
    example.badValue = objectWords(changed);
    example.scenes = { makeImage(random, std::span(&wanted, 1)), makeImage(random, std::span(&changed, 1)) };
    return example;
}

Action drawAction(RandomStream& random, std::size_t color)
{
    if (chance(random, kMoveShare))
        return { Action::Kind::Moves, static_cast<std::size_t>(random.below(kDirections.size())) };
    return { Action::Kind::Turns, otherIndex(random, kColors.size(), color) };
}

// Nothing when no place was found in which every mover has a free neighbour.
std::optional<Scene> makeVideo(RandomStream& random, const std::vector<SceneObject>& parts)
{
    constexpr int kTries = 50;
    for (int i = 0; i < kTries; ++i) {
        Scene scene = makeImage(random, parts);
        const auto occupied = [&](std::size_t cell) {
            return std::any_of(scene.objects.begin(), scene.objects.end(),
                [&](const SceneObject& object) { return object.cell == cell; });
        };
        const bool possible
            = std::all_of(scene.objects.begin(), scene.objects.end(), [&](const SceneObject& object) {
                  if (object.action.kind != Action::Kind::Moves)
                      return true;
                  const std::size_t to = neighbour(object.cell, object.action.value);
                  return to < kCells.size() && !occupied(to);
              });
        if (!possible)
            continue;
        scene.video = true;
        scene.changeFrame = 1 + static_cast<std::size_t>(random.below(kVideoFrames - 1));
        return scene;
    }
    return std::nullopt;
}

Example makeVideoUnderstanding(RandomStream& random)
{
    Example example;
    example.kind = "action";
    std::optional<Scene> scene;
    while (!scene) {
        std::array<std::size_t, 4> shapes { 0, 1, 2, 3 };
        random.shuffle(shapes);
        std::vector<SceneObject> parts(2);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            parts[i].shape = shapes[i];
            parts[i].color = static_cast<std::size_t>(random.below(kColors.size()));
        }
        parts[0].action = drawAction(random, parts[0].color);
        scene = makeVideo(random, parts);
    }
    example.scenes = { *scene };
    const SceneObject& asked = pick(random, scene->objects);
    Words present;
    for (const SceneObject& object : scene->objects)
        present.push_back(actionText(object.action));
    Words all { "stays" };
    for (std::size_t i = 0; i < kDirections.size(); ++i)
        all.push_back(actionText({ Action::Kind::Moves, i }));
    for (std::size_t i = 0; i < kColors.size(); ++i)
        all.push_back(actionText({ Action::Kind::Turns, i }));
    example.key = kShapes[asked.shape];
    example.query = fmt::format("What does the {} do?", example.key);
    const std::string good = actionText(asked.action);
    setAnswers(example, good, wrongValue(random, good, present, all, kWrongActionFromSceneShare));
    return example;
}

Example makeVideoGeneration(RandomStream& random)
{
    Example example;
    const auto requestWords
        = [](const SceneObject& o) { return objectWords(o) + " " + actionText(o.action); };
    while (true) {
        SceneObject wanted;
        wanted.color = static_cast<std::size_t>(random.below(kColors.size()));
        wanted.shape = static_cast<std::size_t>(random.below(kShapes.size()));
        wanted.action = drawAction(random, wanted.color);
        SceneObject changed = wanted;
        const bool byAction = random.below(3) < 2;
        if (byAction)
            changed.action = drawAction(random, wanted.color);
        else
            changed.shape = static_cast<std::size_t>(random.below(kShapes.size()));
        if (changed == wanted)
            continue;
        const std::optional<Scene> good = makeVideo(random, { wanted });
        const std::optional<Scene> bad = makeVideo(random, { changed });
        if (!good || !bad)
            continue;
        example.kind = byAction ? "action" : "shape";
        example.key = "want";
        example.query = requestWords(wanted);
        example.goodValue = example.query;
        example.badValue = requestWords(changed);
        example.scenes = { *good, *bad };
        return example;
    }
}

Example makeUnordered(TaskType task, RandomStream& random)
{
    switch (task) {
    case TaskType::Text:
        return makeText(random);
    case TaskType::ImageUnderstanding:
        return makeImageUnderstanding(random);
    case TaskType::ImageGeneration:
        return makeImageGeneration(random);
    case TaskType::VideoUnderstanding:
        return makeVideoUnderstanding(random);
    case TaskType::VideoGeneration:
        return makeVideoGeneration(random);
    }
    return {};
}

} // namespace

Example makeExample(TaskType task, RandomStream& random)
{
    Example example = makeUnordered(task, random);
    example.task = task;
    example.goodFirst = chance(random, 0.5);
    return example;
}

} // namespace msrl::demo
