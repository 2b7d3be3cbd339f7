// SPDX-License-Identifier: GPL-3.0-or-later
// A policy: the configuration, the named parameters and the folder its tokenizer came from.
#pragma once

#include "core/base/result.h"
#include "engine/model/config.h"
#include "engine/model/weights.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::model {

enum class Part { Vision, Projector, Language };
std::string_view partName(Part part); // "vision", "projector", "language"

struct Parameter
{
    std::string name; // on-disk Hugging Face spelling
    Part part = Part::Language;
    at::Tensor value; // leaf; change it in place only (copy_, add_): the forward sees the same storage
};

// Movable, not copyable by accident: use clone().
struct Policy
{
    ModelConfig config;
    std::filesystem::path folder; // tokenizer and preprocessor files; empty for a new policy
    std::vector<Parameter> parameters; // fixed order: vision, projector, language
    Weights weights; // the same tensors by their role

    Policy() = default;
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;
    Policy(Policy&&) = default;
    Policy& operator=(Policy&&) = default;

    c10::ScalarType dtype() const { return weights.embedding.scalar_type(); }
    c10::Device device() const { return weights.embedding.device(); }
    // Nothing when there is no such parameter.
    const at::Tensor* find(std::string_view name) const;
    std::int64_t numParameters(Part part) const;
    std::int64_t numParameters() const;
    std::int64_t numBytes() const; // of all parameters
};

// Loads FOLDER/config.json and its safetensors (one file or shards with an index; any of the three key
// spellings). Every missing, unknown or misshapen tensor is an error that names it and both shapes.
base::Result<Policy> loadPolicy(
    const std::filesystem::path& folder, c10::ScalarType dtype, c10::Device device = c10::kCPU);

// A new policy with random weights (normal 0.02, norms 1, biases 0; layer scale 0.1), a function of the seed.
base::Result<Policy> createPolicy(
    const ModelConfig& config, std::uint64_t seed, c10::ScalarType dtype = c10::ScalarType::Float);

// Writes config.json, model.safetensors (in `dtype`) and the tokenizer and preprocessor files of
// policy.folder. The folder appears whole or not at all; an existing one is an error.
base::Status savePolicy(const Policy& policy, const std::filesystem::path& folder,
    c10::ScalarType dtype = c10::ScalarType::Float);

// An independent copy, without gradients; in another number format when one is given.
Policy clone(const Policy& policy, std::optional<c10::ScalarType> dtype = {});
// REQUIRES: the same configuration.
void copyParameters(const Policy& from, Policy& to);

// Marks exactly the parameters of these parts as trainable (requires_grad) and drops all gradients.
void setTrainable(Policy& policy, const std::vector<Part>& parts);
// The parameters that require gradients, in order.
std::vector<Parameter> trainableParameters(const Policy& policy);

} // namespace msrl::model
