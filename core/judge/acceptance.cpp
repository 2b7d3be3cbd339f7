// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/acceptance.h"

#include "core/base/hash.h"
#include "core/judge/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace msrl::judge {

double errorBound(std::int64_t wrong, std::int64_t checked, double confidence)
{
    assert(confidence > 0.5 && confidence < 1);
    if (checked == 0)
        return 1;
    // One side of a two-sided interval that leaves out as much on the other side.
    return clopperPearsonInterval(wrong, checked, 2 * confidence - 1).high;
}

std::int64_t checksFor(double share, double confidence)
{
    assert(share > 0 && share < 1);
    // Without errors the bound b of n checks solves (1 - b)^n = 1 - confidence.
    return static_cast<std::int64_t>(std::ceil(std::log(1 - confidence) / std::log1p(-share)));
}

std::vector<std::size_t> drawOrder(std::span<const std::string> ids, std::string_view seed)
{
    std::vector<std::pair<std::string, std::size_t>> keys;
    keys.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        base::Sha256 hash;
        hash.add(seed);
        hash.add(std::string_view("\0", 1));
        hash.add(ids[i]);
        keys.emplace_back(hash.finish(), i);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::size_t> order;
    order.reserve(keys.size());
    for (const auto& [key, index] : keys)
        order.push_back(index);
    return order;
}

namespace {

struct Group
{
    std::vector<std::size_t> open; // in random order, the next one last
    double share = 0; // of all items
    double looks = 0;
    double wrong = 0;

    double gain() const
    {
        const double error = (wrong + 0.5) / (looks + 1);
        return share * share * error * (1 - error) * (1 / (looks + 1) - 1 / (looks + 2));
    }
};

std::vector<Group> groupsOf(
    std::span<const Looked> items, std::span<const std::size_t> random, std::size_t count)
{
    std::vector<std::size_t> rising(random.begin(), random.end());
    std::stable_sort(rising.begin(), rising.end(),
        [&](std::size_t a, std::size_t b) { return items[a].confidence < items[b].confidence; });
    std::vector<std::size_t> groupOf(items.size());
    std::vector<Group> groups(count);
    for (std::size_t place = 0; place < rising.size(); ++place) {
        groupOf[rising[place]] = place * count / rising.size();
        groups[groupOf[rising[place]]].share += 1 / static_cast<double>(items.size());
    }
    for (auto index = random.rbegin(); index != random.rend(); ++index) {
        Group& group = groups[groupOf[*index]];
        if (!items[*index].right) {
            group.open.push_back(*index);
            continue;
        }
        ++group.looks;
        group.wrong += *items[*index].right ? 0 : 1;
    }
    return groups;
}

} // namespace

std::vector<std::size_t> tellingOrder(
    std::span<const Looked> items, std::span<const std::size_t> random, std::size_t groups)
{
    assert(random.size() == items.size() && groups > 0);
    std::vector<Group> all = groupsOf(items, random, groups);
    std::vector<std::size_t> order;
    for (;;) {
        Group* best = nullptr;
        for (Group& group : all) {
            if (!group.open.empty() && (!best || group.gain() > best->gain()))
                best = &group;
        }
        if (!best)
            return order;
        order.push_back(best->open.back());
        best->open.pop_back();
        // As many more wrong ones as expected: the rate stays, the uncertainty shrinks.
        best->wrong += (best->wrong + 0.5) / (best->looks + 1);
        ++best->looks;
    }
}

} // namespace msrl::judge
