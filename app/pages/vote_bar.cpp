// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/vote_bar.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QPainter>

#include <algorithm>

namespace msrl::pages {

void paintVotes(QPainter& painter, const QRectF& rect, int votesA, int votesB, const widgets::Tokens& tokens)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens.line);
    painter.drawRect(rect);
    const int votes = votesA + votesB;
    if (votes == 0)
        return;
    const double middle = rect.left() + rect.width() * votesA / votes;
    const double gap = votesA > 0 && votesB > 0 ? 1 : 0;
    painter.setBrush(widgets::seriesColour(tokens, 0));
    painter.drawRect(
        QRectF(rect.left(), rect.top(), std::max(0.0, middle - rect.left() - gap), rect.height()));
    painter.setBrush(widgets::seriesColour(tokens, 1));
    painter.drawRect(
        QRectF(middle + gap, rect.top(), std::max(0.0, rect.right() - middle - gap), rect.height()));
}

VoteBar::VoteBar(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void VoteBar::setVotes(int votesA, int votesB, int numPaths)
{
    m_votesA = votesA;
    m_votesB = votesB;
    m_numPaths = numPaths;
    setAccessibleName(tr("Votes: A %1, B %2, of %3 paths").arg(votesA).arg(votesB).arg(numPaths));
    update();
}

void VoteBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    painter.setFont(widgets::strongFont(font()));
    painter.setPen(tokens.text);
    const QString left = QStringLiteral("A %1").arg(m_votesA);
    const QString right = QStringLiteral("%1 B").arg(m_votesB);
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, left);
    painter.drawText(rect(), Qt::AlignRight | Qt::AlignVCenter, right);
    constexpr int kLetters = 44;
    paintVotes(
        painter, QRectF(kLetters, height() / 2.0 - 4, width() - 2 * kLetters, 8), m_votesA, m_votesB, tokens);
}

} // namespace msrl::pages
