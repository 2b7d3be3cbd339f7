// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention_chunks.h"
#include "engine/model/attention_kernel.h"
#include "engine/model/kernel_math.h"

#include <algorithm>
#include <cmath>

namespace msrl::model::kernels {
namespace {

// p = exp(score - logSum); g, which holds dL/dp, becomes p * (g - dot).
MSRL_VECTOR_CLONES
void softmaxBackward(float* p, float* g, std::int64_t count, float logSum, float dot)
{
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) {
        p[i] = exponential(p[i] - logSum);
        g[i] = p[i] * (g[i] - dot);
    }
}

struct LineStatistics
{
    std::vector<float> logSums;
    std::vector<float> dots; // sum over hd of gOut * out
};

void statistics(
    const AttentionBackwardTask& task, const AttentionGroup& group, const Chunk& chunk, LineStatistics& to)
{
    const std::int64_t hd = task.forward.sizes.headDim;
    to.logSums.resize(static_cast<std::size_t>(chunk.lines));
    to.dots.resize(static_cast<std::size_t>(chunk.lines));
    forLines(task.forward, group, chunk, [&](std::int64_t line, std::int64_t head) {
        float dot = 0;
        for (std::int64_t i = 0; i < hd; ++i)
            dot += task.gOut[head * hd + i] * task.forward.out[head * hd + i];
        to.dots[static_cast<std::size_t>(line)] = dot;
        to.logSums[static_cast<std::size_t>(line)] = task.forward.logSums[head];
    });
}

} // namespace

void attendGroupBackward(const AttentionBackwardTask& task, const AttentionGroup& group)
{
    thread_local ChunkBuffers b; // scores, then weights
    thread_local ChunkBuffers g; // gradients of the weights, then of the scores; queries: gOut; mixed: gq
    thread_local LineStatistics lines;
    const AttentionTask& f = task.forward;
    const std::int64_t hd = f.sizes.headDim;
    const std::int64_t kvStride = f.sizes.kvHeads * hd;
    const std::int64_t columns = f.prompt.count;
    for (const Chunk& chunk : chunksOf(f, group)) {
        scoreChunk(f, group, chunk, b);
        statistics(task, group, chunk, lines);
        gatherLines(f, group, chunk, task.gOut, 1.0F, g.queries);
        g.prompt.resize(b.prompt.size());
        g.own.resize(b.own.size());
        g.mixed.resize(static_cast<std::size_t>(chunk.lines * hd));
        product({ g.queries.data(), hd }, { f.prompt.values, f.prompt.stride, true }, g.prompt.data(),
            columns, { chunk.lines, columns, hd }, 0.0F);
        forRows(f, group, chunk, [&](std::size_t row, std::int64_t first, std::int64_t count) {
            const KeyRows& own = f.own[row];
            float* p = b.own.data() + first * chunk.ownColumns;
            float* gp = g.own.data() + first * chunk.ownColumns;
            product({ g.queries.data() + first * hd, hd }, { own.values, own.stride, true }, gp,
                chunk.ownColumns, { count, own.count, hd }, 0.0F);
            for (std::int64_t i = 0; i < count; ++i) {
                const auto line = static_cast<std::size_t>(first + i);
                const std::int64_t seen = visibleKeys(group.rows[row], i, f.sizes);
                softmaxBackward(b.prompt.data() + (first + i) * columns,
                    g.prompt.data() + (first + i) * columns, columns, lines.logSums[line], lines.dots[line]);
                softmaxBackward(p + i * chunk.ownColumns, gp + i * chunk.ownColumns, seen,
                    lines.logSums[line], lines.dots[line]);
                std::fill(p + i * chunk.ownColumns + seen, p + i * chunk.ownColumns + own.count, 0.0F);
                std::fill(gp + i * chunk.ownColumns + seen, gp + i * chunk.ownColumns + own.count, 0.0F);
            }
            const AttentionRow& tokens = group.rows[row];
            const std::int64_t token = (tokens.begin - tokens.cached) * kvStride + f.kv * hd;
            const float keep = tokens.addsGradient ? 1.0F : 0.0F;
            product({ gp, chunk.ownColumns, true }, { b.queries.data() + first * hd, hd }, task.gk + token,
                kvStride, { own.count, hd, count }, keep);
            product({ p, chunk.ownColumns, true }, { g.queries.data() + first * hd, hd }, task.gv + token,
                kvStride, { own.count, hd, count }, keep);
            product({ gp, chunk.ownColumns }, { own.keys, own.stride }, g.mixed.data() + first * hd, hd,
                { count, hd, own.count }, 0.0F);
        });
        if (columns > 0) {
            product({ g.prompt.data(), columns }, { f.prompt.keys, f.prompt.stride }, g.mixed.data(), hd,
                { chunk.lines, hd, columns }, 1.0F);
            if (task.gPromptKeys) {
                product({ g.prompt.data(), columns, true }, { b.queries.data(), hd }, task.gPromptKeys,
                    task.gPromptStride, { columns, hd, chunk.lines }, 1.0F);
                product({ b.prompt.data(), columns, true }, { g.queries.data(), hd }, task.gPromptValues,
                    task.gPromptStride, { columns, hd, chunk.lines }, 1.0F);
            }
        }
        const float scale = 1.0F / std::sqrt(static_cast<float>(hd));
        forLines(f, group, chunk, [&](std::int64_t line, std::int64_t head) {
            for (std::int64_t i = 0; i < hd; ++i)
                task.gq[head * hd + i] = g.mixed[static_cast<std::size_t>(line * hd + i)] * scale;
        });
    }
}

} // namespace msrl::model::kernels
