// SPDX-License-Identifier: GPL-3.0-or-later
// From prompts and their completions to the micro-batches that one forward and backward take: prompts without
// their last token and completions behind them, all packed without padding.
//
// P prompts, T prompt columns, B rows (completions), N row tokens, D hidden size.
#pragma once

#include "core/base/result.h"
#include "engine/model/forward.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace msrl::batch {

// One rendered and tokenised prompt; rollout and training read the same one, so preprocessing happens once.
struct PromptInput
{
    std::string id; // sample id, for errors
    std::vector<std::int64_t> ids; // the whole prompt, at least two tokens
    at::Tensor pixels; // [tiles, 3, S, S] float32; undefined without media
    at::Tensor features; // [tiles, tokensPerTile, D] when computed before (frozen vision); wins over pixels
};

// What the image tokens of some prompts stand for, in their order.
struct PromptMedia
{
    at::Tensor pixels; // [tiles, 3, S, S]; undefined: none
    at::Tensor features; // [tiles, tokensPerTile, D] instead, when every prompt with media brought them
    std::int64_t numTiles = 0;
};
PromptMedia mediaOf(const std::vector<const PromptInput*>& prompts);

struct CompletionInput
{
    std::vector<std::int64_t> ids; // at least one token, with its end token if it ended
    std::vector<float> oldLogprobs; // of the sampler, one per token; empty: none
    std::vector<float> refLogprobs; // of the reference policy; empty: none
    double advantage = 0.0; // reinforcement learning
    double weight = 1.0; // multiplies the loss of every token
};

struct Group
{
    PromptInput prompt;
    std::vector<CompletionInput> completions;
};

// Where a row of a micro-batch came from.
struct RowOrigin
{
    std::size_t group = 0;
    std::size_t completion = 0;
};

struct MicroBatch
{
    model::PackedRows rows; // a row: last prompt token, then the completion without its last token
    PromptMedia media;
    at::Tensor targets; // [N] int64
    at::Tensor oldLogprobs; // [N] float32; undefined unless every row brought them
    at::Tensor refLogprobs; // [N] float32; likewise
    at::Tensor advantages; // [N] float32, the row's on each of its tokens
    at::Tensor weights; // [N] float32, likewise
    std::vector<RowOrigin> origins; // B
    int worker = 0; // of MicroBatchOptions::workers

    std::int64_t numRows() const { return static_cast<std::int64_t>(origins.size()); }
    std::int64_t numRowTokens() const { return rows.offsets.back(); }
    std::int64_t longestSequence() const; // prompt and completion
    // What the token budget limits.
    std::int64_t cost() const { return rows.promptOffsets.back() + numRowTokens(); }
};

// A process's place among those that share the work of a step.
struct Part
{
    int index = 0;
    int count = 1;
};

struct MicroBatchOptions
{
    std::int64_t tokenBudget = 4096; // per micro-batch
    // Leaves out completions whose advantage is zero: they have no gradient when there is neither a KL term
    // nor an entropy bonus.
    bool skipZeroAdvantage = false;
    // Fill wished for, within tokenBudget; a group larger than it stays whole. Micro-batches are made about
    // equally full then. 0: as full as the budget allows.
    std::int64_t packTokens = 0;
    // Groups are shared out by their tokens before they are packed, in a way fixed by the groups alone.
    int workers = 1;
    // Several processes with as many workers each: groups are shared out over all workers of all of them, and
    // only the micro-batches of this process's are made.
    Part part;
};

// Every completion lands in exactly one micro-batch, longest prompts first, worker by worker. A group that is
// over the budget alone is split between completions. Refused: a prompt under two tokens, an empty
// completion, log-probabilities of another length, one completion with its prompt over the budget (names the
// sample and the counts).
base::Result<std::vector<MicroBatch>> makeMicroBatches(
    const std::vector<Group>& groups, const MicroBatchOptions& options);

struct PaddedPrompts
{
    at::Tensor ids; // [P, T]
    std::vector<std::int64_t> lengths;
    PromptMedia media;
};
// For sampling: the prompts without their last token. REQUIRES: at least one prompt, each of two tokens or
// more.
PaddedPrompts padPrompts(const std::vector<const PromptInput*>& prompts);

} // namespace msrl::batch
