// SPDX-License-Identifier: GPL-3.0-or-later
// How every table of the studio looks and behaves: whole rows, row height of the grid, copy as tab-separated
// text.
#pragma once

#include <QList>
#include <QStringList>

class QTableView;
class QTreeWidget;
class QWidget;

namespace msrl::widgets {

enum class RowDensity { Normal, Compact };

// Quiet grid, no row header, whole-row selection, sorting by header, Ctrl+C copies the selected rows with the
// header. `stretchColumn` takes the room that is left; -1: the last one.
void setUpTable(QTableView& view, RowDensity density = RowDensity::Normal, int stretchColumn = -1);
// Gives each column the width of its contents (of the first rows), capped.
void fitColumns(QTableView& view, const QList<int>& columns, int maximumWidth = 320);

// Plain rows under these titles; each column is as wide as its contents, the last one takes the room that is
// left. `name`: for readers of the screen.
void setUpList(QTreeWidget& list, const QString& name, const QStringList& titles);
// A panel of a sentence and, below it, a list that takes the room that is left.
void layOutList(QWidget& panel, QWidget& sentence, QWidget& list);

} // namespace msrl::widgets
