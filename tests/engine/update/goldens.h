// SPDX-License-Identifier: GPL-3.0-or-later
// Tensors of a golden file, by name, and comparison within a tolerance.
#pragma once

#include "engine/model/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace msrl::test {

class GoldenFile
{
public:
    explicit GoldenFile(const std::string& relative)
    {
        auto file = model::SafetensorsFile::open(std::filesystem::path(MSRL_TEST_DATA) / relative);
        if (!file)
            throw std::runtime_error(file.error().message());
        m_file.emplace(std::move(*file));
    }

    bool has(const std::string& name) const { return m_file->find(name) != nullptr; }
    at::Tensor get(const std::string& name) const
    {
        const model::TensorEntry* entry = m_file->find(name);
        if (entry == nullptr)
            throw std::runtime_error("no golden tensor " + name);
        return m_file->view(*entry).clone();
    }
    const model::SafetensorsFile& file() const { return *m_file; }

private:
    std::optional<model::SafetensorsFile> m_file;
};

// |got - want| <= absolute + relative |want| everywhere.
inline testing::AssertionResult isClose(
    const at::Tensor& got, const at::Tensor& want, double relative, double absolute)
{
    if (got.sizes() != want.sizes())
        return testing::AssertionFailure() << "shapes differ";
    const at::Tensor a = got.detach().to(at::kDouble);
    const at::Tensor b = want.detach().to(at::kDouble);
    const at::Tensor excess = (a - b).abs() - relative * b.abs() - absolute;
    if (excess.numel() == 0 || excess.max().item().toDouble() <= 0.0)
        return testing::AssertionSuccess();
    return testing::AssertionFailure() << "largest difference " << (a - b).abs().max().item().toDouble();
}

} // namespace msrl::test
