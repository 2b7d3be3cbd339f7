// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's base judge from nothing to a model folder: what `msrl-engine demo-base OUT` runs. The result
// ships in resources/demo/base; nobody has to repeat this to use the demo.
#pragma once

#include "core/base/result.h"
#include "engine/demo/pretrain.h"
#include "engine/demo/probe.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace msrl::demo {

struct BaseJudgeReport
{
    BaseProbe probe;
    std::int64_t parameters = 0;
    std::int64_t vocabulary = 0;
    double seconds = 0;
};

// Builds the tokenizer, pre-trains, probes and writes the Hugging Face folder `out` (bfloat16 would cost
// accuracy at this size: float32). Refused when `out` exists. Deterministic at equal seed, options and number
// of threads.
base::Result<BaseJudgeReport> makeBaseJudge(const std::filesystem::path& out,
    const PretrainOptions& options = {}, const PretrainObserver& onProgress = {}, std::stop_token stop = {});

} // namespace msrl::demo
