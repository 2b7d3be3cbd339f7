// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/scores.h"

#include "engine/update/policy_update.h"

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

} // namespace msrl::parallel
