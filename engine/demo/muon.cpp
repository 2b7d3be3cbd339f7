// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/muon.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>

namespace msrl::demo {

namespace {

constexpr double kMomentum = 0.95;
constexpr double kDecay = 0.01;
constexpr int kIterations = 5;
// Coefficients of the quintic, chosen by its author for a steep slope at zero.
constexpr double kLinear = 3.4445;
constexpr double kCubic = -4.7750;
constexpr double kQuintic = 2.0315;

} // namespace

at::Tensor orthogonalised(const at::Tensor& matrix)
{
    const bool tall = matrix.size(0) > matrix.size(1);
    at::Tensor x = tall ? matrix.t().contiguous() : matrix.clone();
    x.div_(x.norm().item<double>() + 1e-7);
    for (int i = 0; i < kIterations; ++i) {
        const at::Tensor gram = at::mm(x, x.t());
        const at::Tensor mixed = at::addmm(gram, gram, gram, kCubic, kQuintic);
        x = at::addmm(x, mixed, x, kLinear);
    }
    return tall ? x.t() : x;
}

Muon::Muon(std::vector<at::Tensor> parameters, double lr)
    : m_parameters(std::move(parameters))
    , m_lr(lr)
{
    for (const at::Tensor& parameter : m_parameters)
        m_buffers.push_back(at::zeros_like(parameter.detach()));
}

void Muon::step(double lrFactor)
{
    const at::NoGradGuard noGrad;
    const double lr = m_lr * lrFactor;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        at::Tensor& parameter = m_parameters[i];
        const at::Tensor& gradient = parameter.grad();
        if (!gradient.defined())
            continue;
        at::Tensor& buffer = m_buffers[i];
        buffer.mul_(kMomentum).add_(gradient);
        const at::Tensor direction = orthogonalised(gradient.add(buffer, kMomentum));
        const double shape = static_cast<double>(parameter.size(0)) / static_cast<double>(parameter.size(1));
        parameter.mul_(1 - lr * kDecay).add_(direction, -lr * std::sqrt(std::max(1.0, shape)));
    }
}

} // namespace msrl::demo
