// SPDX-License-Identifier: GPL-3.0-or-later
// Answers chat requests with a judge: the conversation in ChatML, its images in their places, the rollout of
// training. Requests that wait together and want the same sampling are answered in one rollout. Stop texts
// end a completion as it is written.
#pragma once

#include "engine/serve/chat_request.h"
#include "engine/stages/generation.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace msrl::serve {

class ChatJudge
{
public:
    // `judge` must outlive this. `maxNewTokens` is for requests that name no limit; `seed` for those that
    // name no seed.
    ChatJudge(const stages::Judge& judge, std::int64_t maxNewTokens, std::uint64_t seed);

    // One answer per request, in order. A request that is refused does not disturb the others. A request with
    // a seed gets the same answer each time.
    std::vector<base::Result<ChatReply>> answer(
        const std::vector<ChatRequest>& requests, std::stop_token stop);

private:
    struct Prepared;
    class Told;
    base::Result<Prepared> prepare(const ChatRequest& request, std::size_t index);
    rollout::GenerateOptions optionsFor(
        const std::vector<const Prepared*>& group, const ChatRequest& first) const;
    void answerGroup(const std::vector<const Prepared*>& group, const std::vector<ChatRequest>& requests,
        const std::stop_token& stop, std::vector<base::Result<ChatReply>>& out) const;

    const stages::Judge& m_judge;
    std::int64_t m_maxNewTokens = 0;
    std::uint64_t m_seed = 0;
    std::uint64_t m_requests = 0; // so far; names the random numbers of those without a seed
};

} // namespace msrl::serve
