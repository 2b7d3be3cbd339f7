// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/chat_judge.h"

#include "core/text/chat.h"
#include "engine/serve/growing_text.h"
#include "engine/vision/media.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
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

// The text of one row, told to who listens and kept for the reply.
class ChatJudge::Told
{
public:
    Told(const stages::SampleEncoder& encoder, const ChatRequest& request, std::size_t choice)
        : m_encoder(encoder)
        , m_request(request)
        , m_choice(choice)
        , m_text(encoder.tokenizer(), request.stops, static_cast<text::TokenId>(encoder.endToken()))
    {
    }

    // Called with each token as it comes; false when nobody listens any more.
    bool add(const rollout::Completion& sofar, std::optional<rollout::Finish> end)
    {
        const std::size_t before = m_text.tokens();
        ChatPiece piece;
        piece.choice = m_choice;
        piece.text = m_text.push(static_cast<text::TokenId>(sofar.ids.back()), end.has_value());
        m_whole += piece.text;
        if (!m_request.onPiece)
            return true;
        const auto from = static_cast<std::ptrdiff_t>(before);
        const auto to = static_cast<std::ptrdiff_t>(m_text.tokens());
        piece.tokens = m_encoder.tokenTexts({ sofar.ids.begin() + from, sofar.ids.begin() + to });
        piece.logprobs.assign(sofar.logprobs.begin() + from, sofar.logprobs.begin() + to);
        if (end)
            piece.finished = *end == rollout::Finish::Stop;
        const bool tells = !piece.text.empty() || !piece.tokens.empty() || piece.finished;
        return !tells || m_request.onPiece(piece);
    }

    ChatChoice choice(const rollout::Completion& whole) const
    {
        const auto to = static_cast<std::ptrdiff_t>(m_text.tokens());
        ChatChoice out;
        out.text = m_whole;
        out.finished = whole.finish == rollout::Finish::Stop;
        out.tokens = m_encoder.tokenTexts({ whole.ids.begin(), whole.ids.begin() + to });
        out.logprobs.assign(whole.logprobs.begin(), whole.logprobs.begin() + to);
        return out;
    }

private:
    const stages::SampleEncoder& m_encoder;
    const ChatRequest& m_request;
    std::size_t m_choice = 0;
    GrowingText m_text;
    std::string m_whole;
};

// REQUIRES: one sampling, and the same stop texts
rollout::GenerateOptions ChatJudge::optionsFor(
    const std::vector<const Prepared*>& group, const ChatRequest& first) const
{
    rollout::GenerateOptions options;
    options.samplesPerPrompt = first.choices;
    options.maxNewTokens = group.front()->maxTokens;
    options.sampling = { .temperature = first.temperature, .topP = first.topP };
    options.stopIds = { m_judge.encoder.endToken() };
    options.seed = group.front()->seed;
    for (const Prepared* one : group)
        options.promptNumbers.push_back(one->number);
    std::vector<std::function<bool(const std::vector<std::int64_t>&)>> ends;
    for (const std::string& stop : first.stops)
        ends.push_back(stages::stopsAt(m_judge.encoder.tokenizer(), stop));
    if (!ends.empty())
        options.isFinished = [ends = std::move(ends)](const std::vector<std::int64_t>& ids) {
            return std::any_of(ends.begin(), ends.end(), [&](const auto& end) { return end(ids); });
        };
    return options;
}

void ChatJudge::answerGroup(const std::vector<const Prepared*>& group,
    const std::vector<ChatRequest>& requests, const std::stop_token& stop,
    std::vector<base::Result<ChatReply>>& out) const
{
    const ChatRequest& first = requests[group.front()->index];
    rollout::GenerateOptions options = optionsFor(group, first);
    std::vector<batch::PromptInput> prompts;
    std::vector<Told> rows; // prompt-major, as the completions
    for (const Prepared* one : group) {
        prompts.push_back(one->prompt);
        for (std::int64_t i = 0; i < first.choices; ++i)
            rows.emplace_back(m_judge.encoder, requests[one->index], static_cast<std::size_t>(i));
    }
    options.onToken = [&rows](std::size_t row, const rollout::Completion& sofar,
                          std::optional<rollout::Finish> end) { return rows[row].add(sofar, end); };
    const auto completions = rollout::generate(m_judge.policy, prompts, options, stop);
    const auto choices = static_cast<std::size_t>(first.choices);
    for (std::size_t g = 0; g < group.size(); ++g) {
        base::Result<ChatReply>& reply = out[group[g]->index];
        if (!completions) {
            reply = completions.error();
            continue;
        }
        ChatReply made;
        made.promptTokens = static_cast<std::int64_t>(group[g]->prompt.ids.size());
        for (std::size_t row = g * choices; row < (g + 1) * choices; ++row) {
            made.choices.push_back(rows[row].choice((*completions)[row]));
            made.completionTokens += static_cast<std::int64_t>((*completions)[row].ids.size());
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
    using Sampling
        = std::tuple<std::int64_t, std::int64_t, double, double, std::uint64_t, std::vector<std::string>>;
    std::map<Sampling, std::vector<const Prepared*>> groups;
    for (const Prepared& one : prepared) {
        const ChatRequest& request = requests[one.index];
        groups[{ one.maxTokens, request.choices, request.temperature, request.topP, one.seed, request.stops }]
            .push_back(&one);
    }
    for (const auto& [sampling, group] : groups)
        answerGroup(group, requests, stop, out);
    return out;
}

} // namespace msrl::serve
