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

} // namespace msrl::judge
