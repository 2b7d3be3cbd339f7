// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/stage.h"

#include "core/base/clock.h"
#include "core/base/hash.h"
#include "engine/stages/stage_functions.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr std::array kStages = {
    StageEntry { .nodeType = "model", .run = runModelStage, .check = checkModelStage },
    StageEntry { .nodeType = "dataset", .run = runDatasetStage, .check = checkDatasetStage },
    StageEntry {
        .nodeType = "captioner", .run = runCaptionerStage, .together = true, .check = checkCaptionerStage },
    StageEntry { .nodeType = "sft", .run = runSftStage, .together = true },
    StageEntry { .nodeType = "rl", .run = runRlStage, .together = true },
    StageEntry { .nodeType = "cmkd", .run = runCmkdStage, .replay = replayCmkdStage, .together = true },
    StageEntry { .nodeType = "gate", .run = runGateStage, .always = true },
    StageEntry {
        .nodeType = "evaluate", .run = runEvaluateStage, .replay = replayEvaluateStage, .together = true },
    StageEntry { .nodeType = "export",
        .run = runExportStage,
        .replay = replayExportStage,
        .checkTarget = checkExportStage },
};

} // namespace

const StageEntry* findStage(const std::string& nodeType)
{
    for (const StageEntry& entry : kStages) {
        if (nodeType == entry.nodeType)
            return &entry;
    }
    return nullptr;
}

fs::path StageContext::inputFolder(const curriculum::PlanInput& input) const
{
    return artefacts.folder(addresses.at(input.step));
}

const curriculum::PlanInput* StageContext::input(const char* port) const
{
    const auto it = step.inputs.find(port);
    return it == step.inputs.end() ? nullptr : &it->second.front();
}

std::span<const curriculum::PlanInput> StageContext::inputs(const char* port) const
{
    const auto it = step.inputs.find(port);
    return it == step.inputs.end() ? std::span<const curriculum::PlanInput>() : it->second;
}

void StageContext::publish(store::StageState state, const std::string& message)
{
    row.state = state;
    row.message = message;
    sink.stage(row);
}

void StageContext::progress(std::int64_t done, std::int64_t total)
{
    row.step = done;
    row.total = total;
    sink.stage(row);
}

void StageContext::log(
    store::EventLevel level, const std::string& kind, const std::string& text, const base::Json& data)
{
    store::EventRow event;
    event.level = level;
    event.kind = kind;
    event.stage = step.id;
    event.step = row.step;
    event.text = text;
    event.data = data;
    event.timeMs = base::nowMs();
    sink.event(event);
}

std::uint64_t streamIdOf(const curriculum::PlanStep& step)
{
    const std::string digest = base::sha256(step.nodeId);
    return std::stoull(digest.substr(0, 15), nullptr, 16);
}

base::Error frozenWithoutResult(const curriculum::PlanStep& step)
{
    return base::badInput("is frozen, but there is no result to reuse", "node " + step.nodeId,
        "unfreeze it, or run it once with these parameters and inputs");
}

base::Error stoppedOnRequest(const StageContext& context)
{
    return base::stopped(fmt::format("stopped on request after step {}", context.row.step));
}

} // namespace msrl::stages
