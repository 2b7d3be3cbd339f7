// SPDX-License-Identifier: GPL-3.0-or-later
// What forward and backward of the attention kernel have in common: a group in chunks whose scores are held
// at once, products over them, and the scores. Used by the kernel only.
#pragma once

#include "engine/model/attention_kernel.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace msrl::model::kernels {

struct Matrix
{
    const float* data = nullptr;
    std::int64_t stride = 0;
    bool transposed = false;
};

struct ProductSize
{
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::int64_t inner = 0;
};

// c = a b + beta c, row-major; nothing happens when a dimension is 0.
void product(const Matrix& a, const Matrix& b, float* c, std::int64_t cStride, ProductSize size, float beta);

// A run of rows of a group, laid out head by head: query line = token * perKv + head within the key head.
struct Chunk
{
    std::size_t firstRow = 0;
    std::size_t lastRow = 0;
    std::int64_t lines = 0; // query lines
    std::int64_t ownColumns = 0; // the longest row's own keys
};

std::vector<Chunk> chunksOf(const AttentionTask& task, const AttentionGroup& group);

// Copies the lines of a chunk between a token-major array and a dense [lines, hd] block.
template <class Copy>
void forLines(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, const Copy& copy)
{
    const AttentionSizes& s = task.sizes;
    std::int64_t line = 0;
    for (std::size_t row = chunk.firstRow; row < chunk.lastRow; ++row) {
        for (std::int64_t t = 0; t < group.rows[row].tokens; ++t) {
            const std::int64_t head = (group.rows[row].begin + t) * s.heads + task.kv * s.perKv();
            for (std::int64_t h = 0; h < s.perKv(); ++h)
                copy(line++, head + h);
        }
    }
}

// Runs body(row, its first line, its lines) for each row of the chunk.
template <class Body>
void forRows(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, const Body& body)
{
    std::int64_t line = 0;
    for (std::size_t row = chunk.firstRow; row < chunk.lastRow; ++row) {
        const std::int64_t lines = group.rows[row].tokens * task.sizes.perKv();
        body(row, line, lines);
        line += lines;
    }
}

struct ChunkBuffers
{
    std::vector<float> queries; // [lines, hd], scaled
    std::vector<float> prompt; // [lines, prompt columns]
    std::vector<float> own; // [lines, own columns]
    std::vector<float> mixed; // [lines, hd]
};

// The lines of a token-major array, each times `scale`.
void gatherLines(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk,
    const float* from, float scale, std::vector<float>& to);

// Raw scores of all lines over the prompt and over their own keys.
void scoreChunk(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, ChunkBuffers& b);

// Own keys that the line's token sees.
inline std::int64_t visibleKeys(const AttentionRow& row, std::int64_t lineInRow, const AttentionSizes& sizes)
{
    return row.cached + lineInRow / sizes.perKv() + 1;
}

} // namespace msrl::model::kernels
