// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/optimiser.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace msrl::update {

namespace {

const std::string kAverage = "exp_avg/";
const std::string kSquare = "exp_avg_sq/";
const std::string kSteps = "steps/";

at::Tensor normsOf(const std::vector<at::Tensor>& gradients)
{
    return at::stack(at::_foreach_norm(gradients, 2)).to(at::kCPU);
}

} // namespace

// The parameters that have a gradient in this step, group by group.
struct Adam::Active
{
    struct Group
    {
        std::vector<at::Tensor> parameters, gradients, average, square, steps;
        std::vector<const std::string*> names;
    };
    std::vector<Group> groups;
    std::vector<at::Tensor> allGradients;
    std::vector<const std::string*> allNames;
};

bool isDecayed(const std::string& parameterName)
{
    const auto endsWith = [&](std::string_view end) {
        return parameterName.size() >= end.size()
            && parameterName.compare(parameterName.size() - end.size(), end.size(), end) == 0;
    };
    if (endsWith(".bias"))
        return false;
    if (!endsWith(".weight"))
        return true;
    // "…input_layernorm.weight", "…q_norm.weight", "…norm1.weight", "…layer_norm.weight"
    const std::string path
        = parameterName.substr(0, parameterName.size() - std::string_view(".weight").size());
    const std::string last = path.substr(path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1);
    return last.find("norm") == std::string::npos;
}

std::vector<ParameterGroup> splitByDecay(
    std::vector<NamedParameter> parameters, double lr, double weightDecay, const std::string& groupName)
{
    ParameterGroup decayed { groupName, {}, lr, weightDecay };
    ParameterGroup plain { groupName + "/no-decay", {}, lr, 0.0 };
    for (NamedParameter& parameter : parameters)
        (isDecayed(parameter.name) ? decayed : plain).parameters.push_back(std::move(parameter));
    std::vector<ParameterGroup> groups;
    for (ParameterGroup* group : { &decayed, &plain })
        if (!group->parameters.empty())
            groups.push_back(std::move(*group));
    return groups;
}

Adam::Adam(std::vector<ParameterGroup> groups, AdamOptions options)
    : m_groups(std::move(groups))
    , m_options(options)
{
    const at::NoGradGuard noGrad;
    for (const ParameterGroup& group : m_groups) {
        Moments moments;
        for (const NamedParameter& parameter : group.parameters) {
            moments.average.push_back(emptyState(kAverage, parameter.tensor));
            moments.square.push_back(emptyState(kSquare, parameter.tensor));
            moments.steps.push_back(emptyState(kSteps, parameter.tensor));
        }
        m_moments.push_back(std::move(moments));
    }
}

Adam::Active Adam::collect() const
{
    Active active;
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        Active::Group group;
        for (std::size_t i = 0; i < m_groups[g].parameters.size(); ++i) {
            const NamedParameter& parameter = m_groups[g].parameters[i];
            if (!parameter.tensor.grad().defined())
                continue;
            group.parameters.push_back(parameter.tensor.detach());
            group.gradients.push_back(parameter.tensor.grad());
            group.average.push_back(m_moments[g].average[i]);
            group.square.push_back(m_moments[g].square[i]);
            group.steps.push_back(m_moments[g].steps[i]);
            active.allGradients.push_back(parameter.tensor.grad());
            active.allNames.push_back(&parameter.name);
        }
        active.groups.push_back(std::move(group));
    }
    return active;
}

StepReport examineNorms(const at::Tensor& norms, const std::vector<const std::string*>& names)
{
    StepReport report;
    report.gradNorm = at::linalg_vector_norm(norms, 2).item().toDouble();
    if (std::isfinite(report.gradNorm))
        return report;
    report.skipped = true;
    for (std::int64_t i = 0; i < norms.size(0) && report.offender.empty(); ++i)
        if (!std::isfinite(norms[i].item().toDouble()))
            report.offender = *names[static_cast<std::size_t>(i)];
    if (report.offender.empty())
        report.offender = "the sum over all parameters";
    return report;
}

StepReport Adam::step(double lrFactor)
{
    const at::NoGradGuard noGrad;
    Active active = collect();
    if (active.allGradients.empty())
        return {};
    const StepReport report = examineNorms(normsOf(active.allGradients), active.allNames);
    if (!report.skipped)
        apply(active, report.gradNorm, lrFactor);
    return report;
}

at::Tensor Adam::gradientNorms() const
{
    const at::NoGradGuard noGrad;
    const Active active = collect();
    return active.allGradients.empty() ? at::Tensor() : normsOf(active.allGradients);
}

void Adam::apply(double gradNorm, double lrFactor)
{
    Active active = collect();
    if (!active.allGradients.empty())
        apply(active, gradNorm, lrFactor);
}

void Adam::apply(Active& active, double gradNorm, double lrFactor)
{
    const at::NoGradGuard noGrad;
    const double scale = m_options.maxGradNorm > 0.0 ? m_options.maxGradNorm / (gradNorm + 1e-6) : 1.0;
    if (scale < 1.0)
        at::_foreach_mul_(active.allGradients, scale);
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        Active::Group& group = active.groups[g];
        if (group.parameters.empty())
            continue;
        at::_foreach_add_(group.steps, 1.0);
        at::_fused_adamw_(group.parameters, group.gradients, group.average, group.square, {}, group.steps,
            m_groups[g].lr * lrFactor, m_options.beta1, m_options.beta2, m_groups[g].weightDecay,
            m_options.epsilon, false, false);
    }
}

void Adam::zeroGrad()
{
    for (ParameterGroup& group : m_groups)
        for (NamedParameter& parameter : group.parameters)
            parameter.tensor.mutable_grad() = at::Tensor();
}

const std::vector<std::string>& Adam::stateKinds()
{
    static const std::vector<std::string> kinds { kAverage, kSquare, kSteps };
    return kinds;
}

at::Tensor Adam::emptyState(const std::string& kind, const at::Tensor& parameter)
{
    return kind == kSteps ? at::zeros({}, parameter.options().dtype(at::kFloat).requires_grad(false))
                          : at::zeros_like(parameter);
}

std::vector<std::pair<std::string, at::Tensor>> Adam::state() const
{
    std::vector<std::pair<std::string, at::Tensor>> out;
    for (std::size_t g = 0; g < m_groups.size(); ++g)
        for (std::size_t i = 0; i < m_groups[g].parameters.size(); ++i) {
            const std::string& name = m_groups[g].parameters[i].name;
            out.emplace_back(kAverage + name, m_moments[g].average[i]);
            out.emplace_back(kSquare + name, m_moments[g].square[i]);
            out.emplace_back(kSteps + name, m_moments[g].steps[i]);
        }
    return out;
}

base::Status Adam::restore(const std::vector<std::pair<std::string, at::Tensor>>& state)
{
    const at::NoGradGuard noGrad;
    std::map<std::string, at::Tensor> mine;
    for (const auto& [name, tensor] : this->state())
        mine.emplace(name, tensor);
    if (state.size() != mine.size())
        return base::badInput(
            fmt::format("{} tensors of optimiser state, expected {}", state.size(), mine.size()),
            "optimiser state", "the checkpoint belongs to other trained parameters");
    for (const auto& [name, tensor] : state) {
        const auto found = mine.find(name);
        if (found == mine.end())
            return base::badInput("no such tensor in the optimiser", "optimiser state, " + name,
                "the checkpoint belongs to other trained parameters");
        if (found->second.sizes() != tensor.sizes() || found->second.scalar_type() != tensor.scalar_type())
            return base::badInput("shape or type differs from the parameter's", "optimiser state, " + name,
                "the checkpoint belongs to another model");
    }
    for (const auto& [name, tensor] : state)
        mine.at(name).copy_(tensor);
    return {};
}

} // namespace msrl::update
