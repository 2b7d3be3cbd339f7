// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/speed/workload.h"

#include "core/base/random.h"

#include <ATen/ops/empty.h>

#include <fmt/format.h>

namespace msrl::speed {

namespace {

constexpr std::int64_t kLeastText = 8;
constexpr std::int64_t kMargin = 10; // ids at both ends of the vocabulary are left to special tokens
constexpr std::size_t kImageAt = 4;

at::Tensor randomPixels(const model::ModelConfig& config, std::int64_t tiles, base::RandomStream& random)
{
    const std::int64_t side = config.vision.imageSize;
    at::Tensor pixels = at::empty({ tiles, 3, side, side });
    float* value = pixels.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < pixels.numel(); ++i)
        value[i] = static_cast<float>(random.normal());
    return pixels;
}

std::int64_t randomWord(const model::ModelConfig& config, base::RandomStream& random)
{
    for (;;) {
        const std::int64_t id = random.between(kMargin, config.text.vocabulary - kMargin - 1);
        if (id != config.imageTokenId && id != config.videoTokenId)
            return id;
    }
}

} // namespace

base::Status checkShape(const model::ModelConfig& config, const PromptShape& shape, std::int64_t newTokens)
{
    if (config.architecture != "internvl")
        return base::badInput(
            fmt::format("bench knows internvl, the model is {}", config.architecture), "bench");
    if (shape.textTokens < kLeastText)
        return base::badInput(
            fmt::format("--text is {}, expected {} or more", shape.textTokens, kLeastText), "bench");
    const std::int64_t columns = shape.textTokens + shape.tiles * config.tokensPerTile() + newTokens;
    if (columns > config.text.maxPositions)
        return base::badInput(
            fmt::format("{} text, {} image and {} new tokens exceed the model's {} positions",
                shape.textTokens, shape.tiles * config.tokensPerTile(), newTokens, config.text.maxPositions),
            "bench");
    return {};
}

std::vector<batch::PromptInput> randomPrompts(
    const model::ModelConfig& config, const PromptShape& shape, std::uint64_t seed)
{
    std::vector<batch::PromptInput> prompts;
    for (std::int64_t p = 0; p < shape.prompts; ++p) {
        base::RandomStream random(seed, "speed", { static_cast<std::uint64_t>(p) });
        batch::PromptInput prompt;
        for (std::int64_t t = 0; t < shape.textTokens; ++t)
            prompt.ids.push_back(randomWord(config, random));
        if (shape.tiles > 0) {
            prompt.ids.insert(prompt.ids.begin() + kImageAt,
                static_cast<std::size_t>(shape.tiles * config.tokensPerTile()), config.imageTokenId);
            prompt.pixels = randomPixels(config, shape.tiles, random);
        }
        prompts.push_back(std::move(prompt));
    }
    return prompts;
}

std::vector<batch::Group> randomSequences(
    const model::ModelConfig& config, const PromptShape& shape, std::uint64_t seed)
{
    std::vector<batch::Group> groups;
    for (batch::PromptInput& prompt : randomPrompts(config, shape, seed)) {
        const std::int64_t given
            = shape.tiles > 0 ? std::int64_t { kImageAt } + shape.tiles * config.tokensPerTile() + 1 : 2;
        batch::CompletionInput completion;
        completion.ids.assign(prompt.ids.begin() + given, prompt.ids.end());
        prompt.ids.resize(static_cast<std::size_t>(given));
        batch::Group group;
        group.prompt = std::move(prompt);
        group.completions.push_back(std::move(completion));
        groups.push_back(std::move(group));
    }
    return groups;
}

} // namespace msrl::speed
