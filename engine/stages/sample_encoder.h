// SPDX-License-Identifier: GPL-3.0-or-later
// From a sample to what the model reads: prompt text, token ids, image tiles. One definition for rollout,
// training, evaluation and preview, so that they cannot disagree.
#pragma once

#include "core/curriculum/plan.h"
#include "core/text/prompts.h"
#include "core/text/tokenizer.h"
#include "engine/batch/micro_batch.h"
#include "engine/model/config.h"
#include "engine/vision/preprocess.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace msrl::stages {

struct EncodedPrompt
{
    batch::PromptInput input; // pixels only when asked for
    std::string text;
    std::vector<text::ByteRange> literal; // data in the text
    std::vector<data::Media> media;
};

// What a prompt may hold.
struct PromptLimits
{
    std::int64_t tokens = 0;
    std::int64_t tilesPerImage = 0; // thumbnail not counted; 0: as many as the model's settings say
    std::int64_t tilesPerSample = 0; // of all media, thumbnails and frames included; 0: no limit

    // Sampled after it, 0: none. The model's positions must hold them too.
    std::int64_t newTokens = 0;

    // What the fields of a step that addLimitFields() gave say.
    static PromptLimits of(const curriculum::PlanStep& step);
};

// Immutable after make(); safe to use from any thread.
class SampleEncoder
{
public:
    // Tokenizer and preprocessor settings of a model folder.
    static base::Result<SampleEncoder> make(
        const std::filesystem::path& modelFolder, const model::ModelConfig& config, text::PromptSet prompts);

    enum class Pixels { Load, Skip };
    // Refused with the sample's place: a prompt over a limit, a missing field or caption, a medium that
    // cannot be read.
    base::Result<EncodedPrompt> encode(
        const data::Sample& sample, text::PromptMode mode, const PromptLimits& limits, Pixels pixels) const;
    base::Result<EncodedPrompt> encodeDescribe(const data::Media& media, const PromptLimits& limits) const;

    // A prompt that was written already; `place` is for messages. Of the limits only that of tokens holds.
    base::Result<EncodedPrompt> encodePrompt(const text::RenderedPrompt& prompt, const std::string& place,
        const PromptLimits& limits, Pixels pixels) const;
    // The tiles of one medium as encode() loads them, [tiles,3,S,S].
    base::Result<at::Tensor> loadPixels(const data::Media& media, const PromptLimits& limits) const;
    // Equal for media that give the same tiles: hash of the medium's bytes, its frames and how it is cut.
    base::Result<std::string> pixelsHash(const data::Media& media, const PromptLimits& limits) const;

    // Context tokens of a medium, as text::MediaTokenCounter.
    base::Result<std::vector<int>> countTokens(const data::Media& media) const;

    // A completion with the end-of-turn token. Tags in it are tokens.
    base::Result<std::vector<std::int64_t>> encodeCompletion(
        const std::string& text, const std::string& place) const;
    // Without the end-of-turn token; other tokens are spelled out.
    std::string decodeCompletion(const std::vector<std::int64_t>& ids) const;
    // How many bytes of decodeCompletion(ids) each token adds: none for the end of the turn and for a token
    // that leaves a character open, which the one that ends the character has then.
    std::vector<std::uint32_t> completionBytes(const std::vector<std::int64_t>& ids) const;
    // The text of each token, for display.
    std::vector<std::string> tokenTexts(const std::vector<std::int64_t>& ids) const;
    std::int64_t endToken() const { return m_endToken; }
    const text::Tokenizer& tokenizer() const { return m_tokenizer; }
    const text::PromptSet& prompts() const { return m_prompts; }

private:
    SampleEncoder(text::Tokenizer tokenizer, text::PromptSet prompts, vision::PreprocessSettings images);

    class Counter;
    base::Result<EncodedPrompt> finish(const text::RenderedPrompt& prompt, const std::string& place,
        const Counter& counter, Pixels pixels) const;

    text::Tokenizer m_tokenizer;
    text::PromptSet m_prompts;
    vision::PreprocessSettings m_images;
    std::int64_t m_endToken = 0;
    std::int64_t m_maxPositions = 0; // of the model
    int m_tokensPerTile = 0;
};

} // namespace msrl::stages
