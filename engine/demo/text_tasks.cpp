// SPDX-License-Identifier: GPL-3.0-or-later
// Tasks of text: questions about sentences, and requests with two candidates.
#include "engine/demo/tasks.h"

#include <fmt/core.h>

#include <algorithm>

namespace msrl::demo {

using base::RandomStream;

namespace {

Words joined(Words a, const Words& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// `count` different elements in random order. REQUIRES: count <= items.size()
Words sampleOf(RandomStream& random, Words items, std::size_t count)
{
    random.shuffle(items);
    items.resize(count);
    return items;
}

std::string joinedBy(const Words& items, const std::string& separator)
{
    std::string out;
    for (const std::string& item : items)
        out += (out.empty() ? "" : separator) + item;
    return out;
}

// "Text: Finn green triangle, Ann black circle." With the kind "place" things stand in corners, as in
// captions: "Text: NW green triangle, SE black circle."
void makeBelongings(Example& example, RandomStream& random)
{
    const std::size_t count = 2 + static_cast<std::size_t>(random.below(2));
    const bool placed = example.kind == "place";
    const Words names = sampleOf(random, placed ? words(kCells) : words(kNames), count);
    const Words items = sampleOf(random, words(kItems), count);
    Words colors;
    Words things;
    Words parts;
    for (std::size_t i = 0; i < count; ++i) {
        colors.emplace_back(pick(random, kTextColors));
        things.push_back(colors[i] + " " + items[i]);
        parts.push_back(names[i] + " " + things[i]);
    }
    example.context = "Text: " + joinedBy(parts, ", ") + ".";
    const auto asked = static_cast<std::size_t>(random.below(count));
    if (example.kind == "color") {
        example.key = items[asked];
        example.query = fmt::format("What color is the {}?", items[asked]);
        setAnswers(example, colors[asked],
            wrongValue(random, colors[asked], colors, words(kTextColors), kWrongFromSceneShare));
        return;
    }
    Words recolored;
    for (const std::string_view color : kTextColors)
        recolored.push_back(fmt::format("{} {}", color, items[asked]));
    example.key = names[asked];
    example.query = placed ? fmt::format("What is at {}?", names[asked])
                           : fmt::format("What does {} have?", names[asked]);
    setAnswers(
        example, things[asked], wrongValue(random, things[asked], things, recolored, kWrongFromSceneShare));
}

// "Text: Ann sits, cup moves left."
void makeDoings(Example& example, RandomStream& random)
{
    const std::size_t count = 2 + static_cast<std::size_t>(random.below(2));
    const Words names = words(kNames);
    const Words who = sampleOf(random, joined(names, words(kItems)), count);
    Words actions;
    Words parts;
    for (std::size_t i = 0; i < count; ++i) {
        actions.emplace_back(pick(random, kTextActions));
        parts.push_back(who[i] + " " + actions[i]);
    }
    example.context = "Text: " + joinedBy(parts, ", ") + ".";
    const auto asked = static_cast<std::size_t>(random.below(count));
    const bool person = std::find(names.begin(), names.end(), who[asked]) != names.end();
    example.key = who[asked];
    example.query = fmt::format("What does {}{} do?", person ? "" : "the ", who[asked]);
    setAnswers(example, actions[asked],
        wrongValue(random, actions[asked], actions, words(kTextActions), kWrongFromSceneShare));
}

// "Request: green cup moves left.", one slot of the wrong candidate differs.
void makeTextRequest(Example& example, RandomStream& random)
{
    std::vector<Words> slots;
    if (example.kind == "act")
        slots = { joined(words(kNames), words(kItems)), words(kTextActions) };
    else
        slots = { words(kTextColors), words(kItems) };
    if (example.kind == "full")
        slots.push_back(words(kTextActions));
    Words wanted;
    for (const Words& slot : slots)
        wanted.push_back(pick(random, slot));
    Words changed = wanted;
    const auto slot = static_cast<std::size_t>(random.below(slots.size()));
    changed[slot] = anyOther(random, slots[slot], wanted[slot]);
    setAnswers(example, joinedBy(wanted, " "), joinedBy(changed, " "));
    example.context = "Request: " + example.good + ".";
    example.key = "want";
    // The candidate as a caption might put it: plain, as a sentence, or with a place, which long ones mostly
    // have.
    const std::uint64_t form = random.below(example.kind == "full" ? 5 : 3);
    if (form >= 2) {
        example.good = fmt::format("{} {}", pick(random, kCells), example.good);
        example.bad = fmt::format("{} {}", pick(random, kCells), example.bad);
    }
    if (form != 0) {
        example.good += ".";
        example.bad += ".";
    }
}

} // namespace

Example makeText(RandomStream& random)
{
    // Requests of three words are drawn three times as often as the others: they are the hardest to compare,
    // and nothing else prepares the judge for generated videos.
    static constexpr std::array<std::string_view, 9> kKinds { "color", "owner", "place", "action", "item",
        "act", "full", "full", "full" };
    Example example;
    example.kind = pick(random, kKinds);
    if (example.kind == "color" || example.kind == "owner" || example.kind == "place")
        makeBelongings(example, random);
    else if (example.kind == "action")
        makeDoings(example, random);
    else
        makeTextRequest(example, random);
    return example;
}

} // namespace msrl::demo
