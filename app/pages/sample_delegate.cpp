// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sample_delegate.h"

#include "app/models/candidate_queue_model.h"
#include "app/models/sample_group_model.h"
#include "widgets/theme/tokens.h"

#include <QPainter>

#include <algorithm>
#include <map>

namespace msrl::pages {

using models::SampleGroupModel;

namespace {

constexpr int kSampleHeight = 44;
constexpr int kPlotWidth = 96;
constexpr int kMeanWidth = 40;
constexpr double kDot = 2.5;

// Rewards from 0 to the greatest usual sum; equal rewards are stacked, so that a group of one value shows as
// a pile.
void paintDots(
    QPainter& painter, const QRectF& rect, const QList<double>& rewards, const widgets::Tokens& tokens)
{
    double high = 1.4;
    double low = 0;
    for (const double reward : rewards) {
        high = std::max(high, reward);
        low = std::min(low, reward);
    }
    painter.setPen(QPen(tokens.line, 1));
    painter.drawLine(QPointF(rect.left(), rect.bottom()), QPointF(rect.right(), rect.bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens.accent);
    std::map<int, int> piled;
    for (const double reward : rewards) {
        const double x = rect.left() + kDot + (reward - low) / (high - low) * (rect.width() - 2 * kDot);
        const int height = piled[static_cast<int>(x / (2 * kDot))]++;
        const double y = std::max(rect.top(), rect.bottom() - kDot - 1 - height * (2 * kDot + 0.5));
        painter.drawEllipse(QPointF(x, y), kDot - 0.3, kDot - 0.3);
    }
}

} // namespace

void SampleDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    paintGround(*painter, option, index);
    const widgets::Tokens& tokens = widgets::tokensFor(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect rect = option.rect.adjusted(8, 4, -8, -4);
    const QRect words = rect.adjusted(0, 0, -(kPlotWidth + kMeanWidth + 8), 0);
    QString about = models::taskText(index.data(SampleGroupModel::TaskRole).toString().toStdString());
    const QString source = index.data(SampleGroupModel::SourceRole).toString();
    if (!source.isEmpty())
        about = source + QStringLiteral(" · ") + about;
    paintTwoLines(*painter, option, words, { index.data().toString(), tokens.text, about });
    const QRectF plot(rect.right() - kPlotWidth - kMeanWidth, rect.top() + 2, kPlotWidth, rect.height() - 6);
    paintDots(*painter, plot, index.data(SampleGroupModel::RewardsRole).value<QList<double>>(), tokens);
    painter->setFont(option.font);
    painter->setPen(index.data(SampleGroupModel::SpreadRole).toDouble() > 0 ? tokens.text : tokens.disabled);
    painter->drawText(QRect(rect.right() - kMeanWidth, rect.top(), kMeanWidth, rect.height()),
        Qt::AlignRight | Qt::AlignVCenter,
        QString::number(index.data(SampleGroupModel::MeanRewardRole).toDouble(), 'f', 2));
    painter->restore();
}

QSize SampleDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return { 240, kSampleHeight };
}

} // namespace msrl::pages
