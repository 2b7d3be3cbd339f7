// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/generation.h"

#include "engine/device/workers.h"
#include "engine/stages/completion_bytes.h"
#include "engine/stages/inputs.h"

#include <algorithm>

namespace msrl::stages {

base::Result<Judge> loadJudge(
    const std::filesystem::path& folder, text::PromptSet prompts, c10::Device device)
{
    base::Result<model::Policy> policy = model::loadPolicy(folder, c10::ScalarType::Float, device);
    if (!policy)
        return policy.error();
    base::Result<SampleEncoder> encoder = SampleEncoder::make(folder, policy->config, std::move(prompts));
    if (!encoder)
        return encoder.error();
    return Judge { *std::move(policy), *std::move(encoder) };
}

base::Result<Judge> loadJudge(const StageContext& context, const curriculum::PlanInput& input)
{
    base::Result<text::PromptSet> prompts
        = text::PromptSet::named(context.text("prompts"), context.settings.projectFolder);
    if (!prompts)
        return prompts.error();
    return loadJudge(policyFolder(context, input), *std::move(prompts), context.settings.device);
}

base::Result<Judge> loadJudge(const StageContext& context, const char* port)
{
    return loadJudge(context, *context.input(port));
}

namespace {

// The prompts of every rank, in order. A prompt costs its own tokens and, unknown before, those of its
// samples.
std::vector<std::vector<std::size_t>> sharedOut(
    const std::vector<batch::PromptInput>& prompts, const rollout::GenerateOptions& options, int ranks)
{
    std::vector<std::int64_t> costs;
    for (const batch::PromptInput& prompt : prompts)
        costs.push_back(
            static_cast<std::int64_t>(prompt.ids.size()) + options.samplesPerPrompt * options.maxNewTokens);
    std::vector<std::vector<std::size_t>> shares = device::shareOut(costs, ranks);
    for (std::vector<std::size_t>& share : shares)
        std::sort(share.begin(), share.end());
    return shares;
}

base::Result<std::vector<rollout::Completion>> generateShare(const StageContext& context,
    const model::Policy& policy, const std::vector<batch::PromptInput>& prompts,
    rollout::GenerateOptions options, const std::vector<std::size_t>& share)
{
    std::vector<batch::PromptInput> mine;
    std::vector<std::uint64_t> numbers;
    for (const std::size_t p : share) {
        mine.push_back(prompts[p]);
        numbers.push_back(options.promptNumbers.empty() ? options.firstPrompt + p : options.promptNumbers[p]);
    }
    if (mine.empty()) // fewer prompts than ranks
        return std::vector<rollout::Completion> {};
    options.promptNumbers = std::move(numbers);
    return rollout::generate(policy, mine, options, context.control.stopToken());
}

} // namespace

base::Result<std::vector<rollout::Completion>> generateTogether(const StageContext& context,
    const model::Policy& policy, const std::vector<batch::PromptInput>& prompts,
    const rollout::GenerateOptions& options)
{
    parallel::Communicator& ranks = context.ranks;
    if (ranks.size() == 1)
        return rollout::generate(policy, prompts, options, context.control.stopToken());
    const auto shares = sharedOut(prompts, options, ranks.size());
    const base::Result<std::vector<rollout::Completion>> mine
        = generateShare(context, policy, prompts, options, shares[static_cast<std::size_t>(ranks.rank())]);
    if (base::Status fine = parallel::agree(ranks, mine ? base::Status() : base::Status(mine.error())); !fine)
        return fine.error();
    const base::Result<std::vector<std::string>> all = ranks.allGather(packCompletions(*mine));
    if (!all)
        return all.error();
    const auto samples = static_cast<std::size_t>(options.samplesPerPrompt);
    std::vector<rollout::Completion> completions(prompts.size() * samples);
    for (std::size_t r = 0; r < shares.size(); ++r) {
        base::Result<std::vector<rollout::Completion>> part = unpackCompletions((*all)[r]);
        if (!part)
            return part.error();
        if (part->size() != shares[r].size() * samples)
            return base::failed("a rank sent completions of other prompts");
        for (std::size_t i = 0; i < part->size(); ++i)
            completions[shares[r][i / samples] * samples + i % samples] = std::move((*part)[i]);
    }
    return completions;
}

std::function<bool(const std::vector<std::int64_t>& ids)> stopsAt(text::Tokenizer tokenizer, std::string text)
{
    return [tokenizer = std::move(tokenizer), text = std::move(text)](const std::vector<std::int64_t>& ids) {
        std::string tail; // the shortest that can hold an occurrence which the last token ends
        std::size_t last = 0;
        for (std::size_t i = ids.size(); i > 0 && tail.size() < text.size() + last; --i) {
            const std::string_view bytes = tokenizer.tokenBytes(static_cast<text::TokenId>(ids[i - 1]));
            tail.insert(0, bytes);
            last = i == ids.size() ? bytes.size() : last;
        }
        const std::size_t found = tail.rfind(text);
        return found != std::string::npos && found + text.size() + last > tail.size();
    };
}

rollout::GenerateOptions generateOptions(const StageContext& context, const SampleEncoder& encoder)
{
    rollout::GenerateOptions options;
    options.maxNewTokens = context.integer("max_new_tokens");
    options.stopIds = { encoder.endToken() };
    options.seed = context.plan.seed;
    options.stage = context.streamId();
    options.sampling.temperature = 0;
    if (context.step.params.contains("temperature")) {
        options.sampling.temperature = context.real("temperature");
        options.sampling.topP = context.real("top_p");
        options.sampling.topK = context.integer("top_k");
        if (const std::string text = context.text("stop_text"); !text.empty())
            options.isFinished = stopsAt(encoder.tokenizer(), text);
    }
    return options;
}

} // namespace msrl::stages
