// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention_kernel.h"

#include "engine/model/attention_chunks.h"
#include "engine/model/kernel_math.h"

#include <algorithm>
#include <cmath>

namespace msrl::model::kernels {
namespace {

// exp(x - shift), and their sum.
MSRL_VECTOR_CLONES
float exponentials(float* x, std::int64_t count, float shift)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < count; ++i) {
        x[i] = exponential(x[i] - shift);
        sum += x[i];
    }
    return sum;
}

MSRL_VECTOR_CLONES
float largest(const float* x, std::int64_t count, float so)
{
#pragma omp simd reduction(max : so)
    for (std::int64_t i = 0; i < count; ++i)
        so = x[i] > so ? x[i] : so;
    return so;
}

// Turns scores into unnormalised weights; sums[line] is their sum, shifts[line] what was taken off.
void weigh(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, ChunkBuffers& b,
    std::vector<float>& sums, std::vector<float>& shifts)
{
    const std::int64_t columns = task.prompt.count;
    sums.resize(static_cast<std::size_t>(chunk.lines));
    shifts.resize(static_cast<std::size_t>(chunk.lines));
    forRows(task, group, chunk, [&](std::size_t row, std::int64_t first, std::int64_t lines) {
        for (std::int64_t i = 0; i < lines; ++i) {
            const std::int64_t line = first + i;
            float* prompt = b.prompt.data() + line * columns;
            float* own = b.own.data() + line * chunk.ownColumns;
            const std::int64_t seen = visibleKeys(group.rows[row], i, task.sizes);
            const float shift = largest(prompt, columns, largest(own, seen, own[0]));
            sums[static_cast<std::size_t>(line)]
                = exponentials(prompt, columns, shift) + exponentials(own, seen, shift);
            shifts[static_cast<std::size_t>(line)] = shift;
            std::fill(own + seen, own + task.own[row].count, 0.0F);
        }
    });
}

} // namespace

std::int64_t AttentionGroup::tokens() const
{
    std::int64_t count = 0;
    for (const AttentionRow& row : rows)
        count += row.tokens;
    return count;
}

void attendGroup(const AttentionTask& task, const AttentionGroup& group)
{
    thread_local ChunkBuffers b; // kept between calls: decoding calls this thousands of times a second
    thread_local std::vector<float> sums;
    thread_local std::vector<float> shifts;
    const std::int64_t hd = task.sizes.headDim;
    for (const Chunk& chunk : chunksOf(task, group)) {
        scoreChunk(task, group, chunk, b);
        weigh(task, group, chunk, b, sums, shifts);
        b.mixed.resize(static_cast<std::size_t>(chunk.lines * hd));
        product({ b.prompt.data(), std::max<std::int64_t>(1, task.prompt.count) },
            { task.prompt.values, task.prompt.stride }, b.mixed.data(), hd,
            { chunk.lines, hd, task.prompt.count }, 0.0F);
        const float keep = task.prompt.count > 0 ? 1.0F : 0.0F;
        forRows(task, group, chunk, [&](std::size_t row, std::int64_t line, std::int64_t lines) {
            const KeyRows& own = task.own[row];
            product({ b.own.data() + line * chunk.ownColumns, chunk.ownColumns }, { own.values, own.stride },
                b.mixed.data() + line * hd, hd, { lines, hd, own.count }, keep);
        });
        forLines(task, group, chunk, [&](std::int64_t line, std::int64_t head) {
            const float inverse = 1.0F / sums[static_cast<std::size_t>(line)];
            for (std::int64_t i = 0; i < hd; ++i)
                task.out[head * hd + i] = b.mixed[static_cast<std::size_t>(line * hd + i)] * inverse;
            if (task.logSums)
                task.logSums[head]
                    = shifts[static_cast<std::size_t>(line)] + std::log(sums[static_cast<std::size_t>(line)]);
        });
    }
}

} // namespace msrl::model::kernels
