// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/scores.h"

#include "engine/device/workers.h"
#include "engine/update/policy_update.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <cstring>

namespace msrl::parallel {

namespace {

using Scores = std::vector<std::vector<std::vector<float>>>;

// The completions that a rank has scored, in order: group, completion, their tokens' values.
struct Header
{
    std::uint64_t group, completion, tokens;
};

std::string pack(const Scores& scores)
{
    std::string bytes;
    for (std::size_t g = 0; g < scores.size(); ++g)
        for (std::size_t c = 0; c < scores[g].size(); ++c) {
            const std::vector<float>& values = scores[g][c];
            if (values.empty())
                continue;
            const Header header { g, c, values.size() };
            bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
            bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
        }
    return bytes;
}

base::Status unpack(const std::string& bytes, std::vector<batch::Group>& groups)
{
    const base::Error damaged = base::failed("a rank sent scores of other completions");
    for (std::size_t at = 0; at < bytes.size();) {
        Header header {};
        if (bytes.size() - at < sizeof header)
            return damaged;
        std::memcpy(&header, bytes.data() + at, sizeof header);
        at += sizeof header;
        if (header.group >= groups.size() || header.completion >= groups[header.group].completions.size())
            return damaged;
        batch::CompletionInput& completion = groups[header.group].completions[header.completion];
        if (header.tokens != completion.ids.size() || (bytes.size() - at) / sizeof(float) < header.tokens)
            return damaged;
        completion.refLogprobs.resize(header.tokens);
        std::memcpy(completion.refLogprobs.data(), bytes.data() + at, header.tokens * sizeof(float));
        at += header.tokens * sizeof(float);
    }
    return {};
}

// Places for the features of some prompts, one after the other in one share.
at::Tensor shareFor(const model::Policy& policy, const std::vector<batch::PromptInput*>& prompts)
{
    std::int64_t tiles = 0;
    for (const batch::PromptInput* prompt : prompts)
        tiles += prompt->pixels.size(0);
    return at::empty({ tiles * policy.config.tokensPerTile() * policy.config.text.hidden },
        at::TensorOptions().dtype(policy.dtype()).device(policy.device()));
}

template <class Use>
void eachFeature(const model::Policy& policy, const std::vector<batch::PromptInput*>& prompts,
    const at::Tensor& share, const Use& use)
{
    const std::int64_t tokens = policy.config.tokensPerTile();
    const std::int64_t hidden = policy.config.text.hidden;
    std::int64_t begin = 0;
    for (batch::PromptInput* prompt : prompts) {
        const std::int64_t tiles = prompt->pixels.size(0);
        use(*prompt, share.narrow(0, begin, tiles * tokens * hidden).view({ tiles, tokens, hidden }));
        begin += tiles * tokens * hidden;
    }
}

} // namespace

base::Status attachReference(const model::Policy& reference, std::vector<batch::Group>& groups,
    std::int64_t tokenBudget, Communicator& ranks, std::stop_token stop)
{
    if (ranks.size() == 1)
        return update::attachReference(reference, groups, tokenBudget, stop);
    const base::Result<Scores> mine
        = update::scoreCompletions(reference, groups, tokenBudget, stop, { ranks.rank(), ranks.size() });
    if (base::Status fine = agree(ranks, mine ? base::Status() : base::Status(mine.error())); !fine)
        return fine;
    const base::Result<std::vector<std::string>> all = ranks.allGather(pack(*mine));
    if (!all)
        return all.error();
    for (const std::string& bytes : *all)
        if (base::Status attached = unpack(bytes, groups); !attached)
            return attached;
    return {};
}

base::Status attachFeatures(const model::Policy& policy, const std::vector<batch::PromptInput*>& prompts,
    Communicator& ranks, std::stop_token stop)
{
    constexpr std::int64_t kTilesAtOnce = 64;
    if (ranks.size() == 1)
        return update::attachFeatures(policy, prompts, kTilesAtOnce, stop);
    std::vector<batch::PromptInput*> open;
    std::vector<std::int64_t> costs;
    for (batch::PromptInput* prompt : prompts)
        if (prompt->pixels.defined() && prompt->pixels.size(0) > 0 && !prompt->features.defined()) {
            open.push_back(prompt);
            costs.push_back(prompt->pixels.size(0));
        }
    std::vector<std::vector<batch::PromptInput*>> owned;
    for (const std::vector<std::size_t>& numbers : device::shareOut(costs, ranks.size())) {
        owned.emplace_back();
        for (const std::size_t number : numbers)
            owned.back().push_back(open[number]);
    }
    const auto own = static_cast<std::size_t>(ranks.rank());
    const base::Status seen = update::attachFeatures(policy, owned[own], kTilesAtOnce, stop);
    if (base::Status fine = agree(ranks, seen); !fine)
        return fine;
    const at::NoGradGuard noGrad;
    std::vector<at::Tensor> shares;
    for (const std::vector<batch::PromptInput*>& some : owned)
        shares.push_back(shareFor(policy, some));
    eachFeature(policy, owned[own], shares[own],
        [](const batch::PromptInput& prompt, const at::Tensor& place) { place.copy_(prompt.features); });
    if (base::Status gathered = ranks.gatherShares(shares); !gathered)
        return gathered;
    for (std::size_t r = 0; r < owned.size(); ++r)
        if (r != own)
            eachFeature(policy, owned[r], shares[r],
                [](batch::PromptInput& prompt, const at::Tensor& place) { prompt.features = place; });
    return {};
}

} // namespace msrl::parallel
