// SPDX-License-Identifier: GPL-3.0-or-later
// Reading reference tensors and comparing with the tolerance they come with.
#pragma once

#include "engine/model/policy.h"
#include "engine/model/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace msrl::model {

inline std::filesystem::path dataFolder()
{
    return std::filesystem::path(MSRL_TEST_DATA) / "model";
}

class Golden
{
public:
    explicit Golden(const std::string& name)
        : m_file(std::move(*SafetensorsFile::open(dataFolder() / (name + ".safetensors"))))
    {
    }
    at::Tensor operator()(const std::string& name) const { return m_file.view(*m_file.find(name)).clone(); }

private:
    SafetensorsFile m_file;
};

inline Policy load(const std::string& folder, c10::ScalarType dtype = c10::ScalarType::Float)
{
    auto policy = loadPolicy(dataFolder() / folder, dtype);
    if (!policy) {
        ADD_FAILURE() << policy.error().message();
        return {};
    }
    return std::move(*policy);
}

// How far |got - want| exceeds absolute + relative * |want|; not above 0 when all elements agree.
inline double excess(
    const at::Tensor& got, const at::Tensor& want, double absolute = 2e-5, double relative = 1e-5)
{
    EXPECT_EQ(got.sizes(), want.sizes());
    if (got.sizes() != want.sizes())
        return 1.0;
    const at::Tensor over = (got - want).abs() - (want.abs() * relative + absolute);
    return over.isnan().any().item<bool>() ? 1.0 : over.max().item<double>();
}

} // namespace msrl::model
