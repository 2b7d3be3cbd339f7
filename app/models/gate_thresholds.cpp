// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/gate_thresholds.h"

#include "core/base/json.h"
#include "core/judge/acceptance.h"

#include <limits>

namespace msrl::models {

namespace {

base::Result<GateThresholds> thresholdsOf(const base::Json& params, const std::string& place)
{
    base::ObjectReader in(params, place);
    GateThresholds thresholds;
    const std::string policy = in.text("policy");
    thresholds.byHand = policy == "by_hand";
    thresholds.minVoteShare = in.real("min_vote_share");
    thresholds.measure = in.text("confidence");
    thresholds.minConfidence = in.real("min_confidence");
    if (policy == "sampled") {
        thresholds.maxError = in.real("max_error");
        if (thresholds.maxError <= 0 || thresholds.maxError >= 1)
            in.fault("max_error", "is no share between 0 and 1");
        thresholds.sampleSize = in.integerIn("sample", 0, std::numeric_limits<int>::max());
    }
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    if (policy == "sampled" && thresholds.sampleSize == 0)
        thresholds.sampleSize = static_cast<int>(judge::checksFor(thresholds.maxError));
    return thresholds;
}

} // namespace

base::Result<GateThresholds> readThresholds(const std::filesystem::path& planFile, const std::string& stage)
{
    const base::Result<base::Json> json = base::readJsonFile(planFile);
    if (!json)
        return json.error();
    base::ObjectReader plan(*json, planFile.string());
    const base::Json& steps = plan.array("steps");
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string place = planFile.string() + ", step " + std::to_string(i + 1);
        base::ObjectReader step(steps[i], place);
        if (step.text("id") == stage)
            return thresholdsOf(step.object("params"), place + ", params");
        if (base::Status read = step.finish(base::ObjectReader::Unknown::Keep); !read)
            return read.error();
    }
    if (base::Status read = plan.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return base::badInput("has no step " + stage, planFile.string());
}

} // namespace msrl::models
