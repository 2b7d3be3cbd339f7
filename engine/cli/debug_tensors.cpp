// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/debug_tensors.h"

#include <ATen/ops/tensor.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace msrl::cli {

namespace {

// Nothing when the lists are ragged or hold something other than numbers.
std::optional<at::Tensor> matrixFrom(const base::Json& rows)
{
    std::vector<double> flat;
    std::size_t width = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = vectorFrom(rows[i]);
        if (!row || (i > 0 && row->size() != width))
            return std::nullopt;
        width = row->size();
        flat.insert(flat.end(), row->begin(), row->end());
    }
    return at::tensor(flat, at::kDouble)
        .view({ static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(width) });
}

bool fits(const at::Tensor& tensor, const std::vector<std::int64_t>& shape)
{
    return std::equal(shape.begin(), shape.end(), tensor.sizes().begin(), tensor.sizes().end(),
        [](std::int64_t want, std::int64_t have) { return want == -1 || want == have; });
}

} // namespace

std::optional<std::vector<double>> vectorFrom(const base::Json& values)
{
    if (!values.is_array())
        return std::nullopt;
    std::vector<double> numbers;
    for (const base::Json& one : values) {
        if (one.is_number())
            numbers.push_back(one.get<double>());
        else if (one.is_boolean())
            numbers.push_back(one.get<bool>() ? 1 : 0);
        else
            return std::nullopt;
    }
    return numbers;
}

at::Tensor tensorAt(
    base::ObjectReader& in, const char* key, const std::vector<std::int64_t>& shape, Presence presence)
{
    const base::Json& value = in.any(key);
    if (value.is_null()) {
        if (presence == Presence::Required)
            in.fault(key, "is missing");
        return {};
    }
    std::optional<at::Tensor> tensor;
    if (shape.size() == 2 && value.is_array()) {
        tensor = matrixFrom(value);
    } else if (const auto flat = vectorFrom(value)) {
        tensor = at::tensor(*flat, at::kDouble);
    }
    if (!tensor) {
        in.fault(key, fmt::format("is not a list of numbers of {} dimension(s)", shape.size()));
        return {};
    }
    if (!fits(*tensor, shape)) {
        in.fault(key,
            fmt::format("has the shape {}, expected {} (-1: any)",
                std::vector<std::int64_t>(tensor->sizes().begin(), tensor->sizes().end()), shape));
        return {};
    }
    return *tensor;
}

base::Json jsonFrom(const at::Tensor& tensor)
{
    const at::Tensor values = tensor.detach().to(at::kDouble).contiguous();
    const double* first = values.const_data_ptr<double>();
    if (values.dim() < 2)
        return std::vector<double>(first, first + values.numel());
    base::Json rows = base::Json::array();
    for (std::int64_t i = 0; i < values.size(0); ++i)
        rows.push_back(std::vector<double>(first + i * values.size(1), first + (i + 1) * values.size(1)));
    return rows;
}

} // namespace msrl::cli
