// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/kernels.h"

#include "engine/model/kernel_math.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace msrl::model::kernels {
namespace {

// Elements below which a second thread costs more than it saves.
constexpr std::int64_t kGrainElements = 16384;

std::int64_t grain(std::int64_t elementsPerRow)
{
    return std::max<std::int64_t>(1, kGrainElements / std::max<std::int64_t>(1, elementsPerRow));
}

// Runs body(begin, end, sums) over pieces of the rows, one piece per thread, and adds the pieces' sums (of
// `size` floats) to `total` in order. Null `total`: sums is null too.
template <class Body>
void overRows(
    std::int64_t rows, std::int64_t elementsPerRow, std::int64_t size, float* total, const Body& body)
{
    const std::int64_t wanted = std::max<std::int64_t>(1, rows * elementsPerRow / kGrainElements);
    const std::int64_t pieces = std::min<std::int64_t>(wanted, at::get_num_threads());
    std::vector<float> sums(total ? static_cast<std::size_t>(pieces * size) : 0, 0.0F);
    at::parallel_for(0, pieces, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t piece = first; piece < last; ++piece)
            body(rows * piece / pieces, rows * (piece + 1) / pieces,
                total ? sums.data() + piece * size : nullptr);
    });
    if (!total)
        return;
    for (std::int64_t piece = 0; piece < pieces; ++piece) {
        for (std::int64_t i = 0; i < size; ++i)
            total[i] += sums[static_cast<std::size_t>(piece * size + i)];
    }
}

MSRL_INLINE float inverseRms(const float* x, std::int64_t size, float eps)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < size; ++i)
        sum += x[i] * x[i];
    return 1.0F / std::sqrt(sum / static_cast<float>(size) + eps);
}

MSRL_INLINE void normRow(const float* x, const float* weight, float* y, std::int64_t size, float eps)
{
    const float scale = inverseRms(x, size, eps);
#pragma omp simd
    for (std::int64_t i = 0; i < size; ++i)
        y[i] = weight[i] * (x[i] * scale);
}

// gx may be gy.
MSRL_INLINE void normRowBackward(const float* gy, const float* x, const float* weight, float* gx,
    float* gweight, std::int64_t size, float eps)
{
    const float scale = inverseRms(x, size, eps);
    float dot = 0;
#pragma omp simd reduction(+ : dot)
    for (std::int64_t i = 0; i < size; ++i)
        dot += gy[i] * weight[i] * x[i];
    const float along = dot * scale * scale / static_cast<float>(size);
    if (gweight) {
#pragma omp simd
        for (std::int64_t i = 0; i < size; ++i)
            gweight[i] += gy[i] * x[i] * scale;
    }
#pragma omp simd
    for (std::int64_t i = 0; i < size; ++i)
        gx[i] = scale * (gy[i] * weight[i] - x[i] * along);
}

MSRL_VECTOR_CLONES
void normRows(const float* x, const float* weight, float* y, std::int64_t rows, std::int64_t size, float eps)
{
    for (std::int64_t row = 0; row < rows; ++row)
        normRow(x + row * size, weight, y + row * size, size, eps);
}

MSRL_VECTOR_CLONES
void normRowsBackward(const float* gy, const float* x, const float* weight, float* gx, float* gweight,
    std::int64_t rows, std::int64_t size, float eps)
{
    for (std::int64_t row = 0; row < rows; ++row)
        normRowBackward(gy + row * size, x + row * size, weight, gx + row * size, gweight, size, eps);
}

// sign -1 undoes the rotation. y may be x.
MSRL_INLINE void rotateHead(
    const float* x, const float* cosines, const float* sines, float sign, float* y, std::int64_t half)
{
#pragma omp simd
    for (std::int64_t i = 0; i < half; ++i) {
        const float a = x[i];
        const float b = x[half + i];
        const float s = sign * sines[i];
        y[i] = a * cosines[i] - b * s;
        y[half + i] = b * cosines[i] + a * s;
    }
}

MSRL_VECTOR_CLONES
void splitTokens(const float* qkv, const HeadParameters& p, float* q, float* k, float* v, HeadShape s)
{
    const std::int64_t hd = s.headDim;
    const std::int64_t half = hd / 2;
    for (std::int64_t t = 0; t < s.tokens; ++t) {
        for (std::int64_t h = 0; h < s.heads + s.kvHeads; ++h, qkv += hd) {
            float*& to = h < s.heads ? q : k;
            const float* weight = h < s.heads ? p.queryNorm : p.keyNorm;
            if (weight)
                normRow(qkv, weight, to, hd, s.eps);
            rotateHead(weight ? to : qkv, p.cosines + t * half, p.sines + t * half, 1.0F, to, half);
            to += hd;
        }
        std::copy_n(qkv, s.kvHeads * hd, v);
        qkv += s.kvHeads * hd;
        v += s.kvHeads * hd;
    }
}

MSRL_VECTOR_CLONES
void splitTokensBackward(const float* qkv, const HeadParameters& p, HeadGradients g, HeadShape s)
{
    const std::int64_t hd = s.headDim;
    const std::int64_t half = hd / 2;
    for (std::int64_t t = 0; t < s.tokens; ++t) {
        for (std::int64_t h = 0; h < s.heads + s.kvHeads; ++h) {
            const bool isQuery = h < s.heads;
            const float*& from = isQuery ? g.q : g.k;
            const float* weight = isQuery ? p.queryNorm : p.keyNorm;
            rotateHead(from, p.cosines + t * half, p.sines + t * half, -1.0F, g.qkv, half);
            if (weight)
                normRowBackward(g.qkv, qkv, weight, g.qkv, isQuery ? g.queryNorm : g.keyNorm, hd, s.eps);
            from += hd;
            qkv += hd;
            g.qkv += hd;
        }
        std::copy_n(g.v, s.kvHeads * hd, g.qkv);
        qkv += s.kvHeads * hd;
        g.v += s.kvHeads * hd;
        g.qkv += s.kvHeads * hd;
    }
}

MSRL_VECTOR_CLONES
void gatedRows(const float* gateUp, float* y, std::int64_t rows, std::int64_t inner)
{
    for (std::int64_t row = 0; row < rows; ++row) {
        const float* gate = gateUp + row * 2 * inner;
        const float* up = gate + inner;
        float* to = y + row * inner;
#pragma omp simd
        for (std::int64_t i = 0; i < inner; ++i)
            to[i] = gate[i] / (1.0F + exponential(-gate[i])) * up[i];
    }
}

MSRL_VECTOR_CLONES
void gatedRowsBackward(
    const float* gy, const float* gateUp, float* out, std::int64_t rows, std::int64_t inner)
{
    for (std::int64_t row = 0; row < rows; ++row) {
        const float* gate = gateUp + row * 2 * inner;
        const float* up = gate + inner;
        const float* g = gy + row * inner;
        float* gGate = out + row * 2 * inner;
        float* gUp = gGate + inner;
#pragma omp simd
        for (std::int64_t i = 0; i < inner; ++i) {
            const float sigmoid = 1.0F / (1.0F + exponential(-gate[i]));
            gUp[i] = g[i] * gate[i] * sigmoid;
            gGate[i] = g[i] * up[i] * sigmoid * (1.0F + gate[i] * (1.0F - sigmoid));
        }
    }
}

// The part of the tokens that starts at `begin`.
HeadParameters advanced(HeadParameters p, std::int64_t begin, const HeadShape& s)
{
    p.cosines += begin * s.headDim / 2;
    p.sines += begin * s.headDim / 2;
    return p;
}

} // namespace

void rmsNorm(const float* x, const float* weight, float* y, RmsShape shape)
{
    at::parallel_for(0, shape.rows, grain(shape.size), [&](std::int64_t begin, std::int64_t end) {
        normRows(x + begin * shape.size, weight, y + begin * shape.size, end - begin, shape.size, shape.eps);
    });
}

void rmsNormBackward(
    const float* gy, const float* x, const float* weight, float* gx, float* gweight, RmsShape shape)
{
    overRows(
        shape.rows, shape.size, shape.size, gweight, [&](std::int64_t begin, std::int64_t end, float* sums) {
            const std::int64_t at = begin * shape.size;
            normRowsBackward(gy + at, x + at, weight, gx + at, sums, end - begin, shape.size, shape.eps);
        });
}

void splitHeads(
    const float* qkv, const HeadParameters& parameters, float* q, float* k, float* v, HeadShape shape)
{
    const std::int64_t queries = shape.heads * shape.headDim;
    const std::int64_t keys = shape.kvHeads * shape.headDim;
    at::parallel_for(0, shape.tokens, grain(queries + 2 * keys), [&](std::int64_t begin, std::int64_t end) {
        HeadShape part = shape;
        part.tokens = end - begin;
        splitTokens(qkv + begin * (queries + 2 * keys), advanced(parameters, begin, shape),
            q + begin * queries, k + begin * keys, v + begin * keys, part);
    });
}

void splitHeadsBackward(
    const float* qkv, const HeadParameters& parameters, const HeadGradients& gradients, HeadShape shape)
{
    const std::int64_t queries = shape.heads * shape.headDim;
    const std::int64_t keys = shape.kvHeads * shape.headDim;
    const std::int64_t hd = shape.headDim;
    std::vector<float> norms(static_cast<std::size_t>(2 * hd), 0.0F);
    overRows(shape.tokens, queries + 2 * keys, 2 * hd, norms.data(),
        [&](std::int64_t begin, std::int64_t end, float* sums) {
            HeadShape part = shape;
            part.tokens = end - begin;
            const HeadGradients g { gradients.q + begin * queries, gradients.k + begin * keys,
                gradients.v + begin * keys, gradients.qkv + begin * (queries + 2 * keys), sums, sums + hd };
            splitTokensBackward(
                qkv + begin * (queries + 2 * keys), advanced(parameters, begin, shape), g, part);
        });
    for (std::int64_t i = 0; i < hd; ++i) {
        if (gradients.queryNorm)
            gradients.queryNorm[i] += norms[static_cast<std::size_t>(i)];
        if (gradients.keyNorm)
            gradients.keyNorm[i] += norms[static_cast<std::size_t>(hd + i)];
    }
}

void gatedUnit(const float* gateUp, float* y, std::int64_t rows, std::int64_t inner)
{
    at::parallel_for(0, rows, grain(inner), [&](std::int64_t begin, std::int64_t end) {
        gatedRows(gateUp + begin * 2 * inner, y + begin * inner, end - begin, inner);
    });
}

void gatedUnitBackward(
    const float* gy, const float* gateUp, float* gGateUp, std::int64_t rows, std::int64_t inner)
{
    at::parallel_for(0, rows, grain(inner), [&](std::int64_t begin, std::int64_t end) {
        gatedRowsBackward(
            gy + begin * inner, gateUp + begin * 2 * inner, gGateUp + begin * 2 * inner, end - begin, inner);
    });
}

} // namespace msrl::model::kernels
