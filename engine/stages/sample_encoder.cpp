// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/sample_encoder.h"

#include "engine/vision/media.h"

#include <ATen/ops/cat.h>

#include <fmt/format.h>

#include <functional>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr const char* kEndOfTurn = "<|im_end|>";

// The tokens around and for the features of images, with the id that the model looks for.
base::Status checkImageTokens(
    const text::Tokenizer& tokenizer, const model::ModelConfig& config, const std::string& place)
{
    for (const std::string_view name : { text::kImageOpen, text::kImageClose, text::kImageContext }) {
        if (!tokenizer.tokenId(name))
            return base::badInput(fmt::format("the tokenizer has no {}", name), place,
                "use the tokenizer of an InternVL checkpoint");
    }
    const text::TokenId id = *tokenizer.tokenId(text::kImageContext);
    if (id != config.imageTokenId)
        return base::badInput(fmt::format("{} is token {} of the tokenizer and {} of config.json",
                                  text::kImageContext, id, config.imageTokenId),
            place, "tokenizer and weights are not of the same model");
    return {};
}

} // namespace

SampleEncoder::SampleEncoder(
    text::Tokenizer tokenizer, text::PromptSet prompts, vision::PreprocessSettings images)
    : m_tokenizer(std::move(tokenizer))
    , m_prompts(std::move(prompts))
    , m_images(images)
{
}

base::Result<SampleEncoder> SampleEncoder::make(
    const fs::path& modelFolder, const model::ModelConfig& config, text::PromptSet prompts)
{
    if (config.architecture != "internvl")
        return base::badInput("curricula run on InternVL models, this one is " + config.architecture,
            modelFolder.string(), "choose an InternVL3.5 or InternVL3 folder");
    base::Result<text::Tokenizer> tokenizer = text::Tokenizer::load(modelFolder);
    if (!tokenizer)
        return tokenizer.error();
    base::Result<vision::PreprocessSettings> images
        = vision::readPreprocessSettings(modelFolder, { .tileSize = config.vision.imageSize });
    if (!images)
        return images.error();
    const auto end = tokenizer->tokenId(kEndOfTurn);
    if (!end)
        return base::badInput(fmt::format("the tokenizer has no {}", kEndOfTurn), modelFolder.string());
    if (tokenizer->vocabularySize() > config.text.vocabulary)
        return base::badInput(fmt::format("the tokenizer has {} tokens, the model's vocabulary only {}",
                                  tokenizer->vocabularySize(), config.text.vocabulary),
            modelFolder.string(), "tokenizer and weights are not of the same model");
    if (const base::Status fault = checkImageTokens(*tokenizer, config, modelFolder.string()); !fault)
        return fault.error();
    SampleEncoder encoder(*std::move(tokenizer), std::move(prompts), *images);
    encoder.m_endToken = *end;
    encoder.m_maxPositions = config.text.maxPositions;
    encoder.m_tokensPerTile = static_cast<int>(config.tokensPerTile());
    return encoder;
}

PromptLimits PromptLimits::of(const curriculum::PlanStep& step)
{
    const auto field = [&](const char* name) { return step.params.at(name).get<std::int64_t>(); };
    return { field("max_prompt_tokens"), field("max_tiles"), field("max_sample_tiles"),
        curriculum::traitsOf(step.nodeType).writes ? step.params.value("max_new_tokens", std::int64_t { 0 })
                                                   : 0 };
}

// Counts tiles and tokens of the media of one prompt.
class SampleEncoder::Counter
{
public:
    static base::Result<Counter> make(const SampleEncoder& encoder, const PromptLimits& limits)
    {
        Counter counter(encoder, limits);
        if (limits.tilesPerImage == 0)
            return counter;
        auto images = vision::withMostTiles(encoder.m_images, limits.tilesPerImage, "field max_tiles");
        if (!images)
            return images.error();
        counter.m_images = *std::move(images);
        return counter;
    }

    base::Result<std::vector<int>> operator()(const data::Media& media)
    {
        const auto tiles = vision::countTiles(media, m_images);
        if (!tiles)
            return tiles.error();
        std::vector<int> tokens;
        for (const std::int64_t count : *tiles) {
            m_tiles += count;
            tokens.push_back(static_cast<int>(count) * m_tokensPerTile);
        }
        return tokens;
    }

    base::Status check(const std::string& place, std::size_t tokens) const
    {
        if (m_limits.tilesPerSample > 0 && m_tiles > m_limits.tilesPerSample)
            return base::badInput(
                fmt::format("its media make {} tiles, the limit is {}", m_tiles, m_limits.tilesPerSample),
                place,
                "raise the field max_sample_tiles, lower max_tiles or the frames per video, or leave the "
                "sample "
                "out");
        if (static_cast<std::int64_t>(tokens) > m_limits.tokens)
            return base::badInput(
                fmt::format("its prompt has {} tokens, the limit is {}", tokens, m_limits.tokens), place,
                "raise the field max_prompt_tokens, lower the tiles per image, or leave the sample out");
        if (m_limits.newTokens > 0 && static_cast<std::int64_t>(tokens) + m_limits.newTokens > m_maxPositions)
            return base::badInput(fmt::format("{} prompt and {} new tokens exceed the model's {} positions",
                                      tokens, m_limits.newTokens, m_maxPositions),
                place, "lower the field max_new_tokens or the tiles per image, or leave the sample out");
        return {};
    }

    const vision::PreprocessSettings& images() const { return m_images; }

private:
    Counter(const SampleEncoder& encoder, const PromptLimits& limits)
        : m_limits(limits)
        , m_images(encoder.m_images)
        , m_tokensPerTile(encoder.m_tokensPerTile)
        , m_maxPositions(encoder.m_maxPositions)
    {
    }

    PromptLimits m_limits;
    vision::PreprocessSettings m_images;
    int m_tokensPerTile;
    std::int64_t m_maxPositions;
    std::int64_t m_tiles = 0;
};

base::Result<EncodedPrompt> SampleEncoder::encode(
    const data::Sample& sample, text::PromptMode mode, const PromptLimits& limits, Pixels pixels) const
{
    auto counter = Counter::make(*this, limits);
    if (!counter)
        return counter.error();
    base::Result<text::RenderedPrompt> prompt = m_prompts.render(sample, mode, std::ref(*counter));
    if (!prompt)
        return prompt.error();
    base::Result<EncodedPrompt> encoded = finish(*prompt, sample.where(), *counter, pixels);
    if (encoded)
        encoded->input.id = sample.id;
    return encoded;
}

base::Result<EncodedPrompt> SampleEncoder::encodeDescribe(
    const data::Media& media, const PromptLimits& limits) const
{
    auto counter = Counter::make(*this, limits);
    if (!counter)
        return counter.error();
    base::Result<text::RenderedPrompt> prompt = m_prompts.renderDescribe(media, std::ref(*counter));
    if (!prompt)
        return prompt.error();
    return finish(*prompt, media.name(), *counter, Pixels::Load);
}

base::Result<EncodedPrompt> SampleEncoder::encodePrompt(const text::RenderedPrompt& prompt,
    const std::string& place, const PromptLimits& limits, Pixels pixels) const
{
    const auto counter = Counter::make(*this, limits);
    if (!counter)
        return counter.error();
    return finish(prompt, place, *counter, pixels);
}

base::Result<at::Tensor> SampleEncoder::loadPixels(const data::Media& media, const PromptLimits& limits) const
{
    const auto counter = Counter::make(*this, limits);
    return counter ? vision::loadMedia(media, counter->images()) : counter.error();
}

base::Result<std::string> SampleEncoder::pixelsHash(
    const data::Media& media, const PromptLimits& limits) const
{
    const auto counter = Counter::make(*this, limits);
    return counter ? vision::contentHash(media, counter->images()) : counter.error();
}

base::Result<std::vector<int>> SampleEncoder::countTokens(const data::Media& media) const
{
    auto counter = Counter::make(*this, {});
    if (!counter)
        return counter.error();
    return (*counter)(media);
}

base::Result<EncodedPrompt> SampleEncoder::finish(
    const text::RenderedPrompt& prompt, const std::string& place, const Counter& counter, Pixels wanted) const
{
    base::Result<std::vector<text::TokenId>> ids = m_tokenizer.encode(prompt.text, prompt.literal);
    if (!ids)
        return base::within(ids.error(), place);
    if (const base::Status fits = counter.check(place, ids->size()); !fits)
        return fits.error();
    EncodedPrompt encoded;
    encoded.input.id = place;
    encoded.input.ids.assign(ids->begin(), ids->end());
    encoded.text = prompt.text;
    encoded.literal = prompt.literal;
    encoded.media = prompt.media;
    if (wanted == Pixels::Skip || prompt.media.empty())
        return encoded;
    std::vector<at::Tensor> tiles;
    for (const data::Media& media : prompt.media) {
        base::Result<at::Tensor> pixels = vision::loadMedia(media, counter.images());
        if (!pixels)
            return base::within(pixels.error(), place);
        tiles.push_back(*std::move(pixels));
    }
    encoded.input.pixels = at::cat(tiles);
    return encoded;
}

base::Result<std::vector<std::int64_t>> SampleEncoder::encodeCompletion(
    const std::string& text, const std::string& place) const
{
    base::Result<std::vector<text::TokenId>> ids = m_tokenizer.encode(text);
    if (!ids)
        return base::within(ids.error(), place);
    std::vector<std::int64_t> result(ids->begin(), ids->end());
    result.push_back(m_endToken);
    return result;
}

std::string SampleEncoder::decodeCompletion(const std::vector<std::int64_t>& ids) const
{
    std::vector<text::TokenId> kept(ids.begin(), ids.end());
    if (!kept.empty() && kept.back() == m_endToken)
        kept.pop_back();
    return m_tokenizer.decode(kept);
}

std::vector<std::uint32_t> SampleEncoder::completionBytes(const std::vector<std::int64_t>& ids) const
{
    const std::size_t words = !ids.empty() && ids.back() == m_endToken ? ids.size() - 1 : ids.size();
    std::vector<std::uint32_t> bytes(ids.size(), 0);
    text::StreamDecoder decoder(m_tokenizer);
    for (std::size_t i = 0; i < words; ++i)
        bytes[i] = static_cast<std::uint32_t>(decoder.push(static_cast<text::TokenId>(ids[i])).size());
    const std::string open = decoder.finish(); // a character that was cut off
    if (words > 0)
        bytes[words - 1] += static_cast<std::uint32_t>(open.size());
    return bytes;
}

std::vector<std::string> SampleEncoder::tokenTexts(const std::vector<std::int64_t>& ids) const
{
    std::vector<std::string> texts;
    for (const std::int64_t id : ids) {
        const text::TokenId one = static_cast<text::TokenId>(id);
        texts.push_back(m_tokenizer.decode({ &one, 1 }));
    }
    return texts;
}

} // namespace msrl::stages
