// SPDX-License-Identifier: GPL-3.0-or-later
// The stages themselves; see StageFunction, StageReplay and StageCheck in stage.h.
#pragma once

#include "engine/stages/stage.h"

namespace msrl::stages {

base::Result<StageResult> runModelStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runDatasetStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runCaptionerStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runSftStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runRlStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runCmkdStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runGateStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runEvaluateStage(StageContext& context, const std::filesystem::path& folder);
base::Result<StageResult> runExportStage(StageContext& context, const std::filesystem::path& folder);

base::Status replayCmkdStage(StageContext& context, const std::filesystem::path& folder);
base::Status replayEvaluateStage(StageContext& context, const std::filesystem::path& folder);
base::Status replayExportStage(StageContext& context, const std::filesystem::path& folder);

base::Status checkModelStage(PreflightContext& context, const curriculum::PlanStep& step);
base::Status checkDatasetStage(PreflightContext& context, const curriculum::PlanStep& step);
base::Status checkCaptionerStage(PreflightContext& context, const curriculum::PlanStep& step);
base::Status checkExportStage(PreflightContext& context, const curriculum::PlanStep& step);

} // namespace msrl::stages
