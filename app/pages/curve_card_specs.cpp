// SPDX-License-Identifier: GPL-3.0-or-later
// Which curves the run page shows, in order. Another card is one more entry.
#include "app/pages/curve_grid.h"

#include <QObject>

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

} // namespace

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
                { "completion_length/max", QObject::tr("longest") } },
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
        { QObject::tr("New : replayed"),
            QObject::tr("New samples for each replayed one in each batch, as it came out."),
            QObject::tr("Appears with the first RL step that replays old data."),
            { { "replay_ratio", QObject::tr("new per replayed") } }, 0.0, {} },
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
