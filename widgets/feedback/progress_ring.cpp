// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/progress_ring.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr int kDiameter = 40;
constexpr double kStroke = 3;

} // namespace

ProgressRing::ProgressRing(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    describe();
}

void ProgressRing::setValue(double share)
{
    m_share = std::min(share, 1.0);
    describe();
    update();
}

void ProgressRing::setText(const QString& text)
{
    m_text = text;
    describe();
    update();
}

QSize ProgressRing::sizeHint() const
{
    return { kDiameter, kDiameter };
}

void ProgressRing::paintEvent(QPaintEvent*)
{
    const Tokens& tokens = tokensFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = std::min(width(), height()) - kStroke - 1;
    const QRectF circle((width() - side) / 2, (height() - side) / 2, side, side);
    painter.setPen(QPen(tokens.line, kStroke));
    painter.drawEllipse(circle);
    if (m_share > 0) {
        painter.setPen(QPen(m_share >= 1 ? tokens.good : tokens.accent, kStroke, Qt::SolidLine, Qt::FlatCap));
        painter.drawArc(circle, 90 * 16, -static_cast<int>(std::lround(m_share * 360 * 16)));
    }
    painter.setPen(tokens.text);
    painter.setFont(smallFont(font()));
    const QString percent
        = m_share < 0 ? QStringLiteral("–") : QStringLiteral("%1%").arg(std::floor(m_share * 100));
    painter.drawText(rect(), Qt::AlignCenter, m_text.isEmpty() ? percent : m_text);
}

void ProgressRing::describe()
{
    setAccessibleName(m_share < 0 ? tr("Progress unknown")
                                  : tr("%1 percent done").arg(static_cast<int>(std::floor(m_share * 100))));
}

} // namespace msrl::widgets
