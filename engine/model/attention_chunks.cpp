// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention_chunks.h"

#include <algorithm>
#include <cmath>

// The BLAS inside LibTorch (column-major Fortran interface). Inside a parallel region it runs on one thread.
extern "C" void sgemm_(const char* transA, const char* transB, const int* m, const int* n, const int* k,
    const float* alpha, const float* a, const int* lda, const float* b, const int* ldb, const float* beta,
    float* c, const int* ldc);

namespace msrl::model::kernels {

void product(const Matrix& a, const Matrix& b, float* c, std::int64_t cStride, ProductSize size, float beta)
{
    if (size.rows == 0 || size.cols == 0 || size.inner == 0)
        return;
    const int m = static_cast<int>(size.cols);
    const int n = static_cast<int>(size.rows);
    const int k = static_cast<int>(size.inner);
    const int lda = static_cast<int>(b.stride);
    const int ldb = static_cast<int>(a.stride);
    const int ldc = static_cast<int>(cStride);
    const float one = 1.0F;
    sgemm_(b.transposed ? "T" : "N", a.transposed ? "T" : "N", &m, &n, &k, &one, b.data, &lda, a.data, &ldb,
        &beta, c, &ldc);
}

namespace {

// Scores over at most this many (query, key) pairs are held at once.
constexpr std::int64_t kMaxScores = std::int64_t { 1 } << 19;

} // namespace

std::vector<Chunk> chunksOf(const AttentionTask& task, const AttentionGroup& group)
{
    std::vector<Chunk> out;
    for (std::size_t row = 0; row < group.rows.size(); ++row) {
        const std::int64_t lines = group.rows[row].tokens * task.sizes.perKv();
        const std::int64_t columns = task.prompt.count + task.own[row].count;
        if (out.empty() || (out.back().lines + lines) * columns > kMaxScores)
            out.push_back({ row, row, 0, 0 });
        Chunk& chunk = out.back();
        chunk.lastRow = row + 1;
        chunk.lines += lines;
        chunk.ownColumns = std::max(chunk.ownColumns, task.own[row].count);
    }
    return out;
}

void gatherLines(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk,
    const float* from, float scale, std::vector<float>& to)
{
    const std::int64_t hd = task.sizes.headDim;
    to.resize(static_cast<std::size_t>(chunk.lines * hd));
    forLines(task, group, chunk, [&](std::int64_t line, std::int64_t head) {
        for (std::int64_t i = 0; i < hd; ++i)
            to[static_cast<std::size_t>(line * hd + i)] = from[head * hd + i] * scale;
    });
}

void scoreChunk(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, ChunkBuffers& b)
{
    const std::int64_t hd = task.sizes.headDim;
    const std::int64_t columns = task.prompt.count;
    gatherLines(task, group, chunk, task.q, 1.0F / std::sqrt(static_cast<float>(hd)), b.queries);
    b.prompt.resize(static_cast<std::size_t>(chunk.lines * columns));
    b.own.resize(static_cast<std::size_t>(chunk.lines * chunk.ownColumns));
    product({ b.queries.data(), hd }, { task.prompt.keys, task.prompt.stride, true }, b.prompt.data(),
        columns, { chunk.lines, columns, hd }, 0.0F);
    forRows(task, group, chunk, [&](std::size_t row, std::int64_t line, std::int64_t lines) {
        const KeyRows& own = task.own[row];
        product({ b.queries.data() + line * hd, hd }, { own.keys, own.stride, true },
            b.own.data() + line * chunk.ownColumns, chunk.ownColumns, { lines, own.count, hd }, 0.0F);
    });
}

} // namespace msrl::model::kernels
