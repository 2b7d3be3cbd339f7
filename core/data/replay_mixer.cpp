// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/replay_mixer.h"

#include "core/base/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>

namespace msrl::data {

namespace {

// Reward-weighted replay: a sample that earned nothing still comes back now and then, and one that was never
// drawn counts as fully rewarded.
constexpr double kLeastWeight = 0.05;
constexpr double kUnseenReward = 1.0;
// Draws before a repetition within one batch is accepted.
constexpr int kMaxRedraws = 50;

} // namespace

const char* replayModeName(ReplayMode mode)
{
    switch (mode) {
    case ReplayMode::Uniform:
        return "uniform";
    case ReplayMode::RewardWeighted:
        return "reward-weighted";
    case ReplayMode::NonZeroVariance:
        return "non-zero-variance";
    }
    return "";
}

std::optional<ReplayMode> replayModeFromName(std::string_view name)
{
    for (const ReplayMode mode :
        { ReplayMode::Uniform, ReplayMode::RewardWeighted, ReplayMode::NonZeroVariance }) {
        if (name == replayModeName(mode))
            return mode;
    }
    return std::nullopt;
}

const char* sampleSourceName(SampleSource source)
{
    return source == SampleSource::New ? "new" : "replay";
}

base::Result<ReplayMixer> ReplayMixer::create(const MixerOptions& options)
{
    const bool replayOnly = options.ratio.isConstant() && options.ratio.at(0) == 0;
    if (options.batchSize <= 0)
        return base::badInput(fmt::format("a batch of {} samples", options.batchSize));
    if (options.numNew == 0 && !replayOnly)
        return base::badInput("there are no new samples");
    if (options.numReplay == 0 && options.ratio.usesReplay())
        return base::badInput("the replay ratio asks for replayed samples, and there are none", {},
            "connect a replay data set or turn replay off");
    return ReplayMixer(options);
}

ReplayMixer::ReplayMixer(const MixerOptions& options)
    : m_options(options)
    , m_outcomes(options.numReplay)
    , m_uses(options.numReplay)
{
    if (options.numNew > 0)
        m_new.emplace(options.numNew, options.seed, "new samples");
    if (options.numReplay > 0)
        m_replay.emplace(options.numReplay, options.seed, "replay samples");
}

std::vector<MixedSample> ReplayMixer::nextBatch(std::int64_t trainingStep)
{
    // A constant ratio carries its remainder from batch to batch.
    const std::int64_t step = m_options.ratio.isConstant() ? m_step : trainingStep;
    const auto places = replayPlaces(batchComposition(m_options.batchSize, m_options.ratio, step));
    std::vector<MixedSample> batch;
    batch.reserve(places.size());
    for (const bool replay : places) {
        if (replay) {
            batch.push_back({ SampleSource::Replay, nextReplay(batch) });
            ++m_numReplayGiven;
            ++m_uses[batch.back().index];
        } else {
            batch.push_back({ SampleSource::New, m_new->next() });
            ++m_numNewGiven;
        }
    }
    ++m_step;
    return batch;
}

std::size_t ReplayMixer::nextReplay(const std::vector<MixedSample>& batch)
{
    switch (m_options.mode) {
    case ReplayMode::Uniform:
        break;
    case ReplayMode::RewardWeighted:
        return drawByReward(batch);
    case ReplayMode::NonZeroVariance:
        return nextVaried();
    }
    return m_replay->next();
}

std::size_t ReplayMixer::nextVaried()
{
    // Twice the set: from any position that holds one whole epoch.
    for (std::size_t tried = 0; tried < 2 * m_options.numReplay; ++tried) {
        const std::size_t index = m_replay->next();
        if (!m_outcomes[index].flat)
            return index;
    }
    ++m_flatFallbacks;
    return m_replay->next();
}

std::size_t ReplayMixer::drawByReward(const std::vector<MixedSample>& batch)
{
    const auto weightOf = [](const Outcome& outcome) {
        return std::max(kLeastWeight, outcome.seen ? outcome.meanReward : kUnseenReward);
    };
    double total = 0;
    for (const Outcome& outcome : m_outcomes)
        total += weightOf(outcome);
    base::RandomStream random(m_options.seed, "replay by reward", { m_numReplayGiven });
    std::size_t index = 0;
    for (int draw = 0; draw < kMaxRedraws; ++draw) {
        double rest = random.uniform() * total;
        index = 0;
        while (index + 1 < m_outcomes.size() && (rest -= weightOf(m_outcomes[index])) >= 0)
            ++index;
        if (std::find(batch.begin(), batch.end(), MixedSample { SampleSource::Replay, index }) == batch.end())
            break;
    }
    return index;
}

void ReplayMixer::reportReplay(std::size_t index, double meanReward, bool flat)
{
    assert(index < m_outcomes.size());
    m_outcomes[index] = { true, meanReward, flat };
}

double ReplayMixer::realisedReplayShare() const
{
    const std::uint64_t given = m_numNewGiven + m_numReplayGiven;
    return given == 0 ? 0 : static_cast<double>(m_numReplayGiven) / static_cast<double>(given);
}

double ReplayMixer::newEpochs() const
{
    return m_options.numNew == 0 ? 0
                                 : static_cast<double>(m_numNewGiven) / static_cast<double>(m_options.numNew);
}

double ReplayMixer::replayEpochs() const
{
    return m_options.numReplay == 0
        ? 0
        : static_cast<double>(m_numReplayGiven) / static_cast<double>(m_options.numReplay);
}

ReplayUse ReplayMixer::replayUse() const
{
    if (m_uses.empty())
        return {};
    const auto [least, most] = std::minmax_element(m_uses.begin(), m_uses.end());
    const auto all = std::accumulate(m_uses.begin(), m_uses.end(), std::uint64_t { 0 });
    return { *least, static_cast<double>(all) / static_cast<double>(m_uses.size()), *most };
}

std::vector<SampleUse> ReplayMixer::mostUsed(std::size_t atMost) const
{
    std::vector<SampleUse> used;
    for (std::size_t i = 0; i < m_uses.size(); ++i)
        if (m_uses[i] > 0)
            used.push_back({ i, m_uses[i] });
    const std::size_t count = std::min(atMost, used.size());
    std::partial_sort(used.begin(), used.begin() + static_cast<std::ptrdiff_t>(count), used.end(),
        [](const SampleUse& a, const SampleUse& b) {
            return a.times != b.times ? a.times > b.times : a.index < b.index;
        });
    used.resize(count);
    return used;
}

std::size_t ReplayMixer::numUnused() const
{
    return static_cast<std::size_t>(std::count(m_uses.begin(), m_uses.end(), std::uint64_t { 0 }));
}

base::Json ReplayMixer::save() const
{
    base::Json state = base::Json::object();
    state["step"] = m_step;
    state["seed"] = m_options.seed;
    state["mode"] = replayModeName(m_options.mode);
    state["new_given"] = m_numNewGiven;
    state["replay_given"] = m_numReplayGiven;
    state["flat_fallbacks"] = m_flatFallbacks;
    state["new"] = m_new ? m_new->save() : base::Json();
    state["replay"] = m_replay ? m_replay->save() : base::Json();
    base::Json outcomes = base::Json::array(); // [index, mean reward, flat] of the samples seen
    for (std::size_t i = 0; i < m_outcomes.size(); ++i) {
        if (m_outcomes[i].seen)
            outcomes.push_back({ i, m_outcomes[i].meanReward, m_outcomes[i].flat });
    }
    state["outcomes"] = std::move(outcomes);
    base::Json uses = base::Json::array(); // [index, how often] of the samples given
    for (std::size_t i = 0; i < m_uses.size(); ++i) {
        if (m_uses[i] > 0)
            uses.push_back(base::Json::array({ i, m_uses[i] }));
    }
    state["uses"] = std::move(uses);
    return state;
}

base::Status ReplayMixer::readOutcomes(const base::Json& rows, const std::string& place)
{
    m_outcomes.assign(m_options.numReplay, {});
    for (const base::Json& row : rows) {
        const bool whole = row.is_array() && row.size() == 3 && row[0].is_number_unsigned()
            && row[1].is_number() && row[2].is_boolean();
        if (!whole || row[0].get<std::size_t>() >= m_outcomes.size())
            return base::badInput("is not [index, reward, flat]: " + row.dump(), place + ", field outcomes");
        m_outcomes[row[0].get<std::size_t>()] = { true, row[1].get<double>(), row[2].get<bool>() };
    }
    return {};
}

base::Status ReplayMixer::readUses(const base::Json& rows, const std::string& place)
{
    m_uses.assign(m_options.numReplay, 0);
    for (const base::Json& row : rows) {
        const bool whole
            = row.is_array() && row.size() == 2 && row[0].is_number_unsigned() && row[1].is_number_unsigned();
        if (!whole || row[0].get<std::size_t>() >= m_uses.size())
            return base::badInput("is not [index, how often]: " + row.dump(), place + ", field uses");
        m_uses[row[0].get<std::size_t>()] = row[1].get<std::uint64_t>();
    }
    return {};
}

base::Status ReplayMixer::restore(const base::Json& state, const std::string& place)
{
    base::ObjectReader in(state, place);
    const auto counter = [&in](const char* key) {
        const std::int64_t value = in.integer(key);
        if (value < 0)
            in.fault(key, fmt::format("is {}", value));
        return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
    };
    const std::uint64_t step = counter("step");
    const base::Json& seed = in.any("seed");
    if (seed != base::Json(m_options.seed) || in.text("mode") != replayModeName(m_options.mode))
        in.fault(
            "seed", "seed or replay mode differ from the stage's", "the checkpoint is of other settings");
    const std::uint64_t newGiven = counter("new_given");
    const std::uint64_t replayGiven = counter("replay_given");
    const std::uint64_t flatFallbacks = counter("flat_fallbacks");
    const base::Json& newState = in.any("new");
    const base::Json& replayState = in.any("replay");
    const base::Json& outcomes = in.array("outcomes");
    const base::Json& uses = in.array("uses"); // absent in older checkpoints: counted from here on
    if (newState.is_null() == m_new.has_value() || replayState.is_null() == m_replay.has_value())
        in.fault("replay", "the checkpoint has other data sets than the stage");
    if (auto status = in.finish(); !status)
        return status;
    if (auto status = m_new ? m_new->restore(newState, place + ", new") : base::Status(); !status)
        return status;
    if (auto status = m_replay ? m_replay->restore(replayState, place + ", replay") : base::Status(); !status)
        return status;
    if (auto status = readOutcomes(outcomes, place); !status)
        return status;
    if (auto status = readUses(uses, place); !status)
        return status;
    m_step = static_cast<std::int64_t>(step);
    m_numNewGiven = newGiven;
    m_numReplayGiven = replayGiven;
    m_flatFallbacks = flatFallbacks;
    return {};
}

} // namespace msrl::data
