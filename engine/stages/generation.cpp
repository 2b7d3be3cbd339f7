// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/generation.h"

#include "engine/stages/inputs.h"

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

base::Result<Judge> loadJudge(const StageContext& context, const char* port)
{
    base::Result<text::PromptSet> prompts
        = loadPrompts(context.text("prompts"), context.settings.projectFolder);
    if (!prompts)
        return prompts.error();
    return loadJudge(
        policyFolder(context, *context.input(port)), *std::move(prompts), context.settings.device);
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
    }
    return options;
}

} // namespace msrl::stages
