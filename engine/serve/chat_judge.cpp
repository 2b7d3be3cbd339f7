// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/chat_judge.h"

#include "core/text/chat.h"
#include "engine/vision/media.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace msrl::serve {

namespace {

base::Result<text::RenderedPrompt> render(const ChatRequest& request, const stages::SampleEncoder& encoder)
{
    text::RenderedPrompt out;
    std::vector<text::ChatTurn> turns;
    for (const ChatMessage& message : request.messages) {
        text::MarkedText content;
        for (const ChatPart& part : message.parts) {
            if (!part.image) {
                content.appendLiteral(part.text);
                continue;
            }
            // Looked at here, so that a message says which of the images it is.
            const std::string place = fmt::format("image {}", out.media.size() + 1);
            if (const auto decodes = vision::checkDecodes(*part.image); !decodes)
                return base::badInput(decodes.error().what, place, decodes.error().hint);
            const auto tokens = encoder.countTokens(*part.image);
            if (!tokens)
                return base::badInput(tokens.error().what, place, tokens.error().hint);
            content.append(text::imageTokens(tokens->front()));
            content.append("\n");
            out.media.push_back(*part.image);
        }
        turns.push_back({ message.role, std::move(content) });
    }
    text::MarkedText whole = text::chatMl(turns, text::GenerationPrompt::Yes);
    out.text = std::move(whole.text);
    out.literal = std::move(whole.literal);
    return out;
}

} // namespace

struct ChatJudge::Prepared
{
    std::size_t index = 0; // of the request
    std::int64_t maxTokens = 0;
    std::uint64_t seed = 0;
    std::uint64_t number = 0;
    batch::PromptInput prompt;
};

ChatJudge::ChatJudge(const stages::Judge& judge, std::int64_t maxNewTokens, std::uint64_t seed)
    : m_judge(judge)
    , m_maxNewTokens(maxNewTokens)
    , m_seed(seed)
{
}

base::Result<ChatJudge::Prepared> ChatJudge::prepare(const ChatRequest& request, std::size_t index)
{
    Prepared out;
    out.index = index;
    out.maxTokens = request.maxTokens.value_or(m_maxNewTokens);
    out.seed = request.seed.value_or(m_seed);
    // Numbers of requests without a seed begin at 1, so that none is that of a request with the same seed.
    out.number = request.seed ? 0 : ++m_requests;
    const std::int64_t room = m_judge.policy.config.text.maxPositions - out.maxTokens;
    if (room < 2)
        return base::badInput(fmt::format("is {}, the model has {} positions", out.maxTokens,
                                  m_judge.policy.config.text.maxPositions),
            "request, field max_tokens");
    const auto rendered = render(request, m_judge.encoder);
    if (!rendered)
        return rendered.error();
    auto prompt = m_judge.encoder.encodePrompt(
        *rendered, "request", { .tokens = room }, stages::SampleEncoder::Pixels::Load);
    if (!prompt)
        return prompt.error();
    out.prompt = std::move(prompt->input);
    return out;
}

void ChatJudge::answerGroup(const std::vector<const Prepared*>& group,
    const std::vector<ChatRequest>& requests, const std::stop_token& stop,
    std::vector<base::Result<ChatReply>>& out) const
{
    const ChatRequest& first = requests[group.front()->index];
    rollout::GenerateOptions options;
    options.samplesPerPrompt = first.choices;
    options.maxNewTokens = group.front()->maxTokens;
    options.sampling = { .temperature = first.temperature, .topP = first.topP };
    options.stopIds = { m_judge.encoder.endToken() };
    options.seed = group.front()->seed;
    std::vector<batch::PromptInput> prompts;
    for (const Prepared* one : group) {
        prompts.push_back(one->prompt);
        options.promptNumbers.push_back(one->number);
    }
    const auto completions = rollout::generate(m_judge.policy, prompts, options, stop);
    for (std::size_t g = 0; g < group.size(); ++g) {
        base::Result<ChatReply>& reply = out[group[g]->index];
        if (!completions) {
            reply = completions.error();
            continue;
        }
        ChatReply made;
        made.promptTokens = static_cast<std::int64_t>(group[g]->prompt.ids.size());
        for (std::int64_t i = 0; i < first.choices; ++i) {
            const rollout::Completion& one
                = (*completions)[g * static_cast<std::size_t>(first.choices) + static_cast<std::size_t>(i)];
            ChatChoice choice;
            choice.text = m_judge.encoder.decodeCompletion(one.ids);
            choice.finished = one.finish == rollout::Finish::Stop;
            choice.tokens = m_judge.encoder.tokenTexts(one.ids);
            choice.logprobs = one.logprobs;
            made.completionTokens += static_cast<std::int64_t>(one.ids.size());
            made.choices.push_back(std::move(choice));
        }
        reply = std::move(made);
    }
}

std::vector<base::Result<ChatReply>> ChatJudge::answer(
    const std::vector<ChatRequest>& requests, std::stop_token stop)
{
    std::vector<base::Result<ChatReply>> out(requests.size(), base::failed("was not answered", "request"));
    std::vector<Prepared> prepared;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        auto one = prepare(requests[i], i);
        if (one)
            prepared.push_back(std::move(*one));
        else
            out[i] = one.error();
    }
    // One rollout has one sampling.
    using Sampling = std::tuple<std::int64_t, std::int64_t, double, double, std::uint64_t>;
    std::map<Sampling, std::vector<const Prepared*>> groups;
    for (const Prepared& one : prepared) {
        const ChatRequest& request = requests[one.index];
        groups[{ one.maxTokens, request.choices, request.temperature, request.topP, one.seed }].push_back(
            &one);
    }
    for (const auto& [sampling, group] : groups)
        answerGroup(group, requests, stop, out);
    return out;
}

} // namespace msrl::serve
