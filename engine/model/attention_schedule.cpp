// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention_schedule.h"

#include <utility>

namespace msrl::model {

namespace {

using kernels::AttentionGroup;

// Long rows are cut into blocks of at most so many tokens: what a block's tokens cannot see is not computed.
constexpr std::int64_t kBlockTokens = 128;

// The last block comes first: it alone sees all keys of the row and writes their gradient, others add to it.
void addBlocks(AttentionGroup& group, std::int64_t begin, std::int64_t tokens)
{
    const std::int64_t blocks = (tokens + kBlockTokens - 1) / kBlockTokens;
    const std::int64_t size = blocks > 0 ? (tokens + blocks - 1) / blocks : 0;
    for (std::int64_t end = tokens; end > 0;) {
        const std::int64_t first = (end - 1) / size * size;
        group.rows.push_back({ begin + first, end - first, first, 0, end < tokens });
        end = first;
    }
}

// One task per prompt, so that no two write the gradient of the same keys; without prompts one per row.
AttentionSchedule scheduleOf(const RowLayout& layout, const SuffixCache* cache)
{
    AttentionSchedule out;
    std::vector<std::size_t> groupOfPrompt(layout.lengths.size(), SIZE_MAX);
    for (std::size_t b = 0; b + 1 < layout.offsets.size(); ++b) {
        const std::int64_t tokens = layout.offsets[b + 1] - layout.offsets[b];
        if (tokens == 0)
            continue;
        if (layout.prompts.empty()) {
            addBlocks(out.begin(-1), layout.offsets[b], tokens);
            continue;
        }
        std::size_t& group = groupOfPrompt[static_cast<std::size_t>(layout.prompts[b])];
        if (group == SIZE_MAX) {
            group = out.groups.size();
            out.begin(layout.prompts[b]);
        }
        if (cache)
            out.groups[group].rows.push_back(
                { layout.offsets[b], tokens, cache->lengths()[b], cache->rows()[b], false });
        else
            addBlocks(out.groups[group], layout.offsets[b], tokens);
    }
    return out;
}

// With prompts among the rows: a task is a prompt, then what continues it.
AttentionSchedule scheduleFamilies(const RowLayout& layout)
{
    const auto roots = static_cast<std::size_t>(layout.numRoots());
    std::vector<AttentionGroup> children(roots);
    for (std::size_t i = 0; i < layout.parents.size(); ++i) {
        const std::int64_t begin = layout.offsets[roots + i];
        const std::int64_t tokens = layout.offsets[roots + i + 1] - begin;
        addBlocks(children[static_cast<std::size_t>(layout.parents[i])], begin, tokens);
    }
    AttentionSchedule out;
    for (std::size_t root = 0; root < roots; ++root) {
        addBlocks(out.begin(-1), layout.offsets[root], layout.offsets[root + 1] - layout.offsets[root]);
        children[root].prompt = static_cast<std::int64_t>(root);
        out.groups.push_back(std::move(children[root]));
    }
    return out;
}

} // namespace

AttentionSchedule attentionSchedule(const RowLayout& layout, const SuffixCache* cache)
{
    return layout.parents.empty() ? scheduleOf(layout, cache) : scheduleFamilies(layout);
}

} // namespace msrl::model
