// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention_kernel.h"

#include "engine/model/kernel_math.h"

#include <algorithm>
#include <cmath>

// The BLAS inside LibTorch (column-major Fortran interface). Inside a parallel region it runs on one thread.
extern "C" void sgemm_(const char* transA, const char* transB, const int* m, const int* n, const int* k,
    const float* alpha, const float* a, const int* lda, const float* b, const int* ldb, const float* beta,
    float* c, const int* ldc);

namespace msrl::model::kernels {
namespace {

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

// Scores over at most this many (query, key) pairs are held at once.
constexpr std::int64_t kMaxScores = std::int64_t { 1 } << 19;

// A run of rows of a group, laid out head by head: query line = token * perKv + head within the key head.
struct Chunk
{
    std::size_t firstRow = 0;
    std::size_t lastRow = 0;
    std::int64_t lines = 0; // query lines
    std::int64_t ownColumns = 0; // the longest row's own keys
};

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

struct Buffers
{
    std::vector<float> queries; // [lines, hd], scaled
    std::vector<float> prompt; // [lines, prompt columns]
    std::vector<float> own; // [lines, own columns]
    std::vector<float> mixed; // [lines, hd]
};

void gather(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, const float* from,
    float scale, std::vector<float>& to)
{
    const std::int64_t hd = task.sizes.headDim;
    to.resize(static_cast<std::size_t>(chunk.lines * hd));
    forLines(task, group, chunk, [&](std::int64_t line, std::int64_t head) {
        for (std::int64_t i = 0; i < hd; ++i)
            to[static_cast<std::size_t>(line * hd + i)] = from[head * hd + i] * scale;
    });
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

// Raw scores of all lines over the prompt and over their own keys.
void score(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, Buffers& b)
{
    const std::int64_t hd = task.sizes.headDim;
    const std::int64_t columns = task.prompt.count;
    gather(task, group, chunk, task.q, 1.0F / std::sqrt(static_cast<float>(hd)), b.queries);
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

// Own keys that the line's token sees.
std::int64_t visible(const AttentionRow& row, std::int64_t lineInRow, const AttentionSizes& sizes)
{
    return row.cached + lineInRow / sizes.perKv() + 1;
}

// Turns scores into unnormalised weights; sums[line] is their sum, shifts[line] what was taken off.
void weigh(const AttentionTask& task, const AttentionGroup& group, const Chunk& chunk, Buffers& b,
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
            const std::int64_t seen = visible(group.rows[row], i, task.sizes);
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
    thread_local Buffers b; // kept between calls: decoding calls this thousands of times a second
    thread_local std::vector<float> sums;
    thread_local std::vector<float> shifts;
    const std::int64_t hd = task.sizes.headDim;
    for (const Chunk& chunk : chunksOf(task, group)) {
        score(task, group, chunk, b);
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
    thread_local Buffers b; // scores, then weights
    thread_local Buffers g; // gradients of the weights, then of the scores; queries: gOut; mixed: gq
    thread_local LineStatistics lines;
    const AttentionTask& f = task.forward;
    const std::int64_t hd = f.sizes.headDim;
    const std::int64_t kvStride = f.sizes.kvHeads * hd;
    const std::int64_t columns = f.prompt.count;
    for (const Chunk& chunk : chunksOf(f, group)) {
        score(f, group, chunk, b);
        statistics(task, group, chunk, lines);
        gather(f, group, chunk, task.gOut, 1.0F, g.queries);
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
                const std::int64_t seen = visible(group.rows[row], i, f.sizes);
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
