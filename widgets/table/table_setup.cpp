// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/table/table_setup.h"

#include "widgets/theme/tokens.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QShortcut>
#include <QTableView>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::widgets {

namespace {

void copyRows(const QTableView& view)
{
    const QAbstractItemModel* model = view.model();
    if (!model || !view.selectionModel())
        return;
    QModelIndexList rows = view.selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    const auto line = [&](auto&& cell) {
        QStringList cells;
        for (int column = 0; column < model->columnCount(); ++column)
            if (!view.isColumnHidden(column))
                cells << cell(column);
        return cells.join(QLatin1Char('\t'));
    };
    QStringList lines;
    lines << line([&](int column) { return model->headerData(column, Qt::Horizontal).toString(); });
    for (const QModelIndex& row : rows)
        lines << line([&](int column) { return row.siblingAtColumn(column).data().toString(); });
    QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

} // namespace

void setUpTable(QTableView& view, RowDensity density, int stretchColumn)
{
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setShowGrid(false);
    view.setWordWrap(false);
    view.setAlternatingRowColors(false);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.setTabKeyNavigation(false);
    view.setFrameShape(QFrame::NoFrame);
    view.verticalHeader()->hide();
    view.verticalHeader()->setDefaultSectionSize(
        density == RowDensity::Normal ? kRowHeight : kCompactRowHeight);
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView* header = view.horizontalHeader();
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    if (stretchColumn >= 0 && view.model() && stretchColumn < view.model()->columnCount())
        header->setSectionResizeMode(stretchColumn, QHeaderView::Stretch);
    else
        header->setStretchLastSection(true);
    auto* copy = new QShortcut(QKeySequence::Copy, &view);
    copy->setContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QShortcut::activated, &view, [&view] { copyRows(view); });
}

void fitColumns(QTableView& view, const QList<int>& columns, int maximumWidth)
{
    for (const int column : columns) {
        view.resizeColumnToContents(column);
        view.setColumnWidth(column, std::min(view.columnWidth(column) + kGap, maximumWidth));
    }
}

void setUpList(QTreeWidget& list, const QString& name, const QStringList& titles)
{
    list.setRootIsDecorated(false);
    list.setUniformRowHeights(true);
    list.setAccessibleName(name);
    list.setHeaderLabels(titles);
    list.header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    list.header()->setStretchLastSection(true);
}

void layOutList(QWidget& panel, QWidget& sentence, QWidget& list)
{
    auto* layout = new QVBoxLayout(&panel);
    layout->setContentsMargins(kWideGap, kGap, kWideGap, kGap);
    layout->setSpacing(kGap);
    layout->addWidget(&sentence);
    layout->addWidget(&list, 1);
}

} // namespace msrl::widgets
