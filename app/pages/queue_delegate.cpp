// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/queue_delegate.h"

#include "app/models/candidate_queue_model.h"
#include "app/pages/state_look.h"
#include "app/pages/vote_bar.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QPainter>

namespace msrl::pages {

using models::CandidateQueueModel;

namespace {

constexpr int kItemHeight = 42;
constexpr int kVotesWidth = 72;

} // namespace

void QueueDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    paintGround(*painter, option, index);
    const widgets::Tokens& tokens = widgets::tokensFor(option.palette);
    const auto review = static_cast<models::Review>(index.data(CandidateQueueModel::ReviewRole).toInt());
    const bool blind = m_blind && models::isUnseen(review);
    // What others said is hidden from a blind auditor like the votes.
    const auto status = blind
        ? models::ItemStatus::Undecided
        : static_cast<models::ItemStatus>(index.data(CandidateQueueModel::StatusRole).toInt());
    const auto machine
        = static_cast<models::MachineChoice>(index.data(CandidateQueueModel::MachineRole).toInt());
    const StateLook look = stateLook(status, tokens);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect rect = option.rect.adjusted(8, 3, -10, -3);
    widgets::paintIcon(*painter, QRectF(rect.left(), rect.top() + 2, 14, 14), look.icon, look.colour);
    const QRect words = rect.adjusted(22, 0, -(kVotesWidth + 8), 0);
    QString about = index.data(CandidateQueueModel::TaskRole).toString();
    if (status != models::ItemStatus::Undecided)
        about = models::itemStatusText(status) + QStringLiteral(" · ") + about;
    if (review == models::Review::Differ)
        about = tr("auditors differ") + QStringLiteral(" · ") + about;
    if (review == models::Review::Earlier)
        about = tr("decide again") + QStringLiteral(" · ") + about;
    const QColor colour = status == models::ItemStatus::Undecided ? tokens.text : tokens.secondary;
    paintTwoLines(*painter, option, words, { index.data().toString(), colour, about });
    const QRect votes(rect.right() - kVotesWidth, rect.top(), kVotesWidth, rect.height());
    if (blind) {
        painter->drawText(votes, Qt::AlignRight | Qt::AlignVCenter, tr("hidden"));
    } else {
        const int a = index.data(CandidateQueueModel::VotesARole).toInt();
        const int b = index.data(CandidateQueueModel::VotesBRole).toInt();
        const bool chosen = machine == models::MachineChoice::Chosen;
        painter->setPen(chosen ? tokens.secondary : tokens.warning);
        const QString text = chosen                 ? tr("A %1 · B %2").arg(a).arg(b)
            : machine == models::MachineChoice::Tie ? tr("tie %1 : %2").arg(a).arg(b)
                                                    : tr("no path");
        painter->drawText(
            votes.adjusted(0, 0, 0, -votes.height() / 2), Qt::AlignRight | Qt::AlignVCenter, text);
        paintVotes(*painter, QRectF(votes.left(), votes.bottom() - 9, votes.width(), 5), a, b, tokens);
    }
    painter->restore();
}

QSize QueueDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return { 220, kItemHeight };
}

} // namespace msrl::pages
