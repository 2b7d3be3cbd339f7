// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/sample_encoder.h"

#include "engine/vision/decode.h"

#include <ATen/ops/cat.h>

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr const char* kEndOfTurn = "<|im_end|>";

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
        = vision::readPreprocessSettings(modelFolder, config.vision.imageSize);
    if (!images)
        return images.error();
    const auto end = tokenizer->tokenId(kEndOfTurn);
    if (!end)
        return base::badInput(fmt::format("the tokenizer has no {}", kEndOfTurn), modelFolder.string());
    if (tokenizer->vocabularySize() > config.text.vocabulary)
        return base::badInput(fmt::format("the tokenizer has {} tokens, the model's vocabulary only {}",
                                  tokenizer->vocabularySize(), config.text.vocabulary),
            modelFolder.string(), "tokenizer and weights are not of the same model");
    SampleEncoder encoder(*std::move(tokenizer), std::move(prompts), *images);
    encoder.m_endToken = *end;
    encoder.m_tokensPerTile = static_cast<int>(config.tokensPerTile());
    return encoder;
}

base::Result<std::vector<int>> SampleEncoder::countTokens(const data::Media& media) const
{
    base::Result<std::vector<fs::path>> files = data::mediaFiles(media);
    if (!files)
        return files.error();
    std::vector<int> counts;
    for (const fs::path& file : *files) {
        if (media.kind == data::Media::Kind::Video || m_images.maxTiles == 1) {
            counts.push_back(m_tokensPerTile); // one tile, whatever the size
            continue;
        }
        base::Result<vision::Image> image = vision::readImage(file);
        if (!image)
            return image.error();
        counts.push_back(
            static_cast<int>(vision::numTiles(image->width, image->height, m_images)) * m_tokensPerTile);
    }
    return counts;
}

base::Result<EncodedPrompt> SampleEncoder::encode(
    const data::Sample& sample, text::PromptMode mode, std::int64_t maxPromptTokens, Pixels pixels) const
{
    base::Result<text::RenderedPrompt> prompt
        = m_prompts.render(sample, mode, [this](const data::Media& media) { return countTokens(media); });
    if (!prompt)
        return prompt.error();
    base::Result<EncodedPrompt> encoded = encodePrompt(*prompt, sample.where(), maxPromptTokens, pixels);
    if (encoded)
        encoded->input.id = sample.id;
    return encoded;
}

base::Result<EncodedPrompt> SampleEncoder::encodeDescribe(
    const data::Media& media, std::int64_t maxPromptTokens) const
{
    base::Result<text::RenderedPrompt> prompt
        = m_prompts.renderDescribe(media, [this](const data::Media& one) { return countTokens(one); });
    if (!prompt)
        return prompt.error();
    return encodePrompt(*prompt, media.path, maxPromptTokens, Pixels::Load);
}

base::Result<EncodedPrompt> SampleEncoder::encodePrompt(const text::RenderedPrompt& prompt,
    const std::string& place, std::int64_t maxPromptTokens, Pixels wanted) const
{
    base::Result<std::vector<text::TokenId>> ids = m_tokenizer.encode(prompt.text, prompt.literal);
    if (!ids)
        return base::within(ids.error(), place);
    if (static_cast<std::int64_t>(ids->size()) > maxPromptTokens)
        return base::badInput(
            fmt::format("its prompt has {} tokens, the limit is {}", ids->size(), maxPromptTokens), place,
            "raise the field max_prompt_tokens, lower the tiles per image, or leave the sample out");
    EncodedPrompt encoded;
    encoded.input.id = place;
    encoded.input.ids.assign(ids->begin(), ids->end());
    encoded.text = prompt.text;
    encoded.media = prompt.media;
    if (wanted == Pixels::Skip || prompt.media.empty())
        return encoded;
    std::vector<at::Tensor> tiles;
    for (const data::Media& media : prompt.media) {
        base::Result<std::vector<fs::path>> files = data::mediaFiles(media);
        if (!files)
            return base::within(files.error(), place);
        base::Result<at::Tensor> pixels = media.kind == data::Media::Kind::Video
            ? vision::loadFrames(*files, m_images)
            : vision::loadImage(files->front(), m_images);
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
