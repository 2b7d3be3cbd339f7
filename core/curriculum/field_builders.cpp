// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"

#include "core/judge/confidence.h"

#include <algorithm>

namespace msrl::curriculum {

namespace {

FieldSpec field(FieldText text, FieldType type, base::Json value)
{
    FieldSpec spec;
    spec.name = std::move(text.name);
    spec.label = std::move(text.label);
    spec.help = std::move(text.help);
    spec.unit = std::move(text.unit);
    spec.type = type;
    spec.defaultValue = std::move(value);
    return spec;
}

} // namespace

FieldSpec integerField(FieldText text, std::int64_t value, double minimum, std::optional<double> maximum)
{
    FieldSpec spec = field(std::move(text), FieldType::Integer, value);
    spec.minimum = minimum;
    spec.maximum = maximum;
    return spec;
}

FieldSpec realField(FieldText text, double value, double minimum, std::optional<double> maximum)
{
    FieldSpec spec = field(std::move(text), FieldType::Real, value);
    spec.minimum = minimum;
    spec.maximum = maximum;
    return spec;
}

FieldSpec booleanField(FieldText text, bool value)
{
    return field(std::move(text), FieldType::Boolean, value);
}

FieldSpec choiceField(FieldText text, std::vector<std::string> choices)
{
    FieldSpec spec = field(std::move(text), FieldType::Choice, choices.front());
    spec.choices = std::move(choices);
    return spec;
}

FieldSpec confidenceField(FieldText text)
{
    std::vector<std::string> names;
    for (const judge::ConfidenceMeasure& measure : judge::confidenceMeasures())
        names.emplace_back(measure.name);
    return choiceField(std::move(text), std::move(names));
}

FieldSpec textField(FieldText text, std::string value)
{
    return field(std::move(text), FieldType::Text, std::move(value));
}

FieldSpec pathField(FieldText text, FieldContent content)
{
    FieldSpec spec = field(std::move(text), FieldType::Path, "");
    spec.content = content;
    return spec;
}

FieldSpec when(FieldSpec spec, std::string other, std::vector<base::Json> values)
{
    spec.appliesWhen.push_back({ std::move(other), std::move(values) });
    return spec;
}

FieldSpec live(FieldSpec spec)
{
    spec.live = true;
    return spec;
}

FieldSpec required(FieldSpec spec)
{
    spec.required = true;
    return spec;
}

FieldSpec notHashed(FieldSpec spec)
{
    spec.affectsResult = false;
    return spec;
}

FieldSpec hashedOnlyWhenSet(FieldSpec spec)
{
    spec.hashedOnlyWhenSet = true;
    return spec;
}

void addSection(Fields& all, const std::string& section, Fields fields)
{
    for (FieldSpec& spec : fields) {
        spec.section = section;
        all.push_back(std::move(spec));
    }
}

void addOptimiserFields(Fields& all, const OptimiserDefaults& defaults)
{
    std::vector<std::string> schedules = { "constant", "linear", "cosine" };
    std::stable_partition(schedules.begin(), schedules.end(),
        [&](const std::string& name) { return name == defaults.schedule; });
    std::vector<std::string> parts = { "language", "language+projector", "all" };
    std::stable_partition(
        parts.begin(), parts.end(), [&](const std::string& name) { return name == defaults.trained; });
    addSection(all, "Optimiser",
        {
            choiceField(
                { "trained", "Trained parts", "The other parts of the model stay as they are." }, parts),
            live(realField({ "lr", "Learning rate", "Peak learning rate of AdamW." }, defaults.lr, 0, 1)),
            choiceField(
                { "schedule", "Schedule", "How the learning rate falls after the warm-up." }, schedules),
            realField(
                { "warmup", "Warm-up", "Share of the steps over which the learning rate rises from zero." },
                defaults.warmup, 0, 1),
            when(realField(
                     { "final_lr", "Final share", "Learning rate at the last step as a share of the peak." },
                     0.1, 0, 1),
                "schedule", { "linear", "cosine" }),
            realField({ "weight_decay", "Weight decay",
                          "Decoupled weight decay of matrices; norms and biases have none." },
                defaults.weightDecay, 0, 1),
            realField({ "beta1", "β1", "Decay of AdamW's first moment." }, 0.9, 0, 0.9999),
            realField({ "beta2", "β2", "Decay of AdamW's second moment." }, 0.95, 0, 0.99999),
            realField({ "clip_norm", "Gradient clip",
                          "Largest global norm of the gradient; 0 switches clipping off." },
                1.0, 0, 1e6),
            hashedOnlyWhenSet(choiceField(
                { "compute_dtype", "Computes in",
                    "Number format of rollout, forward and backward. With bfloat16 the optimiser keeps "
                    "the weights that learn in float32, and so do checkpoints and the result." },
                { "float32", "bfloat16" })),
            notHashed(hashedOnlyWhenSet(
                booleanField({ "recompute", "Recompute",
                                 "Computes activations again in the backward instead of keeping them: less "
                                 "memory, a third more work; results do not change." },
                    false))),
        });
}

void addLimitFields(Fields& all, std::int64_t maxNewTokens)
{
    addSection(all, "Limits",
        {
            integerField(
                { "max_prompt_tokens", "Longest prompt",
                    "A longer prompt is refused with its sample's id before the stage starts.", "tokens" },
                4096, 1, 1 << 20),
            integerField({ "max_tiles", "Tiles per image",
                             "Most tiles that an image is cut into, thumbnail not counted; 0: as the model's "
                             "preprocessor_config.json says.",
                             "tiles" },
                0, 0, 1024),
            integerField({ "max_sample_tiles", "Tiles per sample",
                             "A sample whose images and frames make more is refused with its id before the "
                             "stage starts; 0: no limit.",
                             "tiles" },
                128, 0, 1 << 20),
            integerField({ "max_new_tokens", "Longest completion",
                             "Generation stops here; the clipped share is logged.", "tokens" },
                maxNewTokens, 1, 1 << 20),
            notHashed(integerField(
                { "token_budget", "Token budget",
                    "Padded tokens in one micro-batch; memory grows with it, results do not change.",
                    "tokens" },
                16384, 64, 1 << 26)),
        });
}

void addSamplingFields(Fields& all, double temperature)
{
    addSection(all, "Sampling",
        {
            realField({ "temperature", "Temperature",
                          "Of the sampling distribution; 0 takes the likeliest token." },
                temperature, 0, 10),
            realField({ "top_p", "Top-p", "Smallest set of tokens with this probability; 1 keeps all." }, 1.0,
                0.01, 1),
            integerField({ "top_k", "Top-k", "Only the k likeliest tokens; 0 keeps all." }, 0, 0, 1 << 20),
            hashedOnlyWhenSet(textField(
                { "stop_text", "Stop text",
                    "A completion ends with this text as it does with the end of its turn; empty: no such "
                    "text." },
                "")),
        });
}

void addFeatureFields(Fields& all)
{
    constexpr double kMostMiB = 1 << 24;
    addSection(all, "Vision cache",
        {
            when(notHashed(integerField({ "feature_memory", "Features in memory",
                                            "Room for image features, which stay the same while the vision "
                                            "tower is frozen; results do not change.",
                                            "MiB" },
                     1024, 0, kMostMiB)),
                "trained", { "language" }),
            when(notHashed(integerField({ "feature_disk", "Features on disk",
                                            "Room in the run's folder for those that memory does not hold, "
                                            "until the stage ends; 0 keeps none there.",
                                            "MiB" },
                     16384, 0, kMostMiB)),
                "trained", { "language" }),
        });
}

void addCheckpointFields(Fields& all)
{
    addSection(all, "Checkpoints",
        {
            notHashed(integerField(
                { "checkpoint_every", "Checkpoint every",
                    "A killed run goes on from the last checkpoint; 0 keeps only the stage's end.", "steps" },
                20, 0, 1'000'000)),
            notHashed(integerField({ "checkpoint_keep", "Checkpoints kept",
                                       "The newest ones; they go when the stage has ended.", "checkpoints" },
                2, 1, 1000)),
        });
}

void addPromptFields(Fields& all)
{
    FieldSpec prompts = required(textField(
        { "prompts", "Prompt set",
            "A built-in set (msrl, demo) or a folder of templates. Part of the artefact's address." },
        "msrl"));
    prompts.content = FieldContent::PromptSet;
    addSection(all, "Prompt", { std::move(prompts) });
}

} // namespace msrl::curriculum
