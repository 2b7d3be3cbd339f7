// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW over groups of parameters, with global-norm clipping and refusal of non-finite gradients.
#pragma once

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace msrl::update {

struct NamedParameter
{
    std::string name;
    at::Tensor tensor; // a leaf; gradients are read from .grad()
};

struct ParameterGroup
{
    std::string name;
    std::vector<NamedParameter> parameters;
    double lr = 1e-3; // peak; step() multiplies it by the schedule's factor
    double weightDecay = 0.0;
};

struct AdamOptions
{
    double beta1 = 0.9;
    double beta2 = 0.95;
    double epsilon = 1e-8;
    double maxGradNorm = 1.0; // 0: no clipping
};

// Splits parameters into one group with decay and one without: biases and the weights of norms have none.
std::vector<ParameterGroup> splitByDecay(
    std::vector<NamedParameter> parameters, double lr, double weightDecay, const std::string& groupName);
// False for biases and norm weights; true for everything else (also layer scales, class token, positions).
bool isDecayed(const std::string& parameterName);

struct StepReport
{
    double gradNorm = 0; // before clipping, over all groups; may be non-finite
    bool skipped = false; // a gradient was not finite: nothing was changed
    std::string offender; // then: the first parameter with such a gradient
};

// What a step may do with gradients of these norms, [n] in the order of `names`.
StepReport examineNorms(const at::Tensor& norms, const std::vector<const std::string*>& names);

// p *= 1 - lr·wd; m, v moving averages; p -= lr · m̂ / (√v̂ + ε). Gradients are scaled by
// min(1, maxGradNorm / (‖g‖₂ + 1e-6)) over all groups first. A parameter without a gradient is left alone.
// Owner: the training thread.
class Adam
{
public:
    Adam(std::vector<ParameterGroup> groups, AdamOptions options);

    // Applies the gradients at lr = group.lr * lrFactor. Gradients stay (scaled by the clipping): zeroGrad().
    StepReport step(double lrFactor);
    // The two halves of step(), for parameters that are spread over several optimisers: the norm of each
    // gradient, [n] in the order of the parameters that have one (undefined: none has), and the step of these
    // parameters when the norm over those of all optimisers is `gradNorm`.
    at::Tensor gradientNorms() const;
    void apply(double gradNorm, double lrFactor);
    // Drops all gradients.
    void zeroGrad();

    const std::vector<ParameterGroup>& groups() const { return m_groups; }
    const AdamOptions& options() const { return m_options; }

    // Moments and step counts as named tensors ("exp_avg/NAME", "exp_avg_sq/NAME", "steps/NAME"), sharing
    // memory.
    std::vector<std::pair<std::string, at::Tensor>> state() const;
    // What stands before the parameter's name there, in this order, and such a tensor before the first step.
    static const std::vector<std::string>& stateKinds();
    static at::Tensor emptyState(const std::string& kind, const at::Tensor& parameter);
    // Copies a state of the same parameters in; anything missing, unknown or of another shape is refused
    // before a value is changed.
    base::Status restore(const std::vector<std::pair<std::string, at::Tensor>>& state);

private:
    struct Moments
    {
        std::vector<at::Tensor> average, square, steps;
    };
    struct Active;
    Active collect() const;
    void apply(Active& active, double gradNorm, double lrFactor);

    std::vector<ParameterGroup> m_groups;
    std::vector<Moments> m_moments; // per group
    AdamOptions m_options;
};

} // namespace msrl::update
