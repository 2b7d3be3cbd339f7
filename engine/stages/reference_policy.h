// SPDX-License-Identifier: GPL-3.0-or-later
// The policy that the KL term of reinforcement pulls towards: the stage's input, or, where it is reset every
// so many steps, the policy as it was at the last reset.
#pragma once

#include "engine/model/policy.h"
#include "engine/stages/stage.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace msrl::stages {

// Every rank has one and calls the same functions. A reset is written to the stage's work folder before any
// checkpoint of its step, so that a resumed stage finds it. Owner: the training thread.
class ReferencePolicy
{
public:
    // `dtype`: what it computes in. `every`: steps between resets, 0: none. The context must outlive it.
    ReferencePolicy(StageContext& context, c10::ScalarType dtype, std::int64_t every);

    // The reference of the step that follows `finished` steps; loaded when it is first asked for.
    base::Result<const model::Policy*> after(std::int64_t finished);
    // Call it when a step has ended: resets when that is due. `policy` is the one with all its bits.
    base::Status stepEnded(std::int64_t finished, const model::Policy& policy);
    // Removes what no step from `finished` on needs.
    void removeBefore(std::int64_t finished) const;

private:
    std::int64_t resetBefore(std::int64_t finished) const;
    std::filesystem::path folderOf(std::int64_t reset) const;

    StageContext* m_context;
    c10::ScalarType m_dtype;
    std::int64_t m_every;
    std::int64_t m_reset = 0; // step of m_policy
    std::unique_ptr<model::Policy> m_policy;
};

} // namespace msrl::stages
