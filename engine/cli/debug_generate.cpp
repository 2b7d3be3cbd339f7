// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine debug generate: greedy tokens through the KV cache, without stopping at an end token.
#include "core/base/clock.h"
#include "core/base/json.h"
#include "engine/cli/debug_commands.h"
#include "engine/cli/debug_inputs.h"
#include "engine/model/safetensors.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/stack.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

namespace msrl::cli {
namespace {

struct GenerateOptions : DebugOptions
{
    std::int64_t maxNewTokens = 0;
};

// Rows must end with a token, and what follows it must be at a position that the model has.
base::Status checkRows(
    const DebugInputs& inputs, std::int64_t newTokens, std::int64_t maxPositions, const std::string& place)
{
    const at::Tensor ends = inputs.mask.select(1, inputs.mask.size(1) - 1);
    const std::int64_t columns = inputs.shown.numColumns();
    for (std::int64_t row = 0; row < ends.size(0); ++row) {
        if (!ends[row].item<bool>())
            return base::badInput(
                fmt::format("row {} is padded on the right", row), place, "pad on the left");
        const std::int64_t last = inputs.spans.positions[static_cast<std::size_t>((row + 1) * columns - 1)];
        if (inputs.hasPositions && last + newTokens > maxPositions)
            return base::badInput(
                fmt::format("row {} ends at position {}, and with {} new tokens at {}: the model has {}", row,
                    last, newTokens, last + newTokens - 1, maxPositions),
                place);
    }
    return {};
}

// The prompt is computed once and gives the first token; every step adds one token to the cache.
std::vector<model::NamedTensor> decode(
    const DebugSession& session, const at::Tensor& embeds, std::int64_t steps)
{
    const model::Policy& policy = session.policy;
    const model::PromptSpans& spans = session.inputs.spans;
    // Where no positions are given, those of generation count shown tokens alone.
    const model::Prefix prefix = session.inputs.hasPositions
        ? model::prefill(policy, embeds, spans)
        : model::prefill(policy, embeds, spans.lengths, spans.begins);
    std::vector<std::int64_t> rows(spans.lengths.size());
    std::iota(rows.begin(), rows.end(), 0);
    model::SuffixCache cache(
        policy.config.text, rows, std::max<std::int64_t>(1, steps - 1), embeds.options());
    std::vector<at::Tensor> tokens;
    std::vector<at::Tensor> scores;
    at::Tensor last = prefix.hidden.select(1, -1);
    while (true) {
        const at::Tensor z = model::logits(policy, last);
        const at::Tensor next = z.argmax(-1, true);
        scores.push_back(z);
        tokens.push_back(next.squeeze(1));
        if (static_cast<std::int64_t>(tokens.size()) == steps)
            break;
        last = model::extend(policy, prefix, next, &cache).squeeze(1);
    }
    return { { "greedy_ids", at::stack(tokens, 1) }, { "greedy_logits", at::stack(scores, 1) } };
}

base::Status generate(const GenerateOptions& options)
{
    const at::NoGradGuard noGrad;
    if (options.maxNewTokens < 1)
        return base::badInput(
            fmt::format("--max-new-tokens is {}, expected 1 or more", options.maxNewTokens));
    const auto session = openDebugSession(options, false);
    if (!session)
        return session.error();
    if (const base::Status fault = checkRows(session->inputs, options.maxNewTokens,
            session->policy.config.text.maxPositions, options.tensors.string());
        !fault)
        return fault;
    const double start = base::monotonicSeconds();
    // The last token made is not read again.
    const auto embeds = debugEmbeds(*session, options.maxNewTokens - 1);
    if (!embeds)
        return embeds.error();
    const std::vector<model::NamedTensor> results = decode(*session, *embeds, options.maxNewTokens);
    const double answerSeconds = base::monotonicSeconds() - start;
    if (const base::Status fault = model::writeSafetensors(options.out, results); !fault)
        return fault;
    base::Json rows = base::Json::array();
    const at::Tensor ids = results[0].second.contiguous();
    for (std::int64_t row = 0; row < ids.size(0); ++row) {
        const auto* begin = ids.const_data_ptr<std::int64_t>() + row * ids.size(1);
        rows.push_back(std::vector<std::int64_t>(begin, begin + ids.size(1)));
    }
    base::Json said = { { "out", options.out.string() }, { "greedy_ids", rows },
        { "load_seconds", session->loadSeconds }, { "answer_seconds", answerSeconds } };
    if (!session->note.empty())
        said["note"] = session->note;
    print(options.json ? said.dump() + "\n" : rows.dump() + "\n" + noteLine(*session));
    return {};
}

} // namespace

void addDebugGenerate(CLI::App& debug, Action& action)
{
    CLI::App* command = debug.add_subcommand("generate",
        "Tensors in: as for forward; every row ends with a shown token. New tokens count on from the "
        "last position; without position_ids a row counts its shown tokens from 0. Out: greedy_ids [B,N] and "
        "greedy_logits [B,N,V].");
    const auto options = std::make_shared<GenerateOptions>();
    addDebugOptions(*command, *options);
    command->add_option("--max-new-tokens", options->maxNewTokens, "Most tokens of a completion.")
        ->required();
    command->callback([&action, options] { action = [options] { return generate(*options); }; });
}

} // namespace msrl::cli
