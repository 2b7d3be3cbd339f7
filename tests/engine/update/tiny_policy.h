// SPDX-License-Identifier: GPL-3.0-or-later
// A policy of a few thousand random parameters and prompts for it.
#pragma once

#include "core/base/random.h"
#include "engine/batch/micro_batch.h"
#include "engine/model/policy.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace msrl::test {

constexpr std::int64_t kImageToken = 5;
constexpr std::int64_t kTinyVocabulary = 53;

inline model::ModelConfig tinyConfig()
{
    model::ModelConfig config;
    config.vision = { 16, 1, 2, 32, 28, 7, 1e-6, true };
    config.text.hidden = 32;
    config.text.layers = 2;
    config.text.heads = 4;
    config.text.kvHeads = 2;
    config.text.headDim = 16;
    config.text.intermediate = 48;
    config.text.vocabulary = kTinyVocabulary;
    config.text.maxPositions = 256;
    config.text.ropeTheta = 100;
    config.imageTokenId = kImageToken;
    return config;
}

// Weights large enough that the next-token distribution is far from uniform.
inline model::Policy tinyPolicy(c10::ScalarType dtype, std::uint64_t seed = 3)
{
    // Threads cost more than they give at this size, and far more when other tests run beside.
    at::set_num_threads(1);
    auto policy = model::createPolicy(tinyConfig(), seed, dtype);
    if (!policy)
        throw std::runtime_error(policy.error().message());
    for (model::Parameter& parameter : policy->parameters)
        if (parameter.value.dim() == 2)
            parameter.value.detach().mul_(8.0);
    return std::move(*policy);
}

inline at::Tensor randomPixels(base::RandomStream& random, std::int64_t tiles)
{
    at::Tensor pixels = at::empty({ tiles, 3, 28, 28 }, at::TensorOptions().dtype(at::kFloat));
    float* value = pixels.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < pixels.numel(); ++i)
        value[i] = static_cast<float>(random.normal());
    return pixels;
}

// Prompts of 6 to 40 tokens; every second one with an image of 4 tokens when asked for.
inline std::vector<batch::PromptInput> tinyPrompts(
    std::size_t count, bool withImages, std::uint64_t seed = 11)
{
    std::vector<batch::PromptInput> prompts;
    for (std::size_t p = 0; p < count; ++p) {
        base::RandomStream random(seed, "prompts", { p });
        batch::PromptInput prompt;
        prompt.id = "tiny-" + std::to_string(p);
        const std::int64_t length = random.between(6, 40);
        for (std::int64_t t = 0; t < length; ++t)
            prompt.ids.push_back(random.between(kImageToken + 1, kTinyVocabulary - 1));
        if (withImages && p % 2 == 0) {
            prompt.ids.insert(prompt.ids.begin() + 2, 4, kImageToken);
            prompt.pixels = randomPixels(random, 1);
        }
        prompts.push_back(std::move(prompt));
    }
    return prompts;
}

// Groups of `samples` completions of 1 to 24 tokens, with advantages and old and reference log-probabilities.
inline std::vector<batch::Group> tinyGroups(
    const std::vector<batch::PromptInput>& prompts, std::size_t samples, std::uint64_t seed = 12)
{
    std::vector<batch::Group> groups;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        batch::Group group { prompts[p], {} };
        for (std::size_t c = 0; c < samples; ++c) {
            base::RandomStream random(seed, "completions", { p, c });
            batch::CompletionInput completion;
            const std::int64_t length = random.between(1, 24);
            for (std::int64_t t = 0; t < length; ++t) {
                completion.ids.push_back(random.between(kImageToken + 1, kTinyVocabulary - 1));
                completion.oldLogprobs.push_back(static_cast<float>(-4.0 + 0.3 * random.normal()));
                completion.refLogprobs.push_back(static_cast<float>(-4.0 + 0.3 * random.normal()));
            }
            completion.advantage = c % 3 == 2 ? 0.0 : random.normal();
            group.completions.push_back(std::move(completion));
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

} // namespace msrl::test
