// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/caption_corruption.h"

#include "core/base/random.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <numeric>

namespace msrl::data {

namespace {

bool sameCaptions(const Sample& a, const Sample& b)
{
    return a.caption == b.caption && a.captionA == b.captionA && a.captionB == b.captionB;
}

// The first sample with other captions, from a random one on.
const Sample* donorFor(const Sample& sample, const std::vector<Sample>& all,
    const std::vector<std::size_t>& sameTask, base::RandomStream& random)
{
    const std::size_t start = static_cast<std::size_t>(random.below(sameTask.size()));
    for (std::size_t i = 0; i < sameTask.size(); ++i) {
        const Sample& other = all[sameTask[(start + i) % sameTask.size()]];
        if (!sameCaptions(sample, other))
            return &other;
    }
    return nullptr;
}

} // namespace

base::Result<std::size_t> corruptCaptions(
    std::vector<Sample>& samples, double share, std::uint64_t seed, std::uint64_t stream)
{
    const auto count = static_cast<std::size_t>(std::llround(share * static_cast<double>(samples.size())));
    if (count == 0)
        return count;
    std::vector<std::size_t> order(samples.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    base::RandomStream(seed, "wrong-captions-order", { stream }).shuffle(order);
    std::map<TaskType, std::vector<std::size_t>> byTask;
    for (std::size_t i = 0; i < samples.size(); ++i)
        byTask[samples[i].task].push_back(i);
    const std::vector<Sample> original = samples;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t i = order[k];
        base::RandomStream random(seed, "wrong-caption", { stream, i });
        const Sample* donor = donorFor(original[i], original, byTask[original[i].task], random);
        if (!donor)
            return base::badInput(
                fmt::format("no other {} sample has another caption", taskTypeLabel(original[i].task)),
                original[i].where(), "add samples, or set wrong_captions to 0");
        samples[i].caption = donor->caption;
        samples[i].captionA = donor->captionA;
        samples[i].captionB = donor->captionB;
    }
    return count;
}

} // namespace msrl::data
