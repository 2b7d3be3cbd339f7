// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/evaluation_view.h"

#include "app/models/evaluation_model.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QPainter>

namespace msrl::pages {

using models::EvaluationModel;

namespace {

constexpr int kRowHeight = 46;
constexpr int kHeaderHeight = 66; // the benchmark, and two lines for the measure
constexpr int kWordsHeight = 42; // of it, for the measure
constexpr int kColumnWidth = 104;
constexpr int kFirstWidth = 190;

} // namespace

void EvaluationDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    if (index.column() == 0) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    paintGround(*painter, option, index);
    const widgets::Tokens& tokens = widgets::tokensFor(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool best = index.data(EvaluationModel::BestRole).toBool();
    const QVariant low = index.data(EvaluationModel::LowRole);
    const QRect rect = option.rect.adjusted(6, 4, -10, -4);
    if (best) {
        // A ground and a word's weight: the best is told without colour, too.
        painter->setPen(Qt::NoPen);
        painter->setBrush(widgets::blend(tokens.surface, tokens.good, tokens.dark ? 0.20 : 0.12));
        painter->drawRoundedRect(option.rect.adjusted(4, 3, -4, -3), 6, 6);
    }
    painter->setFont(best ? widgets::strongFont(option.font) : option.font);
    painter->setPen(index.data(EvaluationModel::ValueRole).isValid() ? tokens.text : tokens.disabled);
    const QRect value = low.isValid() ? rect.adjusted(0, 0, 0, -rect.height() / 2 + 2) : rect;
    painter->drawText(value, Qt::AlignRight | Qt::AlignVCenter, index.data().toString());
    if (low.isValid()) {
        painter->setFont(widgets::smallFont(option.font));
        painter->setPen(tokens.secondary);
        painter->drawText(rect.adjusted(0, rect.height() / 2, 0, 0), Qt::AlignRight | Qt::AlignVCenter,
            QStringLiteral("%1–%2").arg(QString::number(low.toDouble(), 'f', 3),
                QString::number(index.data(EvaluationModel::HighRole).toDouble(), 'f', 3)));
    }
    painter->restore();
}

QSize EvaluationDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return { index.column() == 0 ? kFirstWidth : kColumnWidth, kRowHeight };
}

BenchmarkHeader::BenchmarkHeader(QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setDefaultSectionSize(kColumnWidth);
    setHighlightSections(false);
}

QSize BenchmarkHeader::sizeHint() const
{
    return { QHeaderView::sizeHint().width(), kHeaderHeight };
}

QSize BenchmarkHeader::sectionSizeFromContents(int section) const
{
    return { section == 0 ? kFirstWidth : kColumnWidth, kHeaderHeight };
}

bool BenchmarkHeader::beginsBenchmark(int section) const
{
    int before = section - 1;
    while (before > 0 && isSectionHidden(before))
        --before;
    return section > 0 && (before == 0 || benchmark(before) != benchmark(section));
}

QString BenchmarkHeader::benchmark(int section) const
{
    return model()->headerData(section, Qt::Horizontal, EvaluationModel::BenchmarkRole).toString();
}

void BenchmarkHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    painter->save();
    painter->fillRect(rect, tokens.window);
    painter->setPen(tokens.line);
    const QString own = benchmark(section);
    const bool first = beginsBenchmark(section);
    if (first)
        painter->drawLine(rect.topLeft() + QPoint(0, 6), rect.bottomLeft());
    painter->setClipRect(first ? rect.adjusted(0, 0, 3 * rect.width(), 0) : rect);
    if (first) {
        painter->setPen(tokens.text);
        painter->setFont(widgets::strongFont(font()));
        painter->drawText(
            rect.adjusted(10, 4, 2 * rect.width(), -kWordsHeight), Qt::AlignLeft | Qt::AlignVCenter, own);
    }
    painter->setClipRect(rect);
    painter->setPen(tokens.secondary);
    painter->setFont(widgets::smallFont(font()));
    const QRect words = rect.adjusted(11, rect.height() - kWordsHeight, -10, -4);
    painter->drawText(words,
        (section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBottom | Qt::TextWordWrap,
        model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString());
    painter->restore();
}

} // namespace msrl::pages
