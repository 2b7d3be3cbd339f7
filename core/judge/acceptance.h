// SPDX-License-Identifier: GPL-3.0-or-later
// Acceptance sampling: what a look at a random part of a set says about the whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::judge {

// The share of errors that the set exceeds with a probability of at most 1 - confidence, exact (Clopper and
// Pearson, one-sided); 1 without checks. A set that is not much larger than its sample is better than that.
// REQUIRES: 0 <= wrong <= checked, 1/2 < confidence < 1
double errorBound(std::int64_t wrong, std::int64_t checked, double confidence = 0.95);

// Checks without a single error that bring the bound to `share`. REQUIRES: 0 < share < 1
std::int64_t checksFor(double share, double confidence = 0.95);

// A random order of the items that depends on their ids and `seed` alone: whoever draws k takes the first k,
// and a larger sample contains the smaller one, also when items were added meanwhile.
std::vector<std::size_t> drawOrder(std::span<const std::string> ids, std::string_view seed);

// One of the machine's choices, and whether it turned out right, if somebody looked.
struct Looked
{
    double confidence = 0;
    std::optional<bool> right;
};

// The choices at which nobody has looked, the most telling first: the one that takes most off the variance of
// the estimated error of the whole set. The set is cut into groups of like confidence; a look takes off
// share^2 p (1 - p) (1 / (n + 1) - 1 / (n + 2)) in a group with n looks and the error rate p (with half a
// right and half a wrong one added). Within a group the order is that of `random`. REQUIRES: random is a
// permutation of the items, no confidence is NaN
std::vector<std::size_t> tellingOrder(
    std::span<const Looked> items, std::span<const std::size_t> random, std::size_t groups = 10);

} // namespace msrl::judge
