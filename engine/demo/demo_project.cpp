// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/demo_project.h"

#include "core/curriculum/graph_builder.h"

#include <string>

namespace msrl::demo {

namespace {

using base::Json;
using curriculum::Project;
using Builder = curriculum::GraphBuilder;

Json supervised(const SupervisedSettings& settings, const char* trained)
{
    return { { "epochs", settings.epochs }, { "batch_size", settings.batchSize }, { "trained", trained },
        { "lr", settings.lr }, { "weight_decay", 0.01 }, { "prompts", "demo" } };
}

Json reinforcement(const ReinforcementSettings& settings, const char* trained)
{
    return { { "steps", settings.steps }, { "prompts_per_step", settings.promptsPerStep },
        { "group_size", settings.groupSize }, { "reward_format", settings.rewardFormat },
        { "reward_task", settings.rewardTask }, { "beta", settings.beta }, { "trained", trained },
        { "lr", settings.lr }, { "prompts", "demo" }, { "max_new_tokens", settings.maxNewTokens } };
}

// The graph reads like text: each of the three stages is a band with a frame of its own, the held-out sets
// and their report come last; datasets lie beside what they feed.
void addStageOne(Builder& build, const DemoSettings& settings)
{
    build.beginBand();
    build.node("base", "model", "Base judge", 0, 0, { { "path", "base" } });
    build.dataset("text_sft", "Written judgements", "sft-samples", 0, 1);
    build.dataset("text_rl", "Text pairs", "text-preferences", 1, 1);
    build.node("sft", "sft", "1a Text SFT", 1, 0, supervised(settings.sft, "language"));
    build.node("rl_text", "rl", "1b Text RL", 2, 0, reinforcement(settings.textReinforcement, "language"));
    build.edge("base.policy", "sft.policy");
    build.edge("text_sft.samples", "sft.samples");
    build.edge("sft.policy", "rl_text.policy");
    build.edge("text_rl.samples", "rl_text.preferences");
    build.frameBand("stage_1", "Stage 1: text", "blue");
}

void addStageTwo(Builder& build, const DemoSettings& settings)
{
    build.beginBand();
    build.dataset("captioned", "Visual pairs", "visual-preferences", 0, 0);
    build.node("captions", "captioner", "Captions", 1, 0, Json::object());
    Json reinforced = reinforcement(settings.captionReinforcement, "language");
    reinforced["schedule"]
        = "cosine"; // at its full rate to the end it would be judged in the middle of a swing
    reinforced["replay_ratio"] = settings.replayRatio;
    build.node("rl_caption", "rl", "2a Caption RL", 2, 0, std::move(reinforced));
    build.dataset("unlabelled", "Visual pairs, no labels", "visual-preferences", 0, 1);
    build.node("unlabelled_captions", "captioner", "Teacher's captions", 1, 1, Json::object());
    build.node("cmkd", "cmkd", "2b Paths (CMKD)", 2, 1,
        { { "paths", settings.paths }, { "match_task", true }, { "prompts", "demo" },
            { "max_new_tokens", settings.captionReinforcement.maxNewTokens } });
    build.node("gate", "gate", "Audit gate", 3, 0, { { "policy", "wait" } });
    build.node("distil", "sft", "2b Distillation", 3, 1, supervised(settings.distil, "all"));
    build.edge("captioned.samples", "captions.preferences");
    build.edge("rl_text.policy", "rl_caption.policy");
    build.edge("captions.captioned", "rl_caption.preferences");
    build.edge("text_rl.samples", "rl_caption.replay");
    build.edge("unlabelled.samples", "unlabelled_captions.preferences");
    build.edge("rl_caption.policy", "cmkd.policy");
    build.edge("unlabelled_captions.captioned", "cmkd.captioned");
    build.edge("cmkd.candidates", "gate.candidates");
    build.edge("rl_caption.policy", "distil.policy");
    build.edge("gate.samples", "distil.samples");
    build.frameBand("stage_2", "Stage 2: captions and distillation", "orange");
}

void addStageThree(Builder& build, const DemoSettings& settings)
{
    build.beginBand();
    build.dataset("labelled", "Visual pairs, few labels", "visual-preferences", 1, 0);
    build.node("rl_multimodal", "rl", "3 Multimodal RL", 2, 0,
        reinforcement(settings.multimodalReinforcement, "language"));
    build.node("export", "export", "Judge", 3, 0, Json::object());
    build.edge("distil.policy", "rl_multimodal.policy");
    build.edge("labelled.samples", "rl_multimodal.preferences");
    build.edge("rl_multimodal.policy", "export.policy");
    build.frameBand("stage_3", "Stage 3: pixels", "green");
}

void addEvaluation(Builder& build)
{
    build.beginBand(false);
    build.dataset("heldout_visual", "Held-out, pixels", "visual-preferences", 1, 0);
    build.node("heldout_captions", "captioner", "Held-out, captions", 2, 0, Json::object());
    build.dataset("heldout_text", "Held-out, text", "text-preferences", 0, 0);
    build.node("evaluate", "evaluate", "Held-out accuracy", 3, 0,
        { { "prompts", "demo" }, { "max_new_tokens", 140 } });
    build.edge("heldout_visual.samples", "heldout_captions.preferences");
    for (const char* policy : { "base", "sft", "rl_text", "rl_caption", "distil", "rl_multimodal" })
        build.edge(std::string(policy) + ".policy", "evaluate.policies");
    build.edge("heldout_visual.samples", "evaluate.benchmarks");
    build.edge("heldout_captions.captioned", "evaluate.benchmarks");
    build.edge("heldout_text.samples", "evaluate.benchmarks");
}

} // namespace

Project demoProject(std::uint64_t seed, const DemoSettings& settings)
{
    Project project;
    project.name = "MSRL demo";
    project.seed = seed;
    Builder build(project);
    addStageOne(build, settings);
    addStageTwo(build, settings);
    addStageThree(build, settings);
    addEvaluation(build);
    return project;
}

} // namespace msrl::demo
