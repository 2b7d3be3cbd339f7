// SPDX-License-Identifier: GPL-3.0-or-later
// How the evaluation table is painted: a figure with its interval below, the best of a column marked, and a
// header that names the benchmark over its measures.
#pragma once

#include "app/pages/item_delegate.h"

#include <QHeaderView>

namespace msrl::pages {

class EvaluationDelegate : public ItemDelegate
{
    Q_OBJECT

public:
    using ItemDelegate::ItemDelegate;
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

class BenchmarkHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit BenchmarkHeader(QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;

private:
    QString benchmark(int section) const;
    bool beginsBenchmark(int section) const; // no visible section of the same benchmark stands before it
};

} // namespace msrl::pages
