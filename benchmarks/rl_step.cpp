// SPDX-License-Identifier: GPL-3.0-or-later
// One reinforcement-learning step of the demo-size judge: rollout, then update, against the rate of a plain
// matrix product measured in the same run.
//
//     bench_rl_step [PROMPTS 16] [SAMPLES 8] [THREADS 2] [REPEATS 7] [MEAN_LENGTH 50] [IMAGES 0]
//
// Prompts have 30 to 200 tokens. The random policy ends a completion with a probability of 1 / MEAN_LENGTH
// per token, at most 120 tokens.
#include "core/base/clock.h"
#include "core/base/random.h"
#include "engine/device/device.h"
#include "engine/rollout/generate.h"
#include "engine/update/policy_update.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randn.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

using namespace msrl;

namespace {

struct Settings
{
    std::size_t prompts = 16;
    std::int64_t samples = 8;
    int threads = 2;
    int repeats = 7;
    std::int64_t meanLength = 50;
    bool images = false;
};

model::ModelConfig demoConfig()
{
    model::ModelConfig config;
    config.vision = { 64, 2, 4, 256, 56, 14, 1e-6, true };
    config.text.hidden = 128;
    config.text.layers = 4;
    config.text.heads = 4;
    config.text.kvHeads = 2;
    config.text.headDim = 32;
    config.text.intermediate = 384;
    config.text.vocabulary = 400;
    config.text.maxPositions = 1024;
    config.text.ropeTheta = 100;
    config.imageTokenId = 5;
    return config;
}

std::vector<batch::PromptInput> makePrompts(const Settings& settings)
{
    std::vector<batch::PromptInput> prompts;
    for (std::size_t p = 0; p < settings.prompts; ++p) {
        base::RandomStream random(1, "benchmark", { p });
        batch::PromptInput prompt;
        const std::int64_t length = random.between(30, 200);
        for (std::int64_t t = 0; t < length; ++t)
            prompt.ids.push_back(random.between(20, 399));
        if (settings.images) {
            prompt.ids.insert(prompt.ids.begin() + 4, 16, 5);
            prompt.pixels = at::randn({ 4, 3, 56, 56 });
        }
        prompts.push_back(std::move(prompt));
    }
    return prompts;
}

// Best of several runs: other work on the machine only ever adds time.
double bestSeconds(int repeats, const std::function<void()>& work)
{
    double best = 1e9;
    for (int i = 0; i < repeats; ++i) {
        const double start = base::monotonicSeconds();
        work();
        best = std::min(best, base::monotonicSeconds() - start);
    }
    return best;
}

double gemmRate()
{
    const at::Tensor a = at::randn({ 1024, 1024 });
    const at::Tensor b = at::randn({ 1024, 1024 });
    at::Tensor c;
    const double seconds = bestSeconds(10, [&] { c = at::matmul(a, b); });
    return 2.0 * 1024 * 1024 * 1024 / seconds;
}

// Floating-point operations of one token's forward: matrices and, with `context` keys, attention.
double flopsPerToken(const model::TextConfig& text, double context)
{
    const double hidden = static_cast<double>(text.hidden);
    const double query = static_cast<double>(text.heads * text.headDim);
    const double kv = static_cast<double>(text.kvHeads * text.headDim);
    const double layer
        = hidden * (query + 2 * kv) + query * hidden + 3 * hidden * static_cast<double>(text.intermediate);
    return 2.0 * static_cast<double>(text.layers) * (layer + 2.0 * query * context);
}

template <class T> T valueOrExit(base::Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message().c_str());
        std::exit(1);
    }
    return std::move(*result);
}

void report(const char* name, double seconds, double tokens, double flops, double gemm)
{
    std::printf("%-8s %7.1f ms  %8.0f tokens/s  %6.1f GFLOP/s  %4.1f %% of GEMM\n", name, 1e3 * seconds,
        tokens / seconds, flops / seconds * 1e-9, 100.0 * flops / seconds / gemm);
}

void runStep(const Settings& settings)
{
    const model::ModelConfig config = demoConfig();
    model::Policy policy = valueOrExit(model::createPolicy(config, 1));
    const auto prompts = makePrompts(settings);
    const double gemm = gemmRate();
    std::printf("%lld parameters, %zu prompts x %lld, %d threads, GEMM %.1f GFLOP/s\n",
        static_cast<long long>(policy.numParameters()), settings.prompts,
        static_cast<long long>(settings.samples), settings.threads, gemm * 1e-9);

    rollout::GenerateOptions options;
    options.samplesPerPrompt = settings.samples;
    options.maxNewTokens = 120;
    for (std::int64_t id = 0; id < std::max<std::int64_t>(1, config.text.vocabulary / settings.meanLength);
         ++id)
        options.stopIds.push_back(20 + id);
    std::vector<rollout::Completion> completions;
    const double rolloutSeconds = bestSeconds(
        settings.repeats, [&] { completions = valueOrExit(rollout::generate(policy, prompts, options)); });

    std::vector<batch::Group> groups;
    double newTokens = 0;
    double context = 0;
    double promptTokens = 0;
    double promptContext = 0;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        groups.push_back({ prompts[p], {} });
        const auto length = static_cast<double>(prompts[p].ids.size());
        promptTokens += length;
        promptContext += length * length / 2;
        for (std::int64_t g = 0; g < settings.samples; ++g) {
            const auto& one
                = completions[p * static_cast<std::size_t>(settings.samples) + static_cast<std::size_t>(g)];
            groups.back().completions.push_back({ one.ids, one.logprobs, {}, g % 2 == 0 ? 1.0 : -1.0, 1.0 });
            const auto tokens = static_cast<double>(one.ids.size());
            newTokens += tokens;
            context += tokens * (length + tokens / 2);
        }
    }
    const double flops = newTokens
            * (flopsPerToken(config.text, context / newTokens)
                + 2.0 * static_cast<double>(config.text.hidden * config.text.vocabulary))
        + promptTokens * flopsPerToken(config.text, promptContext / promptTokens);
    std::printf(
        "%.0f prompt and %.0f new tokens, %.2f GFLOP a forward\n", promptTokens, newTokens, flops * 1e-9);
    report("rollout", rolloutSeconds, newTokens, flops, gemm);

    model::setTrainable(policy, { model::Part::Language });
    std::vector<update::NamedParameter> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back({ parameter.name, parameter.value });
    update::Adam adam({ { "language", parameters, 0.0, 0.0 } }, {});
    for (std::int64_t budget : { 2048, 4096, 8192, 16384 }) {
        update::UpdateOptions update;
        update.tokenBudget = budget;
        const double seconds = bestSeconds(
            settings.repeats, [&] { valueOrExit(update::trainStep(policy, adam, groups, update, 1.0)); });
        std::printf("budget %5lld  ", static_cast<long long>(budget));
        report("update", seconds, newTokens, 3 * flops, gemm);
    }
}

} // namespace

int main(int argc, char** argv)
{
    Settings settings;
    const auto argument
        = [&](int i, std::int64_t fallback) { return argc > i ? std::atoll(argv[i]) : fallback; };
    settings.prompts = static_cast<std::size_t>(argument(1, 16));
    settings.samples = argument(2, 8);
    settings.threads = static_cast<int>(argument(3, 2));
    settings.repeats = static_cast<int>(argument(4, 7));
    settings.meanLength = argument(5, 50);
    settings.images = argument(6, 0) != 0;
    if (base::Status status = device::setThreads(settings.threads); !status) {
        std::fprintf(stderr, "%s\n", status.error().message().c_str());
        return 1;
    }
    runStep(settings);
    return 0;
}
