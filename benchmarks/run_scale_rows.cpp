// SPDX-License-Identifier: GPL-3.0-or-later
#include "benchmarks/run_scale_rows.h"

#include "core/base/clock.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"
#include "core/store/run_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>
#include <vector>

namespace msrl::bench {

namespace {

constexpr const char* kStage = "rl";
constexpr std::int64_t kStepMs = 50;
constexpr std::array<const char*, kNumCurves / 2> kMetrics { "reward", "reward/accuracy", "reward/format",
    "reward/task", "accuracy", "kl", "completion_length/mean", "completion_length/max",
    "completion_length/clipped", "zero_variance", "loss", "lr", "tokens_per_second/rollout",
    "tokens_per_second/update", "entropy", "grad_norm", "logprob_diff/mean", "logprob_diff/max",
    "replay_ratio", "eval/accuracy" };

int fail(const base::Error& error)
{
    fmt::print(stderr, "{}\n", error.message());
    return 1;
}

base::Status writeInfo(const store::RunFolder& run)
{
    store::RunInfo info;
    info.runId = "00000000000000aa";
    info.name = "bench";
    info.phase = store::RunPhase::Finished;
    info.createdMs = info.startedMs = base::nowMs();
    info.endedMs = info.startedMs + 1000;
    info.exitCode = 0;
    return run.writeInfo(info);
}

class Rows
{
public:
    std::vector<store::MetricRow> step(std::int64_t step)
    {
        std::vector<store::MetricRow> rows;
        for (const char* source : { "new", "replay" }) {
            for (const char* name : kMetrics) {
                const double drift = 1.0 - 0.5 / (1.0 + 1e-5 * static_cast<double>(step));
                rows.push_back(
                    { 0, kStage, step, name, source, drift + m_noise(m_random), 1 + kStepMs * step });
            }
        }
        if (std::find(kSpikes.begin(), kSpikes.end(), step) != kSpikes.end())
            rows.front().value = 40;
        return rows;
    }

private:
    std::mt19937 m_random { 17 };
    std::normal_distribution<double> m_noise { 0, 0.05 };
};

base::Result<store::RunStore> open(const store::RunFolder& run)
{
    std::filesystem::create_directories(run.root());
    if (base::Status written = writeInfo(run); !written)
        return written.error();
    auto store = store::RunStore::open(run.runDatabase());
    if (!store)
        return store.error();
    store::StageRow stage;
    stage.stage = stage.nodeId = kStage;
    stage.nodeType = "rl";
    stage.title = "Text RL";
    stage.state = store::StageState::Done;
    if (base::Status put = store->putStage(stage); !put)
        return put.error();
    return store;
}

} // namespace

double minutesOf(std::int64_t step)
{
    return static_cast<double>(kStepMs * (step - 1)) / 60'000;
}

int makeRun(const std::filesystem::path& folder, std::int64_t points)
{
    const double begin = base::monotonicSeconds();
    auto store = open(store::RunFolder(folder));
    if (!store)
        return fail(store.error());
    Rows rows;
    for (std::int64_t step = 1; step <= points / kNumCurves; ++step)
        if (base::Status put = store->append(rows.step(step)); !put)
            return fail(put.error());
    if (base::Status flushed = store->flush(); !flushed)
        return fail(flushed.error());
    const double took = base::monotonicSeconds() - begin;
    fmt::print(
        "{} points written in {:.0f} s, {:.0f} a second\n", points, took, static_cast<double>(points) / took);
    return 0;
}

int growRun(const std::filesystem::path& folder, int rowsPerSecond, int seconds)
{
    auto store = open(store::RunFolder(folder));
    if (!store)
        return fail(store.error());
    Rows rows;
    const double begin = base::monotonicSeconds();
    const std::int64_t steps = std::int64_t { rowsPerSecond } * seconds / kNumCurves;
    for (std::int64_t step = 1; step <= steps; ++step) {
        const double due = static_cast<double>(step * kNumCurves) / rowsPerSecond;
        if (const double ahead = due - (base::monotonicSeconds() - begin); ahead > 0.002)
            std::this_thread::sleep_for(std::chrono::duration<double>(ahead));
        if (base::Status put = store->append(rows.step(step)); !put)
            return fail(put.error());
    }
    const base::Status flushed = store->flush();
    return flushed ? 0 : fail(flushed.error());
}

std::int64_t numRows(const std::filesystem::path& folder)
{
    store::RunReader reader(store::RunFolder(folder).runDatabase());
    std::int64_t count = 0;
    for (std::int64_t last = 0;;) {
        const auto rows = reader.metricsAfter(last, 100'000);
        if (!rows || rows->empty())
            return count;
        count += static_cast<std::int64_t>(rows->size());
        last = rows->back().rowid;
    }
}

} // namespace msrl::bench
