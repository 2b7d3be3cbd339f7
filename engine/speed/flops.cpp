// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/speed/flops.h"

namespace msrl::speed {

double layerFlops(const model::TextConfig& text, double tokens, double context)
{
    const auto hidden = static_cast<double>(text.hidden);
    const auto query = static_cast<double>(text.heads * text.headDim);
    const auto kv = static_cast<double>(text.kvHeads * text.headDim);
    const double matrices
        = hidden * (query + 2 * kv) + query * hidden + 3 * hidden * static_cast<double>(text.intermediate);
    const double attention = 2 * query * context; // scores and weighted values
    return 2 * static_cast<double>(text.layers) * (tokens * matrices + attention);
}

double headFlops(const model::TextConfig& text, double tokens)
{
    return 2 * tokens * static_cast<double>(text.hidden) * static_cast<double>(text.vocabulary);
}

double visionFlops(const model::ModelConfig& config, double tiles)
{
    const model::VisionConfig& vision = config.vision;
    const auto hidden = static_cast<double>(vision.hidden);
    const auto patches = static_cast<double>(vision.patchesPerSide() * vision.patchesPerSide());
    const double tokens = patches + 1; // the class token
    const double layer
        = tokens * (4 * hidden * hidden + 2 * hidden * static_cast<double>(vision.intermediate))
        + 2 * hidden * tokens * tokens;
    const double patchEmbedding
        = patches * hidden * 3 * static_cast<double>(vision.patchSize * vision.patchSize);
    const auto shuffled = hidden * static_cast<double>(config.shuffleFactor * config.shuffleFactor);
    const auto text = static_cast<double>(config.text.hidden);
    const double projector = static_cast<double>(config.tokensPerTile()) * (shuffled * text + text * text);
    return 2 * tiles * (patchEmbedding + static_cast<double>(vision.layers) * layer + projector);
}

double causalContext(double tokens)
{
    return tokens * (tokens + 1) / 2;
}

} // namespace msrl::speed
