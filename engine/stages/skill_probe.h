// SPDX-License-Identifier: GPL-3.0-or-later
// How well a policy in training still does what an earlier stage taught it: a small held-out set, judged
// every so many steps. It draws nothing at random and changes nothing, so that training is the same without
// it.
#pragma once

#include "engine/stages/held_out.h"

#include <optional>

namespace msrl::stages {

class SkillProbe
{
public:
    // Nothing where no probe is connected, or its interval is 0.
    static base::Result<std::optional<SkillProbe>> make(const StageContext& context);

    bool isDue(std::int64_t finishedSteps) const { return finishedSteps % m_every == 0; }
    // Points "probe/accuracy", "probe/both_orders" and "probe/format" at that step, of the set's name.
    base::Status run(const StageContext& context, const model::Policy& policy, const SampleEncoder& encoder,
        std::int64_t finishedSteps) const;

private:
    SkillProbe(HeldOutSet set, std::int64_t every);

    HeldOutSet m_set;
    std::int64_t m_every;
};

} // namespace msrl::stages
