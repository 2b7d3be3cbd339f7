// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sample_run.h"

#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "tests/support/sample_things.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace msrl::tests {
namespace fs = std::filesystem;

namespace {

store::StageRow stageRow(int position, const char* id, const char* type, const char* title, int total)
{
    const std::int64_t start = 1'790'000'000'000 + position * 100'000;
    store::StageRow row;
    row.stage = row.nodeId = id;
    row.nodeType = type;
    row.title = title;
    row.position = position;
    row.state = store::StageState::Done;
    row.step = row.total = total;
    row.startedMs = start;
    row.endedMs = start + 700LL * std::max(total, 4);
    return row;
}

std::vector<store::StageRow> stageRows()
{
    std::vector<store::StageRow> rows { stageRow(0, "base", "model", "Base", 1),
        stageRow(1, "sft1a", "sft", "1a Text SFT", 128), stageRow(2, "rl1b", "rl", "1b Text RL", 80),
        stageRow(3, "rl2a", "rl", "2a Caption RL", 120), stageRow(4, "cmkd", "cmkd", "2b CMKD", 96),
        stageRow(5, "gate", "gate", "Audit gate", 0), stageRow(6, "sft2b", "sft", "2b SFT", 192),
        stageRow(7, "rl3", "rl", "3 Multimodal RL", 60) };
    rows[5].state = store::StageState::AwaitingAudit;
    rows[5].endedMs = 0;
    rows[5].message = "waits for the auditor's sign-off";
    for (std::size_t i = 6; i < rows.size(); ++i) {
        rows[i].state = store::StageState::Queued;
        rows[i].step = rows[i].startedMs = rows[i].endedMs = 0;
    }
    return rows;
}

class CurveWriter
{
public:
    CurveWriter(const store::StageRow& stage, std::mt19937& random)
        : m_stage(stage)
        , m_random(random)
    {
    }

    void add(int step, const std::string& name, double value, const std::string& source = {})
    {
        store::MetricRow row;
        row.stage = m_stage.stage;
        row.step = step;
        row.name = name;
        row.source = source;
        row.value = value;
        row.timeMs = m_stage.startedMs + 700LL * step;
        rows.push_back(std::move(row));
    }
    double near(double value, double spread)
    {
        return value + std::normal_distribution<double>(0, spread)(m_random);
    }

    std::vector<store::MetricRow> rows;

private:
    const store::StageRow& m_stage;
    std::mt19937& m_random;
};

std::vector<store::MetricRow> curvesOf(const store::StageRow& stage, std::mt19937& random)
{
    CurveWriter out(stage, random);
    for (int step = 1; step <= stage.step; ++step) {
        const double t = static_cast<double>(step) / static_cast<double>(stage.total);
        if (stage.nodeType == "sft") {
            out.add(step, "loss", out.near(0.25 + 2.2 * std::exp(-4 * t), 0.05));
            out.add(step, "lr", 1.5e-3 * 0.5 * (1 + std::cos(3.14159 * t)));
        } else {
            const double accuracy
                = std::clamp(out.near(0.66 + 0.24 * (1 - std::exp(-3 * t)), 0.04), 0.0, 1.0);
            const double format = std::clamp(out.near(0.9 + 0.09 * t, 0.02), 0.0, 1.0);
            const bool captions = stage.stage == "rl2a";
            out.add(step, "reward", accuracy + 0.2 * format, "new");
            out.add(step, "reward/accuracy", accuracy, "new");
            out.add(step, "reward/format", format, "new");
            if (captions) {
                out.add(step, "reward", out.near(1.06, 0.06), "replay");
                out.add(step, "reward/task", std::clamp(out.near(0.2 + 0.3 * t, 0.05), 0.0, 1.0), "new");
                out.add(step, "replay_ratio", step % 6 == 0 ? 0.125 : 0.1875);
            }
            out.add(step, "accuracy", accuracy);
            out.add(step, "kl", step == 77 ? 0.9 : out.near(0.05 + 0.08 * t, 0.008));
            out.add(step, "completion_length/mean", out.near(36 + 4 * t, 1.2));
            out.add(step, "completion_length/max", out.near(58, 3));
            out.add(step, "completion_length/clipped", std::max(0.0, out.near(0.03 * (1 - t), 0.01)));
            out.add(step, "zero_variance", std::clamp(out.near(0.2 + 0.3 * t, 0.06), 0.0, 1.0));
            out.add(step, "loss", out.near(0.0, 0.02));
            out.add(step, "lr", 4e-4);
            out.add(step, "entropy", std::max(0.02, out.near(0.4 - 0.25 * t, 0.02)));
            out.add(step, "tokens_per_second/rollout", out.near(9200, 300));
        }
        out.add(step, "tokens_per_second/update", out.near(14100, 400));
        out.add(step, "grad_norm", std::abs(out.near(0.8, 0.2)));
    }
    return out.rows;
}

// Words as tokens, one in seven of them doubtful, and the end of the turn.
void addTokenValues(store::SampleRow& row)
{
    const auto add = [&row](std::size_t bytes) {
        const int token = static_cast<int>(row.tokenBytes.size()) + row.completionIndex;
        const float doubt = token % 7 == 0 ? 2.5F : 0.05F;
        row.tokenBytes.push_back(static_cast<std::uint32_t>(bytes));
        row.tokenLogprobs.push_back(-doubt);
        row.tokenEntropies.push_back(doubt / 2);
    };
    for (std::size_t at = 0; at < row.completion.size();) {
        const std::size_t end = std::min(row.completion.find(' ', at + 1), row.completion.size());
        add(end - at);
        at = end;
    }
    add(0);
    row.numTokens = static_cast<int>(row.tokenBytes.size());
}

std::vector<store::SampleRow> samplesOf(const store::StageRow& stage, std::int64_t step, std::mt19937& random)
{
    std::vector<store::SampleRow> rows;
    std::uniform_int_distribution<int> four(0, 3);
    for (int prompt = 0; prompt < 16; ++prompt) {
        const bool replay = prompt % 6 == 5;
        const Thing thing { four(random), four(random), four(random) };
        const double chance = prompt % 5 == 0 ? 1.0 : 0.3 + 0.15 * four(random);
        double mean = 0;
        const std::size_t first = rows.size();
        for (int i = 0; i < kPaths; ++i) {
            const bool right = std::uniform_real_distribution<double>(0, 1)(random) < chance;
            store::SampleRow row;
            row.stage = stage.stage;
            row.step = step;
            row.promptIndex = prompt;
            row.completionIndex = i;
            row.sampleId = fmt::format("{}-{:05}", replay ? "text" : "cap", 17 * prompt + step);
            row.taskType = replay ? "text" : prompt % 2 ? "image_understanding" : "video_generation";
            row.source = replay ? "replay" : "new";
            row.prompt = fmt::format("Caption: {} {}.\nQuestion: What color is the {}?\nA: {}\nB: {}",
                kCells[thing.cell], nameOf(thing), kShapes[thing.shape], kColours[thing.colour],
                kColours[(thing.colour + 1) % 4]);
            row.gold = "A";
            row.answer = right ? "A" : "B";
            row.completion = fmt::format("<type>image understanding</type>\n<think> {}: {}. A: {} {}. B: {} "
                                         "{}.</think>\n<answer>{}</answer>",
                kShapes[thing.shape], kColours[thing.colour], kColours[thing.colour], right ? "yes" : "no",
                kColours[(thing.colour + 1) % 4], right ? "no" : "yes", row.answer);
            row.rewardParts = { { "accuracy", right ? 1 : 0 }, { "format", 1 } };
            row.rewardParts["task"] = replay ? base::Json(nullptr) : base::Json(i % 3 == 0 ? 0 : 1);
            row.reward = (right ? 1 : 0) + 0.2 + (replay || i % 3 == 0 ? 0 : 0.2);
            addTokenValues(row);
            row.meanLogprob = -0.08 - 0.03 * i;
            row.finishReason = i == 7 && !right ? "length" : "stop";
            mean += row.reward / kPaths;
            rows.push_back(std::move(row));
        }
        for (std::size_t i = first; i < rows.size(); ++i)
            rows[i].advantage = (rows[i].reward - mean) / 0.45;
    }
    return rows;
}

// The same from pixels: every prompt but the replayed ones shows what its task is about.
std::vector<store::SampleRow> pixelSamplesOf(
    const store::StageRow& stage, const fs::path& folder, std::mt19937& random)
{
    std::vector<store::SampleRow> rows = samplesOf(stage, 20, random);
    for (store::SampleRow& row : rows) {
        if (row.taskType == "text")
            continue;
        row.sampleId.replace(0, 3, "pix");
        row.prompt = "Image: <img><IMG_CONTEXT><IMG_CONTEXT></img>\n"
            + row.prompt.substr(row.prompt.find("Question"));
        // Of the distillation's item of the same task.
        row.media
            = sampleMedia(folder, 4 * row.promptIndex % 60 + (row.taskType == "video_generation" ? 3 : 0));
    }
    return rows;
}

store::EvaluationRow evaluationOf(const std::string& policy, double pixels, double captions, double text)
{
    const auto block = [](double accuracy, int pairs, bool typed) {
        base::Json json = { { "accuracy", accuracy }, { "both_orders", std::max(0.0, 2 * accuracy - 0.85) },
            { "by_task", base::Json::object() }, { "format", 0.97 }, { "type", nullptr },
            { "parse_failures", static_cast<int>(20 * (1 - accuracy)) }, { "n", pairs } };
        if (typed) {
            json["by_task"] = { { "image_understanding", accuracy - 0.04 },
                { "image_generation", std::min(1.0, accuracy + 0.2) },
                { "video_understanding", accuracy + 0.02 }, { "video_generation", accuracy - 0.1 } };
            json["type"] = std::min(1.0, accuracy + 0.1);
        }
        return json;
    };
    store::EvaluationRow row;
    row.stage = "evaluate:" + policy;
    row.policy = policy;
    row.report = { { "stage", policy }, { "accuracy", pixels },
        { "sets",
            { { "captions", block(captions, 240, false) }, { "pixels", block(pixels, 240, true) },
                { "text", block(text, 240, false) } } } };
    return row;
}

base::Status writeRows(store::RunStore& run, const fs::path& folder, const SampleRunOptions& options)
{
    std::mt19937 random(3);
    const std::vector<store::StageRow> stages = stageRows();
    for (const store::StageRow& stage : stages) {
        if (base::Status put = run.putStage(stage); !put)
            return put;
        const bool trains = stage.step > 0 && (stage.nodeType == "sft" || stage.nodeType == "rl");
        if (options.withCurves && trains) {
            if (base::Status written = run.append(curvesOf(stage, random)); !written)
                return written;
        }
        if (options.withSamples && stage.nodeType == "rl" && stage.step > 0) {
            for (const store::SampleRow& row : samplesOf(stage, stage.step, random)) {
                if (base::Status written = run.append(row); !written)
                    return written;
            }
        }
        if (options.withPixels && stage.stage == "rl3") {
            for (const store::SampleRow& row : pixelSamplesOf(stage, folder, random)) {
                if (base::Status written = run.append(row); !written)
                    return written;
            }
        }
        store::EventRow event;
        event.stage = stage.stage;
        event.kind = "stage";
        event.timeMs = stage.startedMs;
        event.text = stage.title + (stage.step > 0 ? " is done" : " is queued");
        event.level = stage.stage == "rl2a" ? store::EventLevel::Warning : store::EventLevel::Info;
        if (stage.stage == "rl2a")
            event.text = "KL rose to 0.9 in step 77, ten times its usual size";
        if (base::Status written = run.append(event); !written)
            return written;
    }
    for (const store::CandidateRow& row : sampleCandidates(folder, options.numCandidates)) {
        if (base::Status written = run.append(row); !written)
            return written;
    }
    if (options.withEvaluations) {
        for (const store::EvaluationRow& row :
            { evaluationOf("base", 0.506, 0.517, 0.508), evaluationOf("sft1a", 0.354, 0.65, 0.85),
                evaluationOf("rl1b", 0.358, 0.75, 0.892), evaluationOf("rl2a", 0.412, 0.908, 0.904) }) {
            if (base::Status written = run.append(row); !written)
                return written;
        }
    }
    if (options.withJudgements) {
        for (const store::SampleRow& row : sampleJudgements("rl2a", folder)) {
            if (base::Status written = run.append(row); !written)
                return written;
        }
    }
    return run.flush();
}

} // namespace

base::Status writeSampleRun(const fs::path& folder, const SampleRunOptions& options)
{
    fs::create_directories(folder);
    store::RunInfo info;
    info.runId = "0123456789abcdef";
    info.name = "tiny demo";
    info.engineVersion = "0.1.0";
    info.device = "cpu";
    info.process = base::currentProcess();
    info.phase = store::RunPhase::AwaitingAudit;
    info.createdMs = info.startedMs = base::nowMs();
    const store::RunFolder run(folder);
    if (base::Status written = run.writeInfo(info); !written)
        return written;
    const base::Json plan = { { "seed", 7 },
        { "steps",
            { { { "id", "gate" }, { "type", "gate" },
                { "params",
                    { { "policy", "wait" }, { "min_vote_share", 0.5 }, { "confidence", "mean_logprob" },
                        { "min_confidence", -10 } } } } } } };
    if (base::Status written = base::writeFileAtomically(run.planFile(), plan.dump()); !written)
        return written;
    base::Result<store::RunStore> opened = store::RunStore::open(run.runDatabase());
    if (!opened)
        return opened.error();
    return writeRows(*opened, folder, options);
}

} // namespace msrl::tests
