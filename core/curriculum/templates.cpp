// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes, rates and weights are those of arXiv 2603.25108 ("paper") and of the scripts that its authors
// published ("scripts": github.com/wangclnlp/MSRL, scripts/msrl, and the defaults of the ms-swift beside
// them); what neither states keeps the default of the field table. Where a number can be read in two ways,
// the reading stands at its constant.
#include "core/curriculum/templates.h"

#include "core/curriculum/graph_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace msrl::curriculum {

namespace {

using base::Json;

constexpr double kTextPairs = 400'000; // GRAM-R2
constexpr double kCaptionedPairs = 19'442;
constexpr double kVisualPairs = 20'038;
constexpr double kReplayRatio = 5; // new to replayed
// The largest picture of the stages that see pixels is 1,003,520 pixels. That is exactly 5 tiles of 448 x
// 448, 1,280 tokens: with a thumbnail each, the two pictures of a pair fit the prompt of 4,096. (The scripts
// say it in MAX_PIXELS, which their ms-swift reads for Qwen alone: with InternVL a picture has up to 12 tiles
// there, and a pair of such pictures exceeds the length limit.)
constexpr int kTilesOfPixels = 1'003'520 / (448 * 448);
// The paper's batch is 128, it does not say of what. Read as prompts, as reports on reinforcement learning
// count; all G completions of a prompt belong to its step.
constexpr int kPaperPrompts = 128;
// The scripts' 128 are completions (4 processes, 4 each, 8 accumulated), of 16 prompts with G = 8.
constexpr int kScriptsPrompts = 128 / 8;

struct Preset
{
    std::string name;
    int promptsPerStep = 0;
    Json reinforcement; // what all stages of reinforcement have
};

// GRPO as it was introduced, and as the scripts' trainer does it: the mean over samples of the token mean.
Preset paperPreset()
{
    return { "MSRL (paper)", kPaperPrompts, { { "aggregation", "grpo" } } };
}

// Rewards mean-centred only, no pull to a reference. The task reward is 0.2, its weight 0.2. What the
// scripts leave to ms-swift: cosine to zero, weight decay 0.1, top-p and top-k.
Preset scriptsPreset()
{
    return { "MSRL (released scripts)", kScriptsPrompts,
        { { "reward_format", 0.2 }, { "reward_task", 0.04 }, { "parser", "script" }, { "beta", 0.0 },
            { "scale_rewards", "none" }, { "aggregation", "grpo" }, { "clip_high", 0.28 }, { "top_p", 0.9 },
            { "top_k", 50 }, { "schedule", "cosine" }, { "warmup", 0.0 }, { "final_lr", 0.0 },
            { "weight_decay", 0.1 } } };
}

// One epoch: `share` of each step's prompts are new.
std::int64_t stepsOfEpoch(double samples, int promptsPerStep, double share)
{
    return static_cast<std::int64_t>(std::ceil(samples / (promptsPerStep * share)));
}

// The batches of paper and scripts stay theirs, though 5 : 1 does not divide them.
std::string replayNote(int promptsPerStep)
{
    const auto least = static_cast<int>(promptsPerStep / (kReplayRatio + 1));
    return fmt::format(
        "{} prompts do not divide at {:g} : 1: {} or {} of a step are replayed, so that the ratio holds over "
        "the steps. A multiple of {:g} has it in each.",
        promptsPerStep, kReplayRatio, least, least + 1, kReplayRatio + 1);
}

Json reinforcement(const Preset& preset, double samples, double share, const char* trained)
{
    Json params = preset.reinforcement;
    params["steps"] = stepsOfEpoch(samples, preset.promptsPerStep, share);
    params["prompts_per_step"] = preset.promptsPerStep;
    params["trained"] = trained;
    return params;
}

// As an editor would have written it: in the table's order, and a value that is the default is not in the
// file.
void dropDefaults(Project& project)
{
    for (Node& node : project.nodes) {
        const Json given = std::exchange(node.params, Json::object());
        for (const FieldSpec& field : findNodeType(node.type)->fields)
            if (given.contains(field.name) && given[field.name] != field.defaultValue)
                node.params[field.name] = given[field.name];
    }
}

void addStageOne(GraphBuilder& build, const Preset& preset)
{
    build.beginBand();
    build.node("base", "model", "Base model", 0, 0, { { "path", "models/InternVL3_5-8B" } }).comment
        = "The paper starts from InternVL3.5-8B; sizes from 1B to 14B gain.";
    build.dataset("text_sft", "Written judgements", "sft-samples", 0, 1).comment
        = "The paper: HelpSteer3, 40,000 rows with chain of thought.";
    build.dataset("text_rl", "Text pairs", "text-preferences", 1, 1).comment
        = "The paper: GRAM-R2, 400,000 pairs.";
    build.node("sft", "sft", "1a Text SFT", 1, 0,
        { { "epochs", 3 }, { "batch_size", 128 }, { "lr", 1e-5 }, { "final_lr", 0.0 },
            { "trained", "language" } });
    build.node("rl_text", "rl", "1b Text RL", 2, 0, reinforcement(preset, kTextPairs, 1, "language"));
    build.edge("base.policy", "sft.policy");
    build.edge("text_sft.samples", "sft.samples");
    build.edge("sft.policy", "rl_text.policy");
    build.edge("text_rl.samples", "rl_text.preferences");
    build.frameBand("stage_1", "Stage 1: text", "blue");
}

void addStageTwo(GraphBuilder& build, const Preset& preset)
{
    build.beginBand();
    build.dataset("captioned", "Visual pairs, captioned", "visual-preferences", 0, 0).comment
        = "The paper: 19,442 pairs with captions; a captioner whose source is a policy writes missing ones.";
    build.node("captions", "captioner", "Captions", 1, 0, Json::object());
    Json params = reinforcement(preset, kCaptionedPairs, kReplayRatio / (kReplayRatio + 1), "language");
    params["replay_ratio"] = kReplayRatio;
    build.node("rl_caption", "rl", "2a Caption RL", 2, 0, std::move(params)).comment
        = replayNote(preset.promptsPerStep);
    build.node("cmkd", "cmkd", "2b Paths (CMKD)", 1, 1, { { "paths", 16 }, { "label_mode", "vote" } });
    build.node("gate", "gate", "Audit gate", 2, 1, Json::object());
    build.node("distil", "sft", "2b Distillation", 3, 1,
        { { "epochs", 1 }, { "batch_size", 128 }, { "lr", 2e-6 }, { "final_lr", 0.0 }, { "trained", "all" },
            { "max_tiles", kTilesOfPixels } });
    build.edge("captioned.samples", "captions.preferences");
    build.edge("rl_text.policy", "rl_caption.policy");
    build.edge("captions.captioned", "rl_caption.preferences");
    build.edge("text_rl.samples", "rl_caption.replay");
    build.edge("rl_caption.policy", "cmkd.policy");
    build.edge("captions.captioned", "cmkd.captioned");
    build.edge("cmkd.candidates", "gate.candidates");
    build.edge("rl_caption.policy", "distil.policy");
    build.edge("gate.samples", "distil.samples");
    build.frameBand("stage_2", "Stage 2: captions and distillation", "orange");
}

void addStageThree(GraphBuilder& build, const Preset& preset)
{
    build.beginBand();
    build.dataset("visual_rl", "Visual pairs", "visual-preferences", 1, 0).comment
        = "The paper: 20,038 pairs; 5,000 give most of the gain.";
    Json params = reinforcement(preset, kVisualPairs, 1, "all");
    params["max_tiles"] = kTilesOfPixels;
    build.node("rl_multimodal", "rl", "3 Multimodal RL", 2, 0, std::move(params));
    build.node("export", "export", "Judge", 3, 0, { { "dtype", "bfloat16" } });
    build.edge("distil.policy", "rl_multimodal.policy");
    build.edge("visual_rl.samples", "rl_multimodal.preferences");
    build.edge("rl_multimodal.policy", "export.policy");
    build.frameBand("stage_3", "Stage 3: pixels", "green");
}

void addEvaluation(GraphBuilder& build)
{
    build.beginBand(false);
    build.dataset("heldout", "Held-out pairs", "visual-preferences", 2, 0);
    build.node("evaluate", "evaluate", "Held-out accuracy", 3, 0, Json::object());
    build.edge("base.policy", "evaluate.policies");
    build.edge("rl_multimodal.policy", "evaluate.policies");
    build.edge("heldout.samples", "evaluate.benchmarks");
}

Project msrlProject(const Preset& preset)
{
    Project project;
    project.name = preset.name;
    GraphBuilder build(project);
    addStageOne(build, preset);
    addStageTwo(build, preset);
    addStageThree(build, preset);
    addEvaluation(build);
    dropDefaults(project);
    return project;
}

Project singleStage()
{
    Project project;
    project.name = "Single stage";
    GraphBuilder build(project);
    build.node("base", "model", "Base model", 0, 0, { { "path", "models/base" } });
    build.dataset("pairs", "Text pairs", "text-preferences", 0, 1);
    build.node("rl", "rl", "Text RL", 1, 0, Json::object());
    build.node("export", "export", "Judge", 2, 0, Json::object());
    build.edge("base.policy", "rl.policy");
    build.edge("pairs.samples", "rl.preferences");
    build.edge("rl.policy", "export.policy");
    dropDefaults(project);
    return project;
}

} // namespace

const std::vector<TemplateInfo>& projectTemplates()
{
    static const std::vector<TemplateInfo> all = {
        { "paper", "MSRL (paper)",
            "The five stages with the values of the paper: text, captions, distillation and pixels.",
            "design" },
        { "scripts", "MSRL (released scripts)",
            "The same stages with the values of the scripts that the paper's authors published.",
            "terminal" },
        { "demo", "Demo",
            "A tiny base judge with data of its own: every stage, trained in minutes on a processor.",
            "play" },
        { "single", "Single stage", "One model, one dataset and one stage of reinforcement, to build on.",
            "rl" },
        { "blank", "Blank", "An empty canvas.", "file" },
    };
    return all;
}

const TemplateInfo* findTemplate(std::string_view key)
{
    const auto& all = projectTemplates();
    const auto found
        = std::find_if(all.begin(), all.end(), [&](const TemplateInfo& info) { return info.key == key; });
    return found == all.end() ? nullptr : &*found;
}

std::optional<Project> templateProject(std::string_view key)
{
    if (key == "paper")
        return msrlProject(paperPreset());
    if (key == "scripts")
        return msrlProject(scriptsPreset());
    if (key == "single")
        return singleStage();
    if (key == "blank")
        return Project {};
    return std::nullopt;
}

} // namespace msrl::curriculum
