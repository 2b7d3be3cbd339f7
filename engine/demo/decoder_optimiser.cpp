// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/decoder_optimiser.h"

#include <cmath>

namespace msrl::demo {

namespace {

constexpr double kMuonLr = 0.02;
constexpr double kAdamLr = 3e-3;
// Phase (a) has taught these already; far less leaves video captions behind.
constexpr double kVisionLr = 5e-4;
constexpr double kWeightDecay = 0.01;

} // namespace

DecoderOptimiser::DecoderOptimiser(const model::Policy& policy)
{
    std::vector<at::Tensor> matrices;
    update::ParameterGroup language { "language", {}, kAdamLr, kWeightDecay };
    update::ParameterGroup vision { "vision", {}, kVisionLr, kWeightDecay };
    for (const model::Parameter& parameter : model::trainableParameters(policy)) {
        m_all.push_back(parameter.value);
        const bool inDecoder = parameter.part == model::Part::Language;
        if (inDecoder && parameter.value.dim() == 2 && parameter.name.find(".layers.") != std::string::npos)
            matrices.push_back(parameter.value);
        else
            (inDecoder ? language : vision).parameters.push_back({ parameter.name, parameter.value });
    }
    std::vector<update::ParameterGroup> groups { language };
    if (!vision.parameters.empty())
        groups.push_back(vision);
    m_muon.emplace(std::move(matrices), kMuonLr);
    m_adam.emplace(std::move(groups), update::AdamOptions { 0.9, 0.95, 1e-8, 0.0 });
}

void DecoderOptimiser::zeroGrad()
{
    for (at::Tensor& parameter : m_all)
        parameter.mutable_grad() = at::Tensor();
}

base::Status DecoderOptimiser::step(double lrFactor, double maxNorm)
{
    double squares = 0;
    for (const at::Tensor& parameter : m_all)
        if (parameter.grad().defined())
            squares += std::pow(parameter.grad().norm().item<double>(), 2);
    const double norm = std::sqrt(squares);
    if (!std::isfinite(norm))
        return base::failed("a gradient is not finite", "demo base");
    if (maxNorm > 0 && norm > maxNorm)
        for (at::Tensor& parameter : m_all)
            if (parameter.grad().defined())
                parameter.mutable_grad().mul_(maxNorm / (norm + 1e-6));
    m_muon->step(lrFactor);
    m_adam->step(lrFactor);
    return {};
}

} // namespace msrl::demo
