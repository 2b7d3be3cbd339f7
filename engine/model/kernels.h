// SPDX-License-Identifier: GPL-3.0-or-later
// float32 kernels of the decoder for the CPU, over plain pointers. At small sizes the cost of single
// operators exceeds their arithmetic; each of these replaces several. Results depend on the number of threads
// only through the order of sums over rows.
#pragma once

#include <cstdint>

namespace msrl::model::kernels {

struct RmsShape
{
    std::int64_t rows = 0;
    std::int64_t size = 0;
    float eps = 0;
};

// y = x / sqrt(mean(x^2) + eps) * weight, row by row.
void rmsNorm(const float* x, const float* weight, float* y, RmsShape shape);
// gx from gy; adds to gweight unless it is null.
void rmsNormBackward(
    const float* gy, const float* x, const float* weight, float* gx, float* gweight, RmsShape shape);

// One token's fused projections [heads queries | kvHeads keys | kvHeads values], each of headDim.
struct HeadShape
{
    std::int64_t tokens = 0;
    std::int64_t heads = 0;
    std::int64_t kvHeads = 0;
    std::int64_t headDim = 0;
    float eps = 0;
};

struct HeadParameters
{
    const float* queryNorm = nullptr; // [hd]; null: no norms
    const float* keyNorm = nullptr;
    const float* cosines = nullptr; // [tokens, hd/2]
    const float* sines = nullptr;
};

// Normalises and rotates queries and keys and separates the three.
void splitHeads(
    const float* qkv, const HeadParameters& parameters, float* q, float* k, float* v, HeadShape shape);

struct HeadGradients
{
    const float* q = nullptr;
    const float* k = nullptr;
    const float* v = nullptr;
    float* qkv = nullptr; // written
    float* queryNorm = nullptr; // added to unless null
    float* keyNorm = nullptr;
};
void splitHeadsBackward(
    const float* qkv, const HeadParameters& parameters, const HeadGradients& gradients, HeadShape shape);

// gateUp [rows, 2*inner] -> silu(gate) * up [rows, inner]
void gatedUnit(const float* gateUp, float* y, std::int64_t rows, std::int64_t inner);
void gatedUnitBackward(
    const float* gy, const float* gateUp, float* gGateUp, std::int64_t rows, std::int64_t inner);

} // namespace msrl::model::kernels
