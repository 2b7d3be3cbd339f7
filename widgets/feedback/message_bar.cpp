// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/message_bar.h"

#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace msrl::widgets {

namespace {

QColor kindColour(const Tokens& tokens, MessageKind kind)
{
    switch (kind) {
    case MessageKind::Good:
        return tokens.good;
    case MessageKind::Warning:
        return tokens.warning;
    case MessageKind::Error:
        return tokens.bad;
    case MessageKind::Info:
        break;
    }
    return tokens.accent;
}

} // namespace

QString messageIcon(MessageKind kind)
{
    switch (kind) {
    case MessageKind::Good:
        return QStringLiteral("state-done");
    case MessageKind::Warning:
        return QStringLiteral("warning");
    case MessageKind::Error:
        return QStringLiteral("error");
    case MessageKind::Info:
        break;
    }
    return QStringLiteral("info");
}

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_copy(new QToolButton(this))
    , m_action(new QPushButton(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 8, 4);
    layout->setSpacing(kGap);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_copy);
    m_icon->setContentsMargins(0, 6, 0, 0);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_copy->setIcon(icon(QStringLiteral("copy")));
    m_copy->setToolTip(tr("Copy this message"));
    m_copy->setAccessibleName(tr("Copy this message"));
    auto* close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("close")));
    close->setToolTip(tr("Close"));
    close->setAccessibleName(tr("Close this message"));
    layout->addWidget(close);
    connect(close, &QToolButton::clicked, this, [this] {
        clearMessage();
        Q_EMIT closed();
    });
    connect(m_copy, &QToolButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(m_text->text()); });
    connect(m_action, &QPushButton::clicked, this, &MessageBar::actionTriggered);
    hide();
}

void MessageBar::showMessage(MessageKind kind, const QString& text, const QString& action)
{
    m_kind = kind;
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_copy->setVisible(kind == MessageKind::Error || kind == MessageKind::Warning);
    retint();
    show();
}

void MessageBar::clearMessage()
{
    m_text->clear();
    hide();
}

QString MessageBar::message() const
{
    return m_text->text();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    const Tokens& tokens = tokensFor(palette());
    const QColor colour = kindColour(tokens, m_kind);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(blend(tokens.surface, colour, 0.45));
    painter.setBrush(blend(tokens.surface, colour, tokens.dark ? 0.14 : 0.08));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kControlRadius, kControlRadius);
}

void MessageBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        retint();
    QFrame::changeEvent(event);
}

void MessageBar::retint()
{
    const QColor colour = kindColour(tokensFor(palette()), m_kind);
    m_icon->setPixmap(iconPixmap(messageIcon(m_kind), kSmallIcon, colour, devicePixelRatioF()));
}

} // namespace msrl::widgets
