// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine bench: how fast rollout and update are here, beside what the machine can do.
#include "core/base/json.h"
#include "core/data/rows.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/device/device.h"
#include "engine/speed/machine.h"
#include "engine/speed/measure.h"
#include "engine/speed/workload.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

namespace msrl::cli {

namespace {

constexpr std::uint64_t kSeed = 1;

struct BenchOptions
{
    std::string what;
    std::filesystem::path model;
    speed::SpeedOptions speed;
    speed::PromptShape shape;
    std::filesystem::path inputs;
    std::int64_t batch = 4;
    std::string device = "cpu";
    int threads = 0;
    bool json = false;

    bool isUpdate() const { return what == "update"; }
};

base::Status useThreads(int threads)
{
    return device::setThreads(threads > 0 ? threads : device::numProcessors());
}

base::Json figuresOf(const BenchOptions& options, const speed::Measurement& measured)
{
    const double seconds = measured.medianSeconds();
    base::Json json = { { "what", options.what }, { "model", options.model.string() },
        { "text", options.shape.textTokens }, { "tiles", options.shape.tiles }, { "device", options.device },
        { "threads", device::numThreads() }, { "token_budget", options.speed.tokenBudget },
        { "recompute", options.speed.recompute }, { "tokens", measured.tokens },
        { "tokens_per_s", measured.tokens / seconds }, { "seconds", seconds }, { "turns", measured.seconds },
        { "gflops", measured.flops / seconds * 1e-9 }, { "peak_rss_bytes", measured.peakResidentBytes } };
    if (options.isUpdate()) {
        json["batch"] = options.batch;
    } else {
        json["prompts"] = options.shape.prompts;
        json["group"] = options.speed.groupSize;
        json["new"] = options.speed.newTokens;
    }
    return json;
}

base::Result<batch::PromptInput> readPrompt(const model::Policy& policy, const data::JsonRow& row)
{
    base::ObjectReader in(row.value, row.place);
    if (!in.has("ids"))
        in.fault("ids", "is missing");
    batch::PromptInput prompt;
    prompt.id = row.place;
    for (const base::Json& id : in.array("ids")) {
        if (!id.is_number_integer() || id.get<std::int64_t>() == policy.config.imageTokenId)
            in.fault("ids", fmt::format("{} is not the id of a word", id.dump()));
        else
            prompt.ids.push_back(id.get<std::int64_t>());
    }
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    return prompt;
}

base::Result<std::vector<batch::PromptInput>> readInputs(
    const model::Policy& policy, const std::filesystem::path& file)
{
    const auto rows = data::readJsonRows(file);
    if (!rows)
        return rows.error();
    std::vector<batch::PromptInput> prompts;
    for (const data::JsonRow& row : *rows) {
        auto prompt = readPrompt(policy, row);
        if (!prompt)
            return prompt.error();
        prompts.push_back(*std::move(prompt));
    }
    if (prompts.empty())
        return base::badInput("no prompts", file.string());
    return prompts;
}

base::Result<speed::Measurement> measure(BenchOptions& options, model::Policy& policy)
{
    if (options.isUpdate()) {
        options.shape.prompts = options.batch;
        if (base::Status status = speed::checkShape(policy.config, options.shape, 0); !status)
            return status.error();
        return speed::measureUpdate(
            policy, speed::randomSequences(policy.config, options.shape, kSeed), options.speed);
    }
    std::vector<batch::PromptInput> prompts;
    if (!options.inputs.empty()) {
        auto read = readInputs(policy, options.inputs);
        if (!read)
            return read.error();
        prompts = *std::move(read);
        options.shape.prompts = static_cast<std::int64_t>(prompts.size());
    } else {
        if (base::Status status = speed::checkShape(policy.config, options.shape, options.speed.newTokens);
            !status)
            return status.error();
        prompts = speed::randomPrompts(policy.config, options.shape, kSeed);
    }
    return options.what == "grpo" ? speed::measureGrpo(policy, prompts, options.speed)
                                  : speed::measureRollout(policy, prompts, options.speed);
}

base::Status benchModel(BenchOptions options)
{
    if (base::Status status = useThreads(options.threads); !status)
        return status;
    const auto device = device::openNamedDevice(options.device);
    if (!device)
        return device.error();
    auto policy = model::loadPolicy(options.model, c10::ScalarType::Float, *device);
    if (!policy)
        return policy.error();
    const auto measured = measure(options, *policy);
    if (!measured)
        return measured.error();
    const base::Json json = figuresOf(options, *measured);
    if (options.json)
        print(json.dump() + "\n");
    else
        print(fmt::format("{}: {:.0f} tokens/s, {:.3f} s a turn, {:.1f} GFLOP/s, peak {:.0f} MB\n",
            options.what, json["tokens_per_s"].get<double>(), measured->medianSeconds(),
            json["gflops"].get<double>(), static_cast<double>(measured->peakResidentBytes) * 1e-6));
    return {};
}

base::Status benchMachine(const BenchOptions& options)
{
    if (base::Status status = useThreads(options.threads); !status)
        return status;
    const speed::MachineLimits limits = speed::measureMachine(options.speed.repeats);
    if (options.json)
        print(base::Json { { "what", "machine" }, { "threads", device::numThreads() },
                  { "gemm_gflops", limits.gemmFlops * 1e-9 }, { "read_gb_per_s", limits.readBytes * 1e-9 } }
                  .dump()
            + "\n");
    else
        print(fmt::format("{:.1f} GFLOP/s in a float32 matrix product, {:.1f} GB/s read from memory\n",
            limits.gemmFlops * 1e-9, limits.readBytes * 1e-9));
    return {};
}

void addCommonOptions(CLI::App& command, BenchOptions& options)
{
    command.add_option("--threads", options.threads, "Processors to use; 0 takes all.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    command.add_option("--repeat", options.speed.repeats, "Timed turns, after one that warms up.")
        ->check(wholeBetween(1, 1000))
        ->capture_default_str();
    command.add_flag("--json", options.json, "As JSON.");
}

void addShapeOptions(CLI::App& command, BenchOptions& options)
{
    const CLI::Validator positive = wholeBetween(1, 1 << 20);
    command.add_option("--model", options.model, "A Hugging Face folder.")->required();
    command.add_option("--device", options.device, "Where to compute: cpu, cuda or cuda:N.")
        ->capture_default_str();
    command.add_option("--text", options.shape.textTokens, "Text tokens of each prompt or sequence.")
        ->check(positive)
        ->capture_default_str();
    command.add_option("--tiles", options.shape.tiles, "Image tiles of each.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    command.add_option("--token-budget", options.speed.tokenBudget, "Tokens of an update's micro-batch.")
        ->check(positive)
        ->capture_default_str();
    if (options.what != "rollout")
        command.add_flag(
            "--recompute", options.speed.recompute, "Compute an update's activations again in its backward.");
}

void addGroupOptions(CLI::App& command, BenchOptions& options)
{
    const CLI::Validator positive = wholeBetween(1, 1 << 20);
    command.add_option("--prompts", options.shape.prompts, "Prompts.")
        ->check(positive)
        ->capture_default_str();
    command.add_option("--group", options.speed.groupSize, "Completions of each prompt.")
        ->check(positive)
        ->capture_default_str();
    command.add_option("--new", options.speed.newTokens, "Tokens of each completion, exactly.")
        ->check(positive)
        ->capture_default_str();
    command.add_option("--rows", options.speed.maxRows, "Completions decoded together.")
        ->check(positive)
        ->capture_default_str();
    if (options.what != "rollout")
        return;
    CLI::Option* inputs = command.add_option(
        "--inputs", options.inputs, "Prompts of {\"ids\"}, JSON lines, instead of random ones.");
    command.add_option("--stop", options.speed.stopIds, "A token that ends a completion before --new.")
        ->needs(inputs);
    for (const char* name : { "--prompts", "--text", "--tiles" })
        inputs->excludes(command.get_option(name));
}

} // namespace

void addBenchCommand(CLI::App& app, Action& action)
{
    CLI::App* bench = app.add_subcommand(
        "bench", "Speed of the engine's loops on a model, with random tokens and pixels, float32.");
    bench->require_subcommand(1);
    const auto add = [&](const char* what, const char* help) {
        const auto options = std::make_shared<BenchOptions>();
        options->what = what;
        CLI::App* command = bench->add_subcommand(what, help);
        addCommonOptions(*command, *options);
        if (options->what == "machine") {
            command->callback([&action, options] { action = [options] { return benchMachine(*options); }; });
            return;
        }
        addShapeOptions(*command, *options);
        if (options->isUpdate())
            command->add_option("--batch", options->batch, "Sequences.")
                ->check(wholeBetween(1, 1 << 20))
                ->capture_default_str();
        else
            addGroupOptions(*command, *options);
        command->callback([&action, options] { action = [options] { return benchModel(*options); }; });
    };
    add("rollout", "Completions of prompts, the prompts' computation included.");
    add("update", "One optimiser step on whole sequences, all parameters.");
    add("grpo", "Rollout, random rewards and one optimiser step on the language model.");
    add("machine", "What this machine can do at best: the limits that the figures stand beside.");
}

} // namespace msrl::cli
