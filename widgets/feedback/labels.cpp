// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/labels.h"

#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QPainter>
#include <QStyle>

namespace msrl::widgets {

QLabel* makeLabel(const QString& text, const QString& role, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    if (!role.isEmpty())
        setVariant(label, "role", role);
    return label;
}

QFrame* makeRule(Qt::Orientation orientation, QWidget* parent)
{
    auto* rule = new QFrame(parent);
    setVariant(rule, "surface", QStringLiteral("rule"));
    if (orientation == Qt::Horizontal)
        rule->setFixedHeight(1);
    else
        rule->setFixedWidth(1);
    return rule;
}

ElidedLabel::ElidedLabel(QWidget* parent, Qt::TextElideMode mode)
    : QLabel(parent)
    , m_mode(mode)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setFullText(const QString& text)
{
    m_text = text;
    setToolTip(text);
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return { fontMetrics().averageCharWidth() * 4, sizeHint().height() };
}

QSize ElidedLabel::sizeHint() const
{
    return { fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height() + 2 };
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    ensurePolished();
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, foregroundRole()));
    painter.drawText(rect(), static_cast<int>(QStyle::visualAlignment(layoutDirection(), alignment())),
        fontMetrics().elidedText(m_text, m_mode, width()));
}

StateLabel::StateLabel(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StateLabel::setState(const QString& iconName, const QString& word, const QString& role)
{
    m_icon = iconName;
    m_word = word;
    m_role = role;
    setAccessibleName(word);
    updateGeometry();
    update();
}

QSize StateLabel::sizeHint() const
{
    if (m_word.isEmpty())
        return { 0, kCompactRowHeight };
    return { kSmallIcon + 6 + fontMetrics().horizontalAdvance(m_word) + 2, kCompactRowHeight };
}

void StateLabel::paintEvent(QPaintEvent*)
{
    if (m_word.isEmpty())
        return;
    const Tokens& tokens = tokensFor(palette());
    QColor colour = tokens.secondary;
    if (m_role == QLatin1String("good"))
        colour = tokens.good;
    else if (m_role == QLatin1String("warning"))
        colour = tokens.warning;
    else if (m_role == QLatin1String("bad"))
        colour = tokens.bad;
    else if (m_role == QLatin1String("waiting"))
        colour = tokens.waiting;
    else if (m_role == QLatin1String("accent"))
        colour = tokens.accent;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintIcon(painter, QRectF(0, (height() - kSmallIcon) / 2.0, kSmallIcon, kSmallIcon), m_icon, colour);
    painter.setPen(colour);
    painter.drawText(rect().adjusted(kSmallIcon + 6, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, m_word);
}

} // namespace msrl::widgets
