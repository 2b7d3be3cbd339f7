// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/toast.h"

#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace msrl::widgets {

Toast::Toast(QWidget* parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_undo(new QPushButton(tr("Undo"), this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kWideGap, kGap, kGap, kGap);
    layout->addWidget(m_text);
    layout->addWidget(m_undo);
    setVariant(m_undo, "kind", QStringLiteral("quiet"));
    m_undo->setFocusPolicy(Qt::NoFocus);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &QWidget::hide);
    connect(m_undo, &QPushButton::clicked, this, [this] {
        hide();
        m_timer.stop();
        Q_EMIT undoRequested();
    });
    parent->installEventFilter(this);
    hide();
}

void Toast::showText(const QString& text, int milliseconds)
{
    present(text, false, milliseconds);
}

void Toast::showUndo(const QString& text, int milliseconds)
{
    present(text, true, milliseconds);
}

QString Toast::text() const
{
    return m_text->text();
}

bool Toast::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        place();
    return QFrame::eventFilter(watched, event);
}

void Toast::paintEvent(QPaintEvent*)
{
    const Tokens& tokens = tokensFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(tokens.line);
    painter.setBrush(tokens.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius, kCardRadius);
}

void Toast::present(const QString& text, bool undo, int milliseconds)
{
    m_text->setText(text);
    m_undo->setVisible(undo);
    layout()->setContentsMargins(kWideGap, kGap, undo ? kGap : kWideGap, kGap);
    setMinimumHeight(undo ? 0 : 40);
    layout()->activate();
    adjustSize();
    place();
    show();
    raise();
    m_timer.start(milliseconds);
}

void Toast::place()
{
    const QWidget* area = parentWidget();
    move((area->width() - width()) / 2, area->height() - height() - 40);
}

} // namespace msrl::widgets
