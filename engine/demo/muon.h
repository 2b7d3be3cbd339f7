// SPDX-License-Identifier: GPL-3.0-or-later
// Muon: momentum whose update of each matrix is made nearly orthogonal by a Newton-Schulz iteration (Jordan
// et al., 2024). Used only to pre-train the demo's base, where it learns look-up several times faster than
// AdamW.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace msrl::demo {

// Owner: the training thread.
class Muon
{
public:
    // REQUIRES: every parameter is a matrix.
    Muon(std::vector<at::Tensor> parameters, double lr);

    // g = momentum · buffer + gradient (Nesterov); p *= 1 - lr·decay; p -= lr · max(1, rows/columns)^½ ·
    // orthogonal(g). A parameter without a gradient is left alone.
    void step(double lrFactor);

private:
    std::vector<at::Tensor> m_parameters;
    std::vector<at::Tensor> m_buffers;
    double m_lr;
};

// The nearest matrix with singular values of about 1.
at::Tensor orthogonalised(const at::Tensor& matrix);

} // namespace msrl::demo
