// SPDX-License-Identifier: GPL-3.0-or-later
// New samples and replayed ones in one batch, at an exact ratio.
#pragma once

#include "core/data/data_cursor.h"
#include "core/data/replay_ratio.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::data {

// Uniform: epochs over the replay set. RewardWeighted: drawn in proportion to the mean reward of the sample's
// last group. NonZeroVariance: epochs that skip samples whose last group was all right or all wrong.
enum class ReplayMode { Uniform, RewardWeighted, NonZeroVariance };
const char* replayModeName(ReplayMode mode); // "uniform", "reward-weighted", "non-zero-variance"
std::optional<ReplayMode> replayModeFromName(std::string_view name);

enum class SampleSource { New, Replay };
const char* sampleSourceName(SampleSource source); // "new", "replay"

struct MixedSample
{
    SampleSource source = SampleSource::New;
    std::size_t index = 0; // in its own data set

    bool operator==(const MixedSample&) const = default;
};

struct MixerOptions
{
    std::size_t numNew = 0;
    std::size_t numReplay = 0;
    int batchSize = 0;
    ReplayRatio ratio;
    ReplayMode mode = ReplayMode::Uniform;
    std::uint64_t seed = 0;
};

// How often the samples of a replay set were given: the one that came least, on average, and most.
struct ReplayUse
{
    std::uint64_t least = 0;
    double mean = 0;
    std::uint64_t most = 0;
};

// How often one sample was given.
struct SampleUse
{
    std::size_t index = 0; // in the replay set
    std::uint64_t times = 0;

    bool operator==(const SampleUse&) const = default;
};

// The batches of an RL stage. Everything follows from the options, the step and the reported outcomes.
class ReplayMixer
{
public:
    // BadInput for an empty data set that the ratio needs, or a batch without samples.
    static base::Result<ReplayMixer> create(const MixerOptions& options);

    // A batch of training step `trainingStep`, of which a schedule is a function: steps that take several
    // batches do not hurry it.
    std::vector<MixedSample> nextBatch(std::int64_t trainingStep);
    std::vector<MixedSample> nextBatch() { return nextBatch(m_step); } // one batch per step
    // What the group of a replayed sample came to; modes other than Uniform use it. `flat`: all right or all
    // wrong.
    void reportReplay(std::size_t index, double meanReward, bool flat);

    std::int64_t step() const { return m_step; } // batches given
    const ReplayRatio& ratio() const { return m_options.ratio; }
    // Replayed over all samples given; 0 before the first batch.
    double realisedReplayShare() const;
    double newEpochs() const;
    double replayEpochs() const;
    ReplayUse replayUse() const; // zeros without a replay set
    // The samples that were given most, at most so many: the most used first, equals as in the set. What was
    // never given is left out.
    std::vector<SampleUse> mostUsed(std::size_t atMost) const;
    std::size_t numUnused() const; // samples of the replay set that were never given
    // NonZeroVariance: samples given although flat, as no other was left. The caller reports it.
    std::uint64_t numFlatFallbacks() const { return m_flatFallbacks; }

    base::Json save() const;
    base::Status restore(const base::Json& state, const std::string& place);

private:
    struct Outcome
    {
        bool seen = false;
        double meanReward = 0;
        bool flat = false;
    };

    explicit ReplayMixer(const MixerOptions& options);
    std::size_t nextReplay(const std::vector<MixedSample>& batch);
    std::size_t nextVaried();
    std::size_t drawByReward(const std::vector<MixedSample>& batch);
    base::Status readOutcomes(const base::Json& rows, const std::string& place);
    base::Status readUses(const base::Json& rows, const std::string& place);

    MixerOptions m_options;
    std::optional<DataCursor> m_new;
    std::optional<DataCursor> m_replay;
    std::vector<Outcome> m_outcomes; // one per replay sample
    std::vector<std::uint64_t> m_uses; // the same
    std::int64_t m_step = 0;
    std::uint64_t m_numNewGiven = 0;
    std::uint64_t m_numReplayGiven = 0;
    std::uint64_t m_flatFallbacks = 0;
};

} // namespace msrl::data
