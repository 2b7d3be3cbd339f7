// SPDX-License-Identifier: GPL-3.0-or-later
// How every table of the studio looks and behaves: whole rows, row height of the grid, copy as tab-separated
// text.
#pragma once

#include <QList>

class QTableView;

namespace msrl::widgets {

enum class RowDensity { Normal, Compact };

// Quiet grid, no row header, whole-row selection, sorting by header, Ctrl+C copies the selected rows with the
// header. `stretchColumn` takes the room that is left; -1: the last one.
void setUpTable(QTableView& view, RowDensity density = RowDensity::Normal, int stretchColumn = -1);
// Gives each column the width of its contents (of the first rows), capped.
void fitColumns(QTableView& view, const QList<int>& columns, int maximumWidth = 320);

} // namespace msrl::widgets
