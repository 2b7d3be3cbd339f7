// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/empty_state.h"

#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace msrl::widgets {

namespace {

constexpr int kIconSize = 40;
constexpr int kTextWidth = 420;

} // namespace

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_action(new QPushButton(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(kGap);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    // In a row of its own the text is asked for its height at the width that it gets, not at the page's.
    auto* row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(m_text);
    row->addStretch();
    layout->addLayout(row);
    layout->addSpacing(kGap);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    setVariant(m_title, "role", QStringLiteral("title"));
    setVariant(m_text, "role", QStringLiteral("secondary"));
    setVariant(m_action, "kind", QStringLiteral("primary"));
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_text->setFixedWidth(kTextWidth);
    m_action->hide();
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionTriggered);
}

EmptyState::EmptyState(const QString& iconName, const QString& title, const QString& text, QWidget* parent)
    : EmptyState(parent)
{
    setContent(iconName, title, text);
}

void EmptyState::setContent(const QString& iconName, const QString& title, const QString& text)
{
    m_iconName = iconName;
    m_title->setText(title);
    m_text->setText(text);
    m_icon->setVisible(!iconName.isEmpty());
    m_text->setVisible(!text.isEmpty());
    retint();
}

void EmptyState::setAction(const QString& label)
{
    m_action->setText(label);
    m_action->setVisible(!label.isEmpty());
}

void EmptyState::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        retint();
    QWidget::changeEvent(event);
}

void EmptyState::retint()
{
    if (!m_iconName.isEmpty())
        m_icon->setPixmap(
            iconPixmap(m_iconName, kIconSize, tokensFor(palette()).disabled, devicePixelRatioF()));
}

} // namespace msrl::widgets
