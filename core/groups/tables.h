// SPDX-License-Identifier: GPL-3.0-or-later
// A group's summary as tables for people and for programs.
#pragma once

#include "core/groups/summary.h"

#include <string>
#include <vector>

namespace msrl::groups {

// What both programs show: a title per column, a text per cell.
struct Table
{
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows; // each as long as head
    std::vector<std::string> notes; // what the signs mean, and what is missing
    std::vector<std::vector<bool>> strong = {}; // cells in bold, as rows; empty: none
};

// Columns: configuration, finished seeds, the main measures that there are, the paired difference from the
// full curriculum, and the paper's figures where every row is one of its table. A mean over seeds is written
// "0.831 ± 0.050", a single seed "0.831 [0.786, 0.869]".
enum class TableColumns {
    Main,
    ByTask, // in place of the main measures, the accuracy of each task of each held-out set
};
Table tableOf(const GroupSummary& summary, TableColumns columns = TableColumns::Main);
// "0.831 ± 0.050"
std::string estimateText(const Estimate& estimate, bool withSign = false);

std::string textTable(const Table& table); // for a terminal
std::string markdownTable(const Table& table);
std::string latexTable(const Table& table); // a tabular with booktabs rules
std::string csvCells(const Table& table); // the texts of the cells, without notes
// One line per configuration and measure in full precision: configuration, title, measure, seeds, mean, low,
// high, interval.
std::string csvTable(const GroupSummary& summary);
// {"name", "after", "main_measure", "rows": [...], "members": [...]}
base::Json summaryToJson(const GroupSummary& summary);

} // namespace msrl::groups
