// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_card.h"

#include "app/models/strings.h"
#include "app/pages/path_text.h"
#include "widgets/feedback/wrapped_text.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

widgets::WrappedText* makeWrapped(const QString& text, QWidget* parent)
{
    auto* wrapped = new widgets::WrappedText(parent);
    wrapped->setFont(widgets::smallFont(parent->font()));
    wrapped->setText(text);
    return wrapped;
}

} // namespace

PathCard::PathCard(const store::CandidatePath& path, PathLook look, QWidget* parent)
    : QFrame(parent)
    , m_path(path)
    , m_look(std::move(look))
    , m_text(new widgets::WrappedText(this))
{
    setCursor(Qt::PointingHandCursor);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(6);
    layout->addWidget(new PathHead(path, m_look, this));
    m_text->setFont(widgets::smallFont(widgets::monoFont()));
    layout->addWidget(m_text);
    showText();
    if (!m_look.why.isEmpty())
        layout->addWidget(makeWrapped(m_look.why, this));
    if (!m_look.measures.isEmpty()) {
        widgets::WrappedText* measures = makeWrapped(m_look.measures, this);
        measures->setSecondary(true);
        measures->setObjectName(QStringLiteral("measures"));
        layout->addWidget(measures);
    }
    setAccessibleName(tr("Path %1, answer %2").arg(m_look.index + 1).arg(models::toQt(path.answer)));
}

void PathCard::showText()
{
    m_text->setText(models::toQt(m_path.text), pathLooks(m_path, m_look.heat, palette()));
}

void PathCard::setSelected(bool selected)
{
    m_selected = selected;
    update();
}

void PathCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const bool marked = m_look.chosen || m_look.overridden;
    painter.setBrush(m_selected ? widgets::blend(tokens.surface, tokens.accent, 0.10) : tokens.surface);
    QPen pen(marked || m_selected ? tokens.accent : tokens.line, marked ? 2 : 1);
    if (m_selected && !marked)
        pen.setStyle(Qt::DashLine);
    painter.setPen(pen);
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(1, 1, -1, -1), widgets::kCardRadius, widgets::kCardRadius);
}

void PathCard::mouseReleaseEvent(QMouseEvent*)
{
    Q_EMIT clicked(m_look.index);
}

void PathCard::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showText();
}

} // namespace msrl::pages
