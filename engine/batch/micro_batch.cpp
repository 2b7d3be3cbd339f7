// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/batch/micro_batch.h"

#include "engine/device/workers.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace msrl::batch {

namespace {

// Some completions of one group: all, unless the group is over the budget.
struct Item
{
    std::size_t group = 0;
    std::int64_t promptTokens = 0;
    std::int64_t rowTokens = 0;
    std::vector<std::size_t> completions;
};

std::string placeOf(const Group& group, std::size_t index)
{
    return group.prompt.id.empty() ? fmt::format("prompt {} of the batch", index)
                                   : "sample " + group.prompt.id;
}

base::Status checkGroup(const Group& group, std::size_t index)
{
    if (group.prompt.ids.size() < 2)
        return base::badInput(fmt::format("a prompt of {} tokens", group.prompt.ids.size()),
            placeOf(group, index), "it needs at least 2");
    for (const CompletionInput& completion : group.completions) {
        if (completion.ids.empty())
            return base::badInput("an empty completion", placeOf(group, index));
        for (const std::vector<float>* values : { &completion.oldLogprobs, &completion.refLogprobs })
            if (!values->empty() && values->size() != completion.ids.size())
                return base::badInput(fmt::format("{} log-probabilities for {} completion tokens",
                                          values->size(), completion.ids.size()),
                    placeOf(group, index));
    }
    return {};
}

// Cuts a group into items that each fit the budget.
base::Result<std::vector<Item>> itemsOf(
    const Group& group, std::size_t index, const MicroBatchOptions& options)
{
    std::vector<Item> items;
    Item item { index, static_cast<std::int64_t>(group.prompt.ids.size()) - 1, 0, {} };
    for (std::size_t c = 0; c < group.completions.size(); ++c) {
        const CompletionInput& completion = group.completions[c];
        if (options.skipZeroAdvantage && completion.advantage == 0.0)
            continue;
        const auto tokens = static_cast<std::int64_t>(completion.ids.size());
        if (item.promptTokens + tokens > options.tokenBudget)
            return base::badInput(fmt::format("{} prompt and {} completion tokens are over the budget of {}",
                                      item.promptTokens + 1, tokens, options.tokenBudget),
                placeOf(group, index), "raise the token budget or limit the lengths");
        if (item.promptTokens + item.rowTokens + tokens > options.tokenBudget) {
            items.push_back(item);
            item.rowTokens = 0;
            item.completions.clear();
        }
        item.rowTokens += tokens;
        item.completions.push_back(c);
    }
    if (!item.completions.empty())
        items.push_back(std::move(item));
    return items;
}

template <class T> at::Tensor toTensor(const std::vector<T>& values, at::ScalarType type)
{
    at::Tensor tensor
        = at::empty({ static_cast<std::int64_t>(values.size()) }, at::TensorOptions().dtype(type));
    std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<T>());
    return tensor;
}

// The flat per-token columns of a micro-batch while it is filled.
struct Columns
{
    std::vector<std::int64_t> ids, targets;
    std::vector<float> old, reference, advantages, weights;

    void append(const PromptInput& prompt, const CompletionInput& completion)
    {
        const std::size_t tokens = completion.ids.size();
        ids.push_back(prompt.ids.back());
        ids.insert(ids.end(), completion.ids.begin(), completion.ids.end() - 1);
        targets.insert(targets.end(), completion.ids.begin(), completion.ids.end());
        old.insert(old.end(), completion.oldLogprobs.begin(), completion.oldLogprobs.end());
        reference.insert(reference.end(), completion.refLogprobs.begin(), completion.refLogprobs.end());
        advantages.insert(advantages.end(), tokens, static_cast<float>(completion.advantage));
        weights.insert(weights.end(), tokens, static_cast<float>(completion.weight));
    }
};

MicroBatch assemble(const std::vector<Group>& groups, const std::vector<const Item*>& items)
{
    MicroBatch out;
    std::vector<const PromptInput*> prompts;
    Columns columns;
    out.rows.offsets.push_back(0);
    for (const Item* item : items) {
        const Group& group = groups[item->group];
        for (std::size_t c : item->completions) {
            columns.append(group.prompt, group.completions[c]);
            out.rows.offsets.push_back(static_cast<std::int64_t>(columns.ids.size()));
            out.rows.prompts.push_back(static_cast<std::int64_t>(prompts.size()));
            out.origins.push_back({ item->group, c });
        }
        prompts.push_back(&group.prompt);
    }
    std::vector<std::int64_t> promptIds;
    out.rows.promptOffsets.push_back(0);
    for (const PromptInput* prompt : prompts) {
        promptIds.insert(promptIds.end(), prompt->ids.begin(), prompt->ids.end() - 1);
        out.rows.promptOffsets.push_back(static_cast<std::int64_t>(promptIds.size()));
    }
    out.rows.promptIds = toTensor(promptIds, at::kLong);
    out.media = mediaOf(prompts);
    out.rows.ids = toTensor(columns.ids, at::kLong);
    out.targets = toTensor(columns.targets, at::kLong);
    if (columns.old.size() == columns.ids.size())
        out.oldLogprobs = toTensor(columns.old, at::kFloat);
    if (columns.reference.size() == columns.ids.size())
        out.refLogprobs = toTensor(columns.reference, at::kFloat);
    out.advantages = toTensor(columns.advantages, at::kFloat);
    out.weights = toTensor(columns.weights, at::kFloat);
    return out;
}

// How many of the items, in order, go into each micro-batch when none may cost more than `limit`, unless one
// item alone does.
std::vector<std::size_t> packed(const std::vector<const Item*>& items, std::int64_t limit)
{
    std::vector<std::size_t> counts;
    std::int64_t tokens = 0;
    for (const Item* item : items) {
        const std::int64_t added = item->promptTokens + item->rowTokens;
        if (counts.empty() || tokens + added > limit) {
            counts.push_back(0);
            tokens = 0;
        }
        ++counts.back();
        tokens += added;
    }
    return counts;
}

// The lowest limit that needs no more micro-batches than the wished fill, so that all are about equally full.
std::int64_t evenLimit(const std::vector<const Item*>& items, const MicroBatchOptions& options)
{
    if (options.packTokens <= 0)
        return options.tokenBudget;
    std::int64_t high = std::min(options.packTokens, options.tokenBudget);
    const std::size_t wanted = packed(items, high).size();
    for (std::int64_t low = 1; low < high;) {
        const std::int64_t middle = low + (high - low) / 2;
        if (packed(items, middle).size() <= wanted)
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}

// The items, sorted, of each worker, still sorted.
std::vector<std::vector<const Item*>> shareItems(const std::vector<Item>& items, int workers)
{
    std::vector<std::int64_t> costs;
    for (const Item& item : items)
        costs.push_back(item.promptTokens + item.rowTokens);
    std::vector<std::vector<const Item*>> shares;
    for (std::vector<std::size_t>& numbers : device::shareOut(costs, workers)) {
        std::sort(numbers.begin(), numbers.end());
        std::vector<const Item*>& share = shares.emplace_back();
        for (std::size_t number : numbers)
            share.push_back(&items[number]);
    }
    return shares;
}

} // namespace

std::int64_t MicroBatch::longestSequence() const
{
    std::int64_t longest = 0;
    for (std::size_t row = 0; row + 1 < rows.offsets.size(); ++row) {
        const auto prompt = static_cast<std::size_t>(rows.prompts[row]);
        longest = std::max(longest,
            rows.promptOffsets[prompt + 1] - rows.promptOffsets[prompt] + rows.offsets[row + 1]
                - rows.offsets[row]);
    }
    return longest;
}

PromptMedia mediaOf(const std::vector<const PromptInput*>& prompts)
{
    PromptMedia out;
    std::vector<at::Tensor> pixels, features;
    bool featuresOfAll = true;
    for (const PromptInput* prompt : prompts) {
        const bool hasPixels = prompt->pixels.defined() && prompt->pixels.size(0) > 0;
        const bool hasFeatures = prompt->features.defined() && prompt->features.size(0) > 0;
        if (hasPixels)
            pixels.push_back(prompt->pixels);
        if (hasFeatures)
            features.push_back(prompt->features);
        featuresOfAll = featuresOfAll && hasFeatures == (hasPixels || hasFeatures);
        out.numTiles += hasFeatures ? prompt->features.size(0) : hasPixels ? prompt->pixels.size(0) : 0;
    }
    if (featuresOfAll && !features.empty())
        out.features = at::cat(features);
    else if (!pixels.empty())
        out.pixels = at::cat(pixels);
    return out;
}

PaddedPrompts padPrompts(const std::vector<const PromptInput*>& prompts)
{
    PaddedPrompts out;
    std::size_t longest = 0;
    for (const PromptInput* prompt : prompts)
        longest = std::max(longest, prompt->ids.size());
    const auto columns = static_cast<std::int64_t>(longest) - 1;
    out.ids = at::empty(
        { static_cast<std::int64_t>(prompts.size()), columns }, at::TensorOptions().dtype(at::kLong));
    std::int64_t* row = out.ids.mutable_data_ptr<std::int64_t>();
    for (const PromptInput* prompt : prompts) {
        const std::size_t length = prompt->ids.size() - 1;
        std::copy_n(prompt->ids.begin(), length, row);
        // Padding must not look like an image token: the last prompt token never is one.
        std::fill(row + length, row + columns, prompt->ids.back());
        row += columns;
        out.lengths.push_back(static_cast<std::int64_t>(length));
    }
    out.media = mediaOf(prompts);
    return out;
}

base::Result<std::vector<MicroBatch>> makeMicroBatches(
    const std::vector<Group>& groups, const MicroBatchOptions& options)
{
    std::vector<Item> items;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (base::Status status = checkGroup(groups[g], g); !status)
            return status.error();
        base::Result<std::vector<Item>> some = itemsOf(groups[g], g, options);
        if (!some)
            return some.error();
        std::move(some->begin(), some->end(), std::back_inserter(items));
    }
    // Longest first: what does not fit into memory fails in the first micro-batch, and similar prompts share
    // one.
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        return a.promptTokens != b.promptTokens ? a.promptTokens > b.promptTokens : a.rowTokens > b.rowTokens;
    });
    std::vector<MicroBatch> batches;
    const auto shares = shareItems(items, options.workers * options.part.count);
    for (int worker = 0; worker < options.workers; ++worker) {
        const auto& share = shares[static_cast<std::size_t>(options.part.index * options.workers + worker)];
        auto next = share.begin();
        for (std::size_t count : packed(share, evenLimit(share, options))) {
            const auto end = next + static_cast<std::ptrdiff_t>(count);
            batches.push_back(assemble(groups, { next, end }));
            batches.back().worker = worker;
            next = end;
        }
    }
    return batches;
}

} // namespace msrl::batch
