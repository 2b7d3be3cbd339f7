// SPDX-License-Identifier: GPL-3.0-or-later
// Votes for A and for B as one bar in two colours, each part with its letter and number.
#pragma once

#include <QRectF>
#include <QWidget>

class QPainter;

namespace msrl::widgets {
struct Tokens;
}

namespace msrl::pages {

void paintVotes(QPainter& painter, const QRectF& rect, int votesA, int votesB, const widgets::Tokens& tokens);

class VoteBar : public QWidget
{
    Q_OBJECT

public:
    explicit VoteBar(QWidget* parent = nullptr);
    void setVotes(int votesA, int votesB, int numPaths);
    QSize sizeHint() const override { return { 200, 24 }; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_votesA = 0;
    int m_votesB = 0;
    int m_numPaths = 0;
};

} // namespace msrl::pages
