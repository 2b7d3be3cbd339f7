// SPDX-License-Identifier: GPL-3.0-or-later
// Which curves the run page shows, in order. Another card is one more entry. What a run logs beside them has
// cards of its own, below these.
#include "app/models/strings.h"
#include "app/pages/curve_grid.h"

#include <QObject>

#include <algorithm>

namespace msrl::pages {

namespace {

CurveCardSpec probeCard()
{
    return { QObject::tr("Old skill and new"),
        QObject::tr("Accuracy on the held-out samples of an earlier stage, judged now and then, beside "
                    "that on the new samples of each batch."),
        QObject::tr("Appears when an RL stage has a probe of an old skill connected."),
        { { "probe/accuracy", QObject::tr("old skill") },
            { "reward/accuracy", QObject::tr("new skill"), "new" } },
        0.0, 1.0 };
}

CurveCardSpec ratioCard()
{
    return { QObject::tr("New : replayed"),
        QObject::tr("New samples for each replayed one in each batch, as it came out and as it was set."),
        QObject::tr("Appears with the first RL step that replays old data."),
        { { "replay_ratio", QObject::tr("as it came out") }, { "replay_ratio/set", QObject::tr("as set") } },
        0.0, {} };
}

CurveCardSpec replayUseCard()
{
    return { QObject::tr("Use of the replay samples"),
        QObject::tr("How often each sample of the replay set was drawn in its stage so far."),
        QObject::tr("Appears with the first RL step that replays old data."),
        { { "replay_use/most", QObject::tr("most used") }, { "replay_use/mean", QObject::tr("mean") },
            { "replay_use/least", QObject::tr("least used") } },
        0.0, {} };
}

// A metric of the cards below, by its name in the store.
struct OtherMetric
{
    std::string metric;
    QString title;
    QString help;
    std::optional<double> floor = 0.0;
    std::optional<double> ceiling = {};
};

const std::vector<OtherMetric>& otherMetrics()
{
    static const std::vector<OtherMetric> metrics {
        { "advantage/std", QObject::tr("Spread of the advantages"),
            QObject::tr("Standard deviation over the completions of a step.") },
        { "clip_high", QObject::tr("Clipped from above"),
            QObject::tr("Share of tokens whose probability ratio was held at the upper bound."), 0.0, 1.0 },
        { "clip_low", QObject::tr("Clipped from below"),
            QObject::tr("Share of tokens whose probability ratio was held at the lower bound."), 0.0, 1.0 },
        { "eval/both_orders", QObject::tr("Held-out: right in both orders"),
            QObject::tr("Share of held-out pairs."), 0.0, 1.0 },
        { "eval/caption_exact", QObject::tr("Held-out: captions as they should be"),
            QObject::tr("Share of held-out judgements."), 0.0, 1.0 },
        { "eval/format", QObject::tr("Held-out: right format"), QObject::tr("Share of held-out judgements."),
            0.0, 1.0 },
        { "eval/type", QObject::tr("Held-out: right task type"), QObject::tr("Share of held-out judgements."),
            0.0, 1.0 },
        { "logprob/mean", QObject::tr("Log-probability of the targets"), QObject::tr("Mean per token."), {} },
        { "memory/rss_mb", QObject::tr("Memory"), QObject::tr("Of the engine, resident, in MB.") },
        { "nonfinite_skips", QObject::tr("Skipped steps"),
            QObject::tr("1 at a step that was left out as its gradient was not finite."), 0.0, 1.0 },
        { "probe/both_orders", QObject::tr("Old skill: right in both orders"),
            QObject::tr("Share of the pairs of the probe."), 0.0, 1.0 },
        { "probe/format", QObject::tr("Old skill: right format"),
            QObject::tr("Share of the judgements of the probe."), 0.0, 1.0 },
        { "reward/length", QObject::tr("Penalty of the length"),
            QObject::tr("Mean of what overlong completions lose."), {} },
        { "reward/std", QObject::tr("Spread of the reward"),
            QObject::tr("Standard deviation over the completions of a step.") },
        { "sampling/prompts", QObject::tr("Prompts sampled"),
            QObject::tr("Until a batch of them had completions of different reward.") },
    };
    return metrics;
}

} // namespace

QString CurveCardSpec::key() const
{
    return models::toQt(lines.front().metric);
}

CurveCardSpec otherCardSpec(const std::string& metric)
{
    const auto& known = otherMetrics();
    const auto found = std::find_if(
        known.begin(), known.end(), [&](const OtherMetric& other) { return other.metric == metric; });
    const QString name = models::toQt(metric);
    if (found == known.end())
        return { name, {}, {}, { { metric, name } }, {}, {} };
    return { found->title, QStringLiteral("%1\n%2").arg(found->help, name), {}, { { metric, found->title } },
        found->floor, found->ceiling };
}

const std::vector<CurveCardSpec>& curveCardSpecs()
{
    const QString rl = QObject::tr("Appears with the first step of an RL stage.");
    const QString training = QObject::tr("Appears with the first training step.");
    static const std::vector<CurveCardSpec> specs {
        { QObject::tr("Reward"),
            QObject::tr("Mean weighted reward of the completions, new data and replay apart."), rl,
            { { "reward", QObject::tr("reward") } }, 0.0, {}, 2 },
        { QObject::tr("Reward parts"),
            QObject::tr(
                "Mean of each part before weighting; a part that does not apply to a row is left out."),
            rl,
            { { "reward/accuracy", QObject::tr("accuracy") }, { "reward/format", QObject::tr("format") },
                { "reward/task", QObject::tr("task") } },
            0.0, 1.0 },
        { QObject::tr("Held-out accuracy"),
            QObject::tr("Accuracy on held-out pairs, each judged in both orders."),
            QObject::tr("Appears when the first policy is evaluated."),
            { { "eval/accuracy", QObject::tr("accuracy") } }, 0.0, 1.0 },
        { QObject::tr("Training accuracy"),
            QObject::tr("Share of completions whose answer equals the gold label."), rl,
            { { "accuracy", QObject::tr("accuracy") } }, 0.0, 1.0 },
        { QObject::tr("KL to the stage's start"), QObject::tr("Estimate per token (k3)."), rl,
            { { "kl", QObject::tr("KL") } }, 0.0, {} },
        { QObject::tr("Completion length"), QObject::tr("Tokens."), rl,
            { { "completion_length/mean", QObject::tr("mean") },
                { "completion_length/max", QObject::tr("longest") },
                { "completion_length/min", QObject::tr("shortest") } },
            0.0, {} },
        { QObject::tr("Clipped completions"),
            QObject::tr("Share of completions cut at the longest length allowed."), rl,
            { { "completion_length/clipped", QObject::tr("clipped") } }, 0.0, 1.0 },
        { QObject::tr("Groups without spread"),
            QObject::tr("Share of prompts whose completions all got the same reward: they teach nothing."),
            rl, { { "zero_variance", QObject::tr("share") } }, 0.0, 1.0 },
        { QObject::tr("Loss"), QObject::tr("As minimised by the stage that runs."), training,
            { { "loss", QObject::tr("loss") } }, {}, {} },
        { QObject::tr("Learning rate"), QString(), training, { { "lr", QObject::tr("lr") } }, 0.0, {} },
        { QObject::tr("Tokens per second"), QString(), training,
            { { "tokens_per_second/rollout", QObject::tr("rollout") },
                { "tokens_per_second/update", QObject::tr("update") } },
            0.0, {} },
        ratioCard(),
        replayUseCard(),
        probeCard(),
        { QObject::tr("Entropy"), QObject::tr("Mean entropy per sampled token, in nats."), rl,
            { { "entropy", QObject::tr("entropy") } }, 0.0, {} },
        { QObject::tr("Gradient norm"), QObject::tr("Before clipping."), training,
            { { "grad_norm", QObject::tr("norm") } }, 0.0, {} },
        { QObject::tr("Trainer against rollout"),
            QObject::tr(
                "Difference of the log-probabilities that the trainer and the rollout give the same tokens."),
            rl,
            { { "logprob_diff/mean", QObject::tr("mean") }, { "logprob_diff/max", QObject::tr("largest") } },
            0.0, {} },
    };
    return specs;
}

} // namespace msrl::pages
