// SPDX-License-Identifier: GPL-3.0-or-later
// The image features of a stage that leaves the vision tower and the projector as they are: each medium goes
// through them by itself and once, for rollout, reference and update, for all steps and on all ranks.
//
// By itself, so that its features are the same bits whatever else a step shows: what a cache held, or a
// resumed run has lost, changes nothing.
#pragma once

#include "engine/model/policy.h"
#include "engine/stages/feature_cache.h"
#include "engine/stages/sample_encoder.h"
#include "engine/stages/stage.h"

#include <map>
#include <string>
#include <vector>

namespace msrl::stages {

// Every rank has one and calls the same functions. Of a medium one rank, named by the medium's content,
// computes and keeps the features. Owner: the training thread.
class FrozenVision
{
public:
    // Both must outlive it. REQUIRES: the step has the fields of addFeatureFields().
    FrozenVision(StageContext& context, const model::Policy& policy);

    // Gives every prompt that shows media their features; pixels are neither needed nor loaded. All ranks
    // give the same prompts, all end with the same bits.
    base::Status attach(const SampleEncoder& encoder, const std::vector<EncodedPrompt*>& prompts);
    // Tells the log how often the tower ran and what the cache spared.
    void report();

private:
    struct Wanted // one medium of the step
    {
        std::string key; // hash of the medium's bytes, how it is cut, and the frozen parts
        const data::Media* media = nullptr;
        std::string place; // for messages
    };
    struct Shown // what the prompts of a step show
    {
        std::vector<Wanted> media; // each once
        std::vector<std::vector<std::size_t>> ofPrompt; // numbers of `media`, in the prompt's order
    };
    using Features = std::vector<at::Tensor>; // [tiles, tokensPerTile, D], one per medium of Shown::media

    base::Result<Shown> listMedia(const SampleEncoder& encoder, const std::vector<EncodedPrompt*>& prompts);
    base::Result<std::string> keyOf(const SampleEncoder& encoder, const data::Media& media);
    int ownerOf(const Wanted& wanted) const;
    base::Status provideOwn(
        const SampleEncoder& encoder, const std::vector<Wanted>& wanted, Features& features);
    base::Status compute(const SampleEncoder& encoder, const std::vector<Wanted>& wanted,
        const std::vector<std::size_t>& missing, Features& features);
    base::Result<std::vector<std::int64_t>> tilesOfAll(
        const std::vector<Wanted>& wanted, const Features& features) const;
    base::Status share(const std::vector<Wanted>& wanted, Features& features);
    void logFaults();

    StageContext& m_context;
    const model::Policy& m_policy;
    PromptLimits m_limits;
    FeatureCache m_cache;
    std::string m_modelHash; // of the frozen parts, once it is needed
    std::map<std::string, std::string> m_keys; // by file and frames: a file is read for its hash once
    std::int64_t m_computed = 0;
};

} // namespace msrl::stages
