// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/policy.h"

#include "engine/model/architecture.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/normal.h>

#include <algorithm>
#include <utility>

namespace msrl::model {
namespace {

constexpr double kInitialDeviation = 0.02;
constexpr double kInitialLayerScale = 0.1;

bool isNormWeight(std::string_view name)
{
    return name.ends_with("norm.weight") || name.find("layernorm") != std::string_view::npos
        || name.find("layer_norm") != std::string_view::npos;
}

} // namespace

std::string_view partName(Part part)
{
    switch (part) {
    case Part::Vision:
        return "vision";
    case Part::Projector:
        return "projector";
    case Part::Language:
        return "language";
    }
    return {};
}

const at::Tensor* Policy::find(std::string_view name) const
{
    const auto found = std::find_if(
        parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == name; });
    return found == parameters.end() ? nullptr : &found->value;
}

std::int64_t Policy::numParameters(Part part) const
{
    std::int64_t count = 0;
    for (const Parameter& parameter : parameters)
        count += parameter.part == part ? parameter.value.numel() : 0;
    return count;
}

std::int64_t Policy::numParameters() const
{
    return numParameters(Part::Vision) + numParameters(Part::Projector) + numParameters(Part::Language);
}

std::int64_t Policy::numBytes() const
{
    std::int64_t bytes = 0;
    for (const Parameter& parameter : parameters)
        bytes += static_cast<std::int64_t>(parameter.value.nbytes());
    return bytes;
}

base::Result<Policy> createPolicy(const ModelConfig& config, std::uint64_t seed, c10::ScalarType dtype)
{
    if (const base::Status fault = checkConfig(config, "new policy"); !fault)
        return fault.error();
    const at::NoGradGuard noGrad;
    Policy policy = architectureOf(config).allocate(config, dtype, c10::kCPU);
    at::Generator generator = at::detail::createCPUGenerator(seed);
    for (Parameter& parameter : policy.parameters) {
        const std::string_view name = parameter.name;
        if (name.ends_with(".bias"))
            parameter.value.zero_();
        else if (isNormWeight(name))
            parameter.value.fill_(1.0);
        else if (name.find(".lambda_") != std::string_view::npos)
            parameter.value.fill_(kInitialLayerScale);
        else
            parameter.value.normal_(0.0, kInitialDeviation, generator);
    }
    return policy;
}

Policy clone(const Policy& policy, std::optional<c10::ScalarType> dtype)
{
    const at::NoGradGuard noGrad;
    Policy copy = architectureOf(policy.config)
                      .allocate(policy.config, dtype.value_or(policy.dtype()), policy.device());
    copy.folder = policy.folder;
    copyParameters(policy, copy);
    return copy;
}

void copyParameters(const Policy& from, Policy& to)
{
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < from.parameters.size(); ++i)
        to.parameters[i].value.copy_(from.parameters[i].value);
}

void setTrainable(Policy& policy, const std::vector<Part>& parts)
{
    for (Parameter& parameter : policy.parameters) {
        const bool trainable = std::find(parts.begin(), parts.end(), parameter.part) != parts.end();
        parameter.value.mutable_grad().reset();
        parameter.value.set_requires_grad(trainable);
    }
}

std::vector<Parameter> trainableParameters(const Policy& policy)
{
    std::vector<Parameter> out;
    for (const Parameter& parameter : policy.parameters) {
        if (parameter.value.requires_grad())
            out.push_back(parameter);
    }
    return out;
}

} // namespace msrl::model
