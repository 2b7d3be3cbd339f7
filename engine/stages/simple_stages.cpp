// SPDX-License-Identifier: GPL-3.0-or-later
// Stages that only point at something: a model folder, a data file.
#include "engine/model/policy.h"
#include "engine/stages/inputs.h"
#include "engine/stages/stage_functions.h"
#include "engine/stages/training_session.h"

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

base::Result<StageResult> runExportStage(StageContext& context, const fs::path& folder)
{
    base::Result<model::Policy> policy = loadInputPolicy(context, "policy");
    if (!policy)
        return policy.error();
    const c10::ScalarType dtype
        = context.text("dtype") == "bfloat16" ? c10::ScalarType::BFloat16 : c10::ScalarType::Float;
    const std::string target = context.text("path");
    if (base::Status saved = model::savePolicy(*policy, folder / kPolicyFolder, dtype); !saved)
        return saved.error();
    if (!target.empty()) {
        // The artefact is the record; the person's folder gets a copy beside what may already stand there.
        const fs::path out = context.settings.projectFolder / target;
        std::error_code ec;
        fs::create_directories(out, ec);
        fs::copy(folder / kPolicyFolder, out,
            fs::copy_options::recursive | fs::copy_options::overwrite_existing, ec);
        if (ec)
            return base::failed("cannot write the exported model: " + ec.message(), out.string());
    }
    return StageResult { { { "path", target }, { "parameters_sha256", parametersHash(*policy) } }, {} };
}

} // namespace msrl::stages
