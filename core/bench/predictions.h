// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge wrote for the items of a benchmark: one JSON object per line.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/bench/pair_report.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace msrl::bench {

struct Prediction
{
    std::size_t item = 0; // index into the benchmark's items
    bool swapped = false; // the second candidate was shown first
    std::string output;
    base::Json row; // as in the file
    std::string place;
};

// Ids of items that have none of their own: their numbers from 0.
std::vector<std::string> rowIds(std::size_t count);

// In file order. An item is named by "row" (its index from 0), or by "id" or "ID"; both must agree. Where
// several items have an id and the file has exactly as many rows of it, they are meant in their order.
// "random_number" 1, or a true "swap" or "swapped", says that the candidates were exchanged.
// BadInput for an unknown or ambiguous item, for a row without "output" (unless outputs are optional), and
// when an item has no prediction: a missing answer is no answer that can be counted.
enum class Output { Required, Optional };
base::Result<std::vector<Prediction>> readPredictions(
    const std::filesystem::path& path, std::span<const std::string> ids, Output output = Output::Required);

// What a prediction says about its pair when `shown` was read from it, in the order that the judge was shown.
// "answer_probability" is the judge's own for that answer.
Verdict verdictOf(const Prediction& prediction, std::optional<data::Side> shown);

// Indices of predictions per item, in file order. REQUIRES: every item < numItems
std::vector<std::vector<std::size_t>> byItem(std::span<const Prediction> predictions, std::size_t numItems);

} // namespace msrl::bench
