// SPDX-License-Identifier: GPL-3.0-or-later
// Batches whose attention mask hides tokens between others.
//
// Nothing attends to a hidden token, and what is computed in its place means nothing. So a row with hidden
// tokens is the row of its shown tokens, each at its own position: packed for the model, spread out again for
// the answer. The model itself knows padding alone.
//
// B rows, S input columns, K packed columns (the most shown tokens of a row; packed rows end with their last
// token, so that generation can continue them).
#pragma once

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace msrl::cli {

class ShownTokens
{
public:
    // mask [B,S] bool. Refused: a row that is hidden altogether.
    static base::Result<ShownTokens> from(const at::Tensor& mask, const std::string& place);

    // Whether a row has hidden tokens between shown ones. Without them pack() and spread() change nothing and
    // K is S.
    bool hasHoles() const { return m_columns.defined(); }
    const std::vector<std::int64_t>& begins() const { return m_begins; } // first token of a packed row
    const std::vector<std::int64_t>& lengths() const { return m_lengths; }
    std::int64_t numColumns() const { return m_numColumns; } // K
    // The input column of a place in a packed row. REQUIRES: it holds a token.
    std::int64_t column(std::int64_t row, std::int64_t place) const;

    // [B,S,...] -> [B,K,...]; differentiable.
    at::Tensor pack(const at::Tensor& x) const;
    // [B,K,...] -> [B,S,...], zero where hidden; differentiable.
    at::Tensor spread(const at::Tensor& x) const;

private:
    std::vector<std::int64_t> m_begins;
    std::vector<std::int64_t> m_lengths;
    std::int64_t m_numColumns = 0;
    at::Tensor m_columns; // [B*K] int64 into B*S rows; padding points at the row's first column
    at::Tensor m_places; // [shown tokens] int64 into B*K
    at::Tensor m_targets; // [shown tokens] int64 into B*S
    std::int64_t m_inputColumns = 0;
};

} // namespace msrl::cli
