// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"
#include "core/curriculum/validate.h"
#include "core/data/replay_ratio.h"
#include "core/judge/rewards.h"

#include <fmt/format.h>

namespace msrl::curriculum {

std::string rewardWeightField(std::string_view reward)
{
    return "reward_" + std::string(reward);
}

namespace {

void addRewardFields(Fields& all)
{
    Fields weights;
    for (const judge::RewardType& type : judge::rewardTypes())
        weights.push_back(
            realField({ rewardWeightField(type.name), type.title, type.summary }, type.usualWeight, 0, 100));
    addSection(all, "Reward", std::move(weights));
    addSection(all, "Reward",
        {
            choiceField({ "parser", "Parser",
                            "strict: the whole completion has the demanded form. script: tags found "
                            "anywhere, as the published scripts do." },
                { "strict", "script" }),
            hashedOnlyWhenSet(choiceField(
                { "overlong", "Near the length limit",
                    "learn: completions there count like others. mask: those that were cut off are left "
                    "out of the update. penalty: the reward falls over the last tokens before the limit." },
                { "learn", "mask", "penalty" })),
            when(hashedOnlyWhenSet(integerField(
                     { "overlong_tokens", "Penalised tokens",
                         "The penalty rises from 0 to its weight over so many tokens before the limit.",
                         "tokens" },
                     128, 1, 1 << 20)),
                "overlong", { "penalty" }),
            when(hashedOnlyWhenSet(
                     realField({ "overlong_weight", "Penalty", "What a completion of full length loses." },
                         1.0, 0, 100)),
                "overlong", { "penalty" }),
        });
}

void addReplayFields(Fields& all)
{
    addSection(all, "Replay",
        {
            when(realField({ "replay_ratio", "New : replay",
                               "New samples for each replayed one; exact in every batch that allows it. 0 "
                               "replays nothing." },
                     5.0, 0, 1000),
                "replay_schedule", { "" }),
            hashedOnlyWhenSet(textField({ "replay_schedule", "New : replay over steps",
                                            "Points step:ratio, for example 0:9, 100:5; between them the "
                                            "ratio goes straight, outside "
                                            "it stays. Empty: the same ratio at every step." },
                "")),
            choiceField({ "replay_sampling", "Replay sampling",
                            "uniform: every old sample alike, in seeded epochs. reward-weighted: by the mean "
                            "reward of its last group. "
                            "non-zero-variance: epochs that skip samples whose last group was all right or "
                            "all wrong." },
                { "uniform", "reward-weighted", "non-zero-variance" }),
        });
}

Fields clippingFields()
{
    return {
        hashedOnlyWhenSet(choiceField(
            { "ratio", "Probability ratio",
                "token: each token's own. sequence: the mean log-ratio of its completion (GSPO)." },
            { "token", "sequence" })),
        realField({ "clip_low", "Clip below", "Probability ratio is clipped at 1 minus this." }, 0.2, 0, 1),
        realField({ "clip_high", "Clip above", "Probability ratio is clipped at 1 plus this." }, 0.2, 0, 10),
        hashedOnlyWhenSet(
            realField({ "delta", "Ratio bound",
                          "Upper bound of the ratio where it is not clipped, above 1 + clip; 0: none." },
                0, 0, 1e6)),
        hashedOnlyWhenSet(realField(
            { "dual_clip", "Dual clip",
                "Bounds the loss of worse completions at so many times their advantage, above 1; 0: none." },
            0, 0, 1e6)),
        hashedOnlyWhenSet(realField(
            { "importance_cap", "Importance cap",
                "Truncated importance sampling of rollout against update: the loss is weighted with the "
                "probability ratio, at most this, instead of clipping it; 0: off." },
            0, 0, 1e6)),
        hashedOnlyWhenSet(realField({ "log_ratio_clamp", "Log-ratio bound",
                                        "Bound on the log-ratios before they are exponentiated; 0: none." },
            20, 0, 1e6)),
    };
}

void addObjectiveFields(Fields& all)
{
    addSection(all, "Objective",
        {
            realField({ "beta", "KL coefficient β",
                          "Pull towards the policy before the stage; 0 needs no reference." },
                0.04, 0, 10),
            hashedOnlyWhenSet(
                choiceField({ "kl_estimator", "KL estimator",
                                "Of d = log reference - log policy. k3: exp d - d - 1. k1: -d. k2: d²/2." },
                    { "k3", "k1", "k2" })),
            hashedOnlyWhenSet(integerField(
                { "reference_reset", "Reference reset",
                    "Every so many steps the pull is towards the policy of that step; 0: never.", "steps" },
                0, 0, 10'000'000)),
            hashedOnlyWhenSet(realField(
                { "entropy_weight", "Entropy bonus",
                    "Weight of the mean entropy of the tokens, which the loss is lowered by; 0: off." },
                0, 0, 10)),
            choiceField(
                { "scale_rewards", "Advantage scale",
                    "group: divided by the group's spread. batch: by the batch's. none: only mean-centred." },
                { "group", "batch", "none" }),
            choiceField({ "aggregation", "Token loss", "How token losses become one number." },
                { "dapo", "grpo", "bnpo", "dr_grpo" }),
        });
    addSection(all, "Objective", clippingFields());
}

// In the section of addCheckpointFields().
void addResultFields(Fields& all)
{
    addSection(all, "Checkpoints",
        {
            hashedOnlyWhenSet(choiceField(
                { "result_policy", "Result",
                    "last: the policy after the last step. best: that of the checkpoint with the highest "
                    "mean reward since the one before, which is kept until the end." },
                { "last", "best" })),
            when(hashedOnlyWhenSet(integerField(
                     { "best_every", "Judged every",
                         "Steps between the checkpoints among which the best is chosen.", "steps" },
                     20, 1, 1'000'000)),
                "result_policy", { "best" }),
        });
}

void checkReplay(const Project& project, const Node& node, std::vector<Problem>& problems)
{
    const base::Json schedule = fieldValue(node, "replay_schedule");
    const base::Json ratio = fieldValue(node, "replay_ratio");
    if (schedule.is_string() && schedule != "") {
        if (const auto parsed = data::ReplayRatio::parse(schedule.get<std::string>()); !parsed)
            problems.push_back(
                { Severity::Error, node.id, "replay_schedule", parsed.error().what, parsed.error().hint });
    } else if (ratio.is_number() && ratio.get<double>() == 0.0 && isConnected(project, node, "replay")) {
        problems.push_back({ Severity::Warning, node.id, "replay_ratio",
            "old samples are connected, but none is replayed", {} });
    }
}

double numberAt(const Node& node, const char* field)
{
    const base::Json value = fieldValue(node, field);
    return value.is_number() ? value.get<double>() : 0;
}

// Bounds that depend on another field or leave a gap next to "off".
void checkClips(const Node& node, std::vector<Problem>& problems)
{
    const double delta = numberAt(node, "delta");
    const double clip = 1 + numberAt(node, "clip_high");
    if (delta > 0 && delta <= clip)
        problems.push_back({ Severity::Error, node.id, "delta",
            fmt::format("{} is not above 1 + clip above, {}", delta, clip),
            "it bounds the ratio beyond the clip; 0 switches it off" });
    const double dual = numberAt(node, "dual_clip");
    if (dual > 0 && dual <= 1)
        problems.push_back({ Severity::Error, node.id, "dual_clip", fmt::format("{} is not above 1", dual),
            "choose more than 1, or 0 to switch it off" });
}

// Completions of one prompt that cannot differ have no advantage.
void checkSampling(const Node& node, std::vector<Problem>& problems)
{
    const char* field = fieldValue(node, "temperature") == 0 ? "temperature"
        : fieldValue(node, "top_k") == 1                     ? "top_k"
                                                             : nullptr;
    if (field)
        problems.push_back({ Severity::Warning, node.id, field,
            "all completions of a prompt are the same: there is nothing to learn from them", {} });
}

void checkOverlong(const Node& node, std::vector<Problem>& problems)
{
    const double tokens = numberAt(node, "overlong_tokens");
    const double longest = numberAt(node, "max_new_tokens");
    if (fieldValue(node, "overlong") == "penalty" && tokens > longest)
        problems.push_back({ Severity::Error, node.id, "overlong_tokens",
            fmt::format("{} is more than the longest completion, {} tokens", tokens, longest),
            "a completion of any length would be penalised" });
}

std::vector<Problem> checkReinforcement(const Project& project, const Node& node)
{
    std::vector<Problem> problems;
    checkReplay(project, node, problems);
    checkClips(node, problems);
    checkSampling(node, problems);
    checkOverlong(node, problems);
    return problems;
}

std::vector<PortSpec> reinforcementInputs()
{
    constexpr PortUse kAsked { .prompts = true, .needsGold = true };
    constexpr PortUse kProbed { .prompts = true, .needsGold = true, .onlyMeasures = true };
    return {
        { "policy", "Policy", { PortType::Policy }, {}, true, false,
            "The model to train; its start is the KL reference." },
        { "preferences", "Preferences",
            { PortType::TextPreferences, PortType::CaptionedPreferences, PortType::VisualPreferences }, {},
            true, false, "New samples; what they are decides the prompt: text, captions or pixels.", kAsked },
        { "replay", "Replay",
            { PortType::TextPreferences, PortType::CaptionedPreferences, PortType::VisualPreferences }, {},
            false, false, "Old samples mixed into every batch.", kAsked },
        { "probe", "Old-skill probe",
            { PortType::TextPreferences, PortType::CaptionedPreferences, PortType::VisualPreferences }, {},
            false, false, "Held-out samples of an earlier stage: judged now and then, never learnt from.",
            kProbed },
    };
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
    spec.traits = { .trains = true, .writes = true };
    spec.inputs = reinforcementInputs();
    spec.outputs = { { "policy", "Policy", { PortType::Policy }, {}, false, false, "The trained model." } };
    addSection(spec.fields, "Training",
        {
            integerField({ "steps", "Steps", "Rollout and update, so many times." }, 100, 1, 10'000'000),
            integerField({ "prompts_per_step", "Prompts per step", "New and replayed together.", "prompts" },
                16, 1, 1 << 20),
            integerField(
                { "group_size", "Group size G", "Completions per prompt.", "completions" }, 8, 2, 1024),
            hashedOnlyWhenSet(integerField(
                { "sampling_rounds", "Dynamic sampling",
                    "Prompts whose completions all earn the same teach nothing; they are dropped and others "
                    "sampled, in at most so many rounds a step. 1 samples once and keeps all.",
                    "rounds" },
                1, 1, 64)),
        });
    addReplayFields(spec.fields);
    addRewardFields(spec.fields);
    addObjectiveFields(spec.fields);
    addSamplingFields(spec.fields, 1.0);
    addOptimiserFields(spec.fields, { 1e-6, "constant", 0.05, 0.0, "language" });
    addPromptFields(spec.fields);
    addLimitFields(spec.fields, 1024);
    addFeatureFields(spec.fields);
    addCheckpointFields(spec.fields);
    addResultFields(spec.fields);
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
    spec.check = checkReinforcement;
    return spec;
}

} // namespace msrl::curriculum
