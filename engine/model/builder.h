// SPDX-License-Identifier: GPL-3.0-or-later
// What the architectures share in laying out their parameters.
#pragma once

#include "engine/model/policy.h"

#include <ATen/ops/empty.h>
#include <c10/core/TensorOptions.h>

#include <string>
#include <utility>
#include <vector>

namespace msrl::model {

// Allocates parameters in order and registers them with the policy. Their values are not set: whoever
// allocates fills them, and writing a large model twice would double the time it takes to load.
class Builder
{
public:
    Builder(Policy& policy, c10::ScalarType dtype, c10::Device device)
        : m_policy(policy)
        , m_options(at::TensorOptions().dtype(dtype).device(device))
    {
    }

    // What is allocated from now on belongs to this part.
    void startPart(Part part) { m_part = part; }

    at::Tensor tensor(const std::string& name, at::IntArrayRef shape)
    {
        return add(name, at::empty(shape, m_options));
    }
    // NAME.weight [out,in] and NAME.bias [out].
    LinearWeights linear(const std::string& name, std::int64_t out, std::int64_t in)
    {
        return { tensor(name + ".weight", { out, in }), tensor(name + ".bias", { out }) };
    }
    // NAME.weight [size] and NAME.bias [size].
    NormWeights norm(const std::string& name, std::int64_t size)
    {
        return { tensor(name + ".weight", { size }), tensor(name + ".bias", { size }) };
    }

    struct Rows
    {
        std::string name;
        std::int64_t count;
    };
    // Several matrices [count,in] in one block [sum of counts,in]; their parameters are its row slices.
    void block(const std::vector<Rows>& parts, std::int64_t in, bool bias, LinearWeights& whole,
        std::vector<LinearWeights>& slices)
    {
        std::int64_t rows = 0;
        for (const Rows& part : parts)
            rows += part.count;
        whole.weight = at::empty({ rows, in }, m_options);
        if (bias)
            whole.bias = at::empty({ rows }, m_options);
        std::int64_t at = 0;
        for (const Rows& part : parts) {
            LinearWeights slice;
            slice.weight = add(part.name + ".weight", whole.weight.narrow(0, at, part.count).detach());
            if (bias)
                slice.bias = add(part.name + ".bias", whole.bias.narrow(0, at, part.count).detach());
            slices.push_back(std::move(slice));
            at += part.count;
        }
    }

private:
    at::Tensor add(const std::string& name, at::Tensor value)
    {
        m_policy.parameters.push_back({ name, m_part, value });
        return value;
    }

    Policy& m_policy;
    at::TensorOptions m_options;
    Part m_part = Part::Vision;
};

// The decoder (Qwen2 or Qwen3) under language_model., and its table of rotary positions.
void buildText(Builder& build, const ModelConfig& config, Weights& out);
void buildRotary(const TextConfig& config, c10::ScalarType dtype, c10::Device device, Weights& out);

} // namespace msrl::model
