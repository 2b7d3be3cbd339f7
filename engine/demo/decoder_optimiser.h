// SPDX-License-Identifier: GPL-3.0-or-later
// The optimisers of base pre-training: Muon for the decoder's matrices, AdamW for everything else.
#pragma once

#include "core/base/result.h"
#include "engine/demo/muon.h"
#include "engine/model/policy.h"
#include "engine/update/optimiser.h"

#include <optional>

namespace msrl::demo {

// Owner: the training thread.
class DecoderOptimiser
{
public:
    // Takes the parameters that are trainable now.
    explicit DecoderOptimiser(const model::Policy& policy);

    void zeroGrad();
    // Clips the norm of all gradients to `maxNorm` (0: not at all) and steps. Failed when a gradient is not
    // finite.
    base::Status step(double lrFactor, double maxNorm);

private:
    std::vector<at::Tensor> m_all;
    std::optional<Muon> m_muon;
    std::optional<update::Adam> m_adam;
};

} // namespace msrl::demo
