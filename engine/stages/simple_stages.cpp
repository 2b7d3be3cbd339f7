// SPDX-License-Identifier: GPL-3.0-or-later
// Stages that only point at something: a model folder, a data file.
#include "engine/model/export.h"
#include "engine/stages/export_target.h"
#include "engine/stages/inputs.h"
#include "engine/stages/preflight.h"
#include "engine/stages/stage_functions.h"
#include "engine/stages/training_session.h"
#include "engine/vision/media.h"

#include <ATen/ops/isfinite.h>

#include <fmt/format.h>

#include <map>

namespace msrl::stages {
namespace fs = std::filesystem;

base::Result<StageResult> runModelStage(StageContext& context, const fs::path&)
{
    const fs::path folder = context.settings.projectFolder / context.text("path");
    base::Result<model::Policy> policy
        = model::loadPolicy(folder, c10::ScalarType::Float, context.settings.device);
    if (!policy)
        return policy.error();
    return StageResult { { { "path", folder.string() }, { "parameters", policy->numParameters() },
                             { "parameters_sha256", parametersHash(*policy) } },
        {} };
}

base::Status checkModelStage(PreflightContext& context, const curriculum::PlanStep& step)
{
    const fs::path folder = context.settings.projectFolder / step.params.at("path").get<std::string>();
    base::Result<model::Policy> policy
        = model::loadPolicy(folder, c10::ScalarType::Float, context.settings.device);
    if (!policy)
        return policy.error();
    for (const model::Parameter& parameter : policy->parameters) {
        if (!at::isfinite(parameter.value).all().item<bool>())
            return base::badInput("tensor '" + parameter.name + "' holds a number that is not finite",
                folder.string(), "training would come to nothing; take another checkpoint");
    }
    context.policyBytes = static_cast<std::uint64_t>(policy->numParameters()) * sizeof(float);
    return {};
}

base::Result<StageResult> runDatasetStage(StageContext& context, const fs::path&)
{
    base::Result<std::vector<data::Sample>> samples
        = loadDataset(context.step.params, context.settings.projectFolder);
    if (!samples)
        return samples.error();
    std::map<std::string, int> tasks;
    int labelled = 0;
    for (const data::Sample& sample : *samples) {
        ++tasks[data::taskTypeName(sample.task)];
        labelled += sample.gold.has_value();
    }
    return StageResult { { { "samples", samples->size() }, { "labelled", labelled }, { "by_task", tasks } },
        {} };
}

namespace {

// The same file with the same frames.
std::string decodedKey(const data::Media& media)
{
    // Of listed frames `file` is the media root, which they share with others.
    return fmt::format(
        "{}|{}|{}|{}", media.file.string(), media.key(), media.frames, data::frameRuleName(media.frameRule));
}

} // namespace

// Every picture and video is decoded once: a broken one must not end a run in its third hour.
base::Status checkDatasetStage(PreflightContext& context, const curriculum::PlanStep& step)
{
    base::Result<const std::vector<data::Sample>*> samples = context.data.samplesOf(step);
    if (!samples)
        return samples.error();
    // Nothing would be replayed, or learnt, or measured, and a share of nothing looks like a figure.
    if ((*samples)->empty())
        return base::badInput("the file holds no samples",
            (context.settings.projectFolder / step.params.at("path").get<std::string>()).string(),
            "choose another file, or take the stage out");
    for (const data::Sample& sample : **samples) {
        for (const data::Media& media : sample.allMedia()) {
            if (!media.inRow() && !context.decoded.insert(decodedKey(media)).second)
                continue;
            if (const base::Status fine = vision::checkDecodes(media); !fine)
                return base::within(fine.error(), sample.where());
        }
    }
    return {};
}

namespace {

// The artefact is the record; the person's folder gets a copy of it.
base::Status placeCopy(const StageContext& context, const fs::path& folder)
{
    const std::string target = context.text("path");
    if (target.empty())
        return {};
    return placeExport(folder / kPolicyFolder, context.settings.projectFolder / target, context.address);
}

} // namespace

base::Result<StageResult> runExportStage(StageContext& context, const fs::path& folder)
{
    base::Result<model::Policy> policy = loadInputPolicy(context, "policy");
    if (!policy)
        return policy.error();
    model::ExportOptions options;
    options.dtype = context.text("dtype") == "bfloat16" ? c10::ScalarType::BFloat16 : c10::ScalarType::Float;
    options.spelling = *model::spellingFromName(context.text("spelling"));
    if (base::Status saved = model::exportPolicy(*policy, folder / kPolicyFolder, options); !saved)
        return saved.error();
    if (base::Status placed = placeCopy(context, folder); !placed)
        return placed.error();
    return StageResult {
        { { "path", context.text("path") }, { "parameters_sha256", parametersHash(*policy) } }, {}
    };
}

base::Status replayExportStage(StageContext& context, const fs::path& folder)
{
    return placeCopy(context, folder);
}

base::Status checkExportStage(PreflightContext& context, const curriculum::PlanStep& step)
{
    const std::string target = step.params.value("path", std::string());
    return target.empty() ? base::Status() : checkExportTarget(context.settings.projectFolder / target);
}

} // namespace msrl::stages
