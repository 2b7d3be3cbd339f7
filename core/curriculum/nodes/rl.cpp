// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"

namespace msrl::curriculum {

namespace {

void addRewardFields(Fields& all)
{
    addSection(all, "Reward",
        {
            realField({ "reward_accuracy", "Accuracy", "Weight of a right verdict." }, 1.0, 0, 100),
            realField({ "reward_format", "Format", "Weight of the demanded tags, in order." }, 1.0, 0, 100),
            realField(
                { "reward_task", "Task type", "Weight of naming the task type; not applicable to text." },
                0.2, 0, 100),
            choiceField({ "parser", "Parser",
                            "strict: the whole completion has the demanded form. script: tags found "
                            "anywhere, as the published scripts do." },
                { "strict", "script" }),
        });
}

void addReplayFields(Fields& all)
{
    addSection(all, "Replay",
        {
            realField({ "replay_ratio", "New : replay",
                          "New samples for each replayed one; exact in every batch that allows it. 0 "
                          "replays nothing." },
                5.0, 0, 1000),
            choiceField({ "replay_sampling", "Replay sampling",
                            "uniform: every old sample alike, in seeded epochs. reward-weighted: by the mean "
                            "reward of its last group. "
                            "non-zero-variance: epochs that skip samples whose last group was all right or "
                            "all wrong." },
                { "uniform", "reward-weighted", "non-zero-variance" }),
        });
}

} // namespace

NodeTypeSpec rlNode()
{
    NodeTypeSpec spec;
    spec.type = "rl";
    spec.title = "Reinforcement (GRPO)";
    spec.icon = "rl";
    spec.summary = "Group-relative policy optimisation on verdicts that can be checked.";
    spec.drawsRandomly = true;
    spec.inputs = {
        { "policy", "Policy", { PortType::Policy }, {}, true, false,
            "The model to train; its start is the KL reference." },
        { "preferences", "Preferences",
            { PortType::TextPreferences, PortType::CaptionedPreferences, PortType::VisualPreferences }, {},
            true, false, "New samples; what they are decides the prompt: text, captions or pixels." },
        { "replay", "Replay",
            { PortType::TextPreferences, PortType::CaptionedPreferences, PortType::VisualPreferences }, {},
            false, false, "Old samples mixed into every batch." },
        { "probe", "Old-skill probe",
            { PortType::TextPreferences, PortType::CaptionedPreferences, PortType::VisualPreferences }, {},
            false, false, "Held-out samples of an earlier stage: judged now and then, never learnt from." },
    };
    spec.outputs = { { "policy", "Policy", { PortType::Policy }, {}, false, false, "The trained model." } };
    addSection(spec.fields, "Training",
        {
            integerField({ "steps", "Steps", "Rollout and update, so many times." }, 100, 1, 10'000'000),
            integerField({ "prompts_per_step", "Prompts per step", "New and replayed together.", "prompts" },
                16, 1, 1 << 20),
            integerField(
                { "group_size", "Group size G", "Completions per prompt.", "completions" }, 8, 2, 1024),
        });
    addReplayFields(spec.fields);
    addRewardFields(spec.fields);
    addSection(spec.fields, "Objective",
        {
            realField({ "beta", "KL coefficient β",
                          "Pull towards the policy before the stage; 0 needs no reference." },
                0.04, 0, 10),
            choiceField(
                { "scale_rewards", "Advantage scale",
                    "group: divided by the group's spread. batch: by the batch's. none: only mean-centred." },
                { "group", "batch", "none" }),
            choiceField({ "aggregation", "Token loss", "How token losses become one number." },
                { "dapo", "grpo", "bnpo", "dr_grpo" }),
            realField(
                { "clip_low", "Clip below", "Probability ratio is clipped at 1 minus this." }, 0.2, 0, 1),
            realField(
                { "clip_high", "Clip above", "Probability ratio is clipped at 1 plus this." }, 0.2, 0, 10),
        });
    addSamplingFields(spec.fields, 1.0);
    addOptimiserFields(spec.fields, { 1e-6, "constant", 0.05, 0.0, "language" });
    addPromptFields(spec.fields);
    addLimitFields(spec.fields, 1024);
    addCheckpointFields(spec.fields);
    addSection(spec.fields, "Records",
        {
            notHashed(
                integerField({ "log_samples_every", "Keep samples every",
                                 "Completions are stored every so many steps; 0 stores none.", "steps" },
                    5, 0, 1'000'000)),
            notHashed(integerField({ "probe_every", "Probe the old skill every",
                                       "The samples of the probe input are judged before the first step and "
                                       "every so many steps, greedily and in both orders; 0 never. Training "
                                       "is the same with and without.",
                                       "steps" },
                20, 0, 1'000'000)),
        });
    spec.headline = { "steps", "group_size", "lr" };
    return spec;
}

} // namespace msrl::curriculum
