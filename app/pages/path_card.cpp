// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_card.h"

#include "app/models/strings.h"
#include "app/pages/path_text.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kUsualTextWidth = 320;
constexpr int kLeastTextWidth = 120;

// Its height follows from its width alone. What QLabel proposes without one costs several layouts of the
// whole text, and an item has many paths.
class WrappedText : public QLabel
{
public:
    explicit WrappedText(QWidget* parent)
        : QLabel(parent)
    {
        setWordWrap(true);
    }
    QSize sizeHint() const override { return { kUsualTextWidth, fontMetrics().height() }; }
    QSize minimumSizeHint() const override { return { kLeastTextWidth, fontMetrics().height() }; }
};

QLabel* makeWrapped(const QString& text, const QString& role, QWidget* parent)
{
    auto* label = new WrappedText(parent);
    label->setTextFormat(Qt::PlainText);
    label->setFont(widgets::smallFont(parent->font()));
    if (!role.isEmpty())
        widgets::setVariant(label, "role", role);
    label->setText(text);
    return label;
}

} // namespace

PathCard::PathCard(const store::CandidatePath& path, PathLook look, QWidget* parent)
    : QFrame(parent)
    , m_path(path)
    , m_look(std::move(look))
    , m_text(new WrappedText(this))
{
    setCursor(Qt::PointingHandCursor);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(6);
    layout->addWidget(new PathHead(path, m_look, this));
    m_text->setTextFormat(Qt::RichText);
    m_text->setFont(widgets::smallFont(widgets::monoFont()));
    layout->addWidget(m_text);
    showText();
    if (!m_look.why.isEmpty()) {
        layout->addWidget(makeWrapped(m_look.why, {}, this));
    }
    if (!m_look.measures.isEmpty()) {
        QLabel* measures = makeWrapped(m_look.measures, QStringLiteral("secondary"), this);
        measures->setObjectName(QStringLiteral("measures"));
        layout->addWidget(measures);
    }
    setAccessibleName(tr("Path %1, answer %2").arg(m_look.index + 1).arg(models::toQt(path.answer)));
}

void PathCard::showText()
{
    m_text->setText(pathHtml(m_path, { 0, m_path.text.size() }, { m_look.heat, {} }, palette()));
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
