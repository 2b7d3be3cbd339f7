// SPDX-License-Identifier: GPL-3.0-or-later
// Attention over plain float32 arrays. Token-major arrays hold [tokens, heads, hd].
#pragma once

#include <cstdint>
#include <vector>

namespace msrl::model::kernels {

// A matrix of hd columns; `stride` floats from row to row.
struct KeyRows
{
    const float* keys = nullptr;
    const float* values = nullptr;
    std::int64_t stride = 0;
    std::int64_t count = 0;
};

// Rows of new tokens that continue the same prompt. Own keys of a row are what it has cached, then its new
// tokens: new token t sees `cached` + t + 1 of them.
struct AttentionRow
{
    std::int64_t begin = 0; // first new token
    std::int64_t tokens = 0;
    std::int64_t cached = 0;
    std::int64_t slot = 0; // for the caller: where the row's cache lies
    bool addsGradient = false; // another row of the group has written the gradient of its keys before
};

struct AttentionGroup
{
    std::int64_t prompt = -1; // -1: none
    std::vector<AttentionRow> rows;

    std::int64_t tokens() const;
};

struct AttentionSizes
{
    std::int64_t heads = 0;
    std::int64_t kvHeads = 0;
    std::int64_t headDim = 0;

    std::int64_t perKv() const { return heads / kvHeads; }
};

// One group and one key head: what the kernel reads and writes.
struct AttentionTask
{
    AttentionSizes sizes;
    std::int64_t kv = 0;
    KeyRows prompt; // count 0: none
    std::vector<KeyRows> own; // per row of the group; count = cached + tokens
    const float* q = nullptr; // [tokens of all, H, hd]
    float* out = nullptr; // like q
    float* logSums = nullptr; // [tokens of all, H]; null: not wanted
};
void attendGroup(const AttentionTask& task, const AttentionGroup& group);

struct AttentionBackwardTask
{
    AttentionTask forward; // with out and logSums of the forward
    const float* gOut = nullptr;
    float* gq = nullptr; // [tokens, H, hd], written
    float* gk = nullptr; // [tokens, KV, hd], written
    float* gv = nullptr; // [tokens, KV, hd], written
    float* gPromptKeys = nullptr; // [prompt columns, hd], added to; null: not wanted
    float* gPromptValues = nullptr;
    std::int64_t gPromptStride = 0;
};
// What a row has cached are the tokens before it: their gradient is written (or added to) with its own.
void attendGroupBackward(const AttentionBackwardTask& task, const AttentionGroup& group);

} // namespace msrl::model::kernels
