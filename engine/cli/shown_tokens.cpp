// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/shown_tokens.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <fmt/format.h>

#include <algorithm>

namespace msrl::cli {
namespace {

at::Tensor integers(const std::vector<std::int64_t>& values)
{
    return at::tensor(values, at::TensorOptions().dtype(at::kLong));
}

// The shape of x with rows and columns in one dimension.
std::vector<std::int64_t> flatShape(const at::Tensor& x, std::int64_t rows)
{
    std::vector<std::int64_t> shape { rows };
    shape.insert(shape.end(), x.sizes().begin() + 2, x.sizes().end());
    return shape;
}

std::vector<std::int64_t> batchShape(const at::Tensor& x, std::int64_t columns)
{
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape[1] = columns;
    return shape;
}

} // namespace

base::Result<ShownTokens> ShownTokens::from(const at::Tensor& mask, const std::string& place)
{
    const std::int64_t rows = mask.size(0);
    const std::int64_t columns = mask.size(1);
    const at::Tensor plain = mask.contiguous();
    const bool* shown = plain.const_data_ptr<bool>();
    ShownTokens out;
    out.m_inputColumns = out.m_numColumns = columns;
    std::vector<std::vector<std::int64_t>> kept(static_cast<std::size_t>(rows));
    bool holes = false;
    for (std::size_t row = 0; row < kept.size(); ++row) {
        for (std::int64_t t = 0; t < columns; ++t) {
            if (shown[static_cast<std::int64_t>(row) * columns + t])
                kept[row].push_back(t);
        }
        if (kept[row].empty())
            return base::badInput(fmt::format("attention_mask hides all of row {}", row), place);
        out.m_begins.push_back(kept[row].front());
        out.m_lengths.push_back(static_cast<std::int64_t>(kept[row].size()));
        holes = holes || kept[row].back() - kept[row].front() + 1 != out.m_lengths.back();
    }
    if (!holes)
        return out;
    out.m_numColumns = *std::max_element(out.m_lengths.begin(), out.m_lengths.end());
    std::vector<std::int64_t> sources;
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> targets;
    for (std::size_t row = 0; row < kept.size(); ++row) {
        const std::int64_t first = static_cast<std::int64_t>(row) * columns;
        out.m_begins[row] = out.m_numColumns - out.m_lengths[row];
        sources.insert(sources.end(), static_cast<std::size_t>(out.m_begins[row]), first);
        for (const std::int64_t t : kept[row]) {
            places.push_back(static_cast<std::int64_t>(sources.size()));
            targets.push_back(first + t);
            sources.push_back(first + t);
        }
    }
    out.m_columns = integers(sources);
    out.m_places = integers(places);
    out.m_targets = integers(targets);
    return out;
}

std::int64_t ShownTokens::column(std::int64_t row, std::int64_t place) const
{
    if (!hasHoles())
        return place;
    return m_columns.const_data_ptr<std::int64_t>()[row * m_numColumns + place] - row * m_inputColumns;
}

at::Tensor ShownTokens::pack(const at::Tensor& x) const
{
    if (!hasHoles())
        return x;
    return x.reshape(flatShape(x, x.size(0) * m_inputColumns))
        .index_select(0, m_columns)
        .view(batchShape(x, m_numColumns));
}

at::Tensor ShownTokens::spread(const at::Tensor& x) const
{
    if (!hasHoles())
        return x;
    const at::Tensor shown = x.reshape(flatShape(x, x.size(0) * m_numColumns)).index_select(0, m_places);
    return at::zeros(flatShape(x, x.size(0) * m_inputColumns), x.options())
        .index_copy(0, m_targets, shown)
        .view(batchShape(x, m_inputColumns));
}

} // namespace msrl::cli
