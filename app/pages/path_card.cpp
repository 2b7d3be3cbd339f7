// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_card.h"

#include "app/models/candidate_queue_model.h"
#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

// A token of this log-probability or less gets the full colour.
constexpr double kColdest = -4;

class ConfidenceBar : public QWidget
{
public:
    ConfidenceBar(double share, QString text, QWidget* parent)
        : QWidget(parent)
        , m_share(share)
        , m_text(std::move(text))
    {
        setFixedSize(118, 18);
        setAccessibleName(QObject::tr("Confidence %1").arg(m_text));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const widgets::Tokens& tokens = widgets::tokensFor(palette());
        const QRectF bar(0, height() / 2.0 - 3, 64, 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.line);
        painter.drawRoundedRect(bar, 3, 3);
        painter.setBrush(tokens.accent);
        if (m_share > 0)
            painter.drawRoundedRect(
                QRectF(bar.left(), bar.top(), std::max(6.0, bar.width() * m_share), 6), 3, 3);
        painter.setPen(tokens.text);
        painter.setFont(widgets::smallFont(font()));
        painter.drawText(rect().adjusted(70, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_text);
    }

private:
    double m_share;
    QString m_text;
};

QString plainHtml(const std::string& text, const QPalette& palette)
{
    static const QRegularExpression tag(QStringLiteral("&lt;(/?\\w+)&gt;"));
    QString html = models::toQt(text).toHtmlEscaped();
    const QString grey = widgets::tokensFor(palette).secondary.name();
    html.replace(tag, QStringLiteral("<span style=\"color:%1\">&lt;\\1&gt;</span>").arg(grey));
    return html.replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

} // namespace

QString heatHtml(const store::CandidatePath& path, const QPalette& palette)
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette);
    QString html;
    for (std::size_t i = 0; i < path.tokens.size() && i < path.tokenLogprobs.size(); ++i) {
        const double doubt = std::clamp(path.tokenLogprobs[i] / kColdest, 0.0, 1.0);
        const QColor ground = widgets::blend(tokens.surface, tokens.bad, 0.75 * doubt);
        html += QStringLiteral("<span style=\"background-color:%1\">%2</span>")
                    .arg(ground.name(), models::toQt(path.tokens[i]).toHtmlEscaped());
    }
    return QStringLiteral("<span style=\"white-space:pre-wrap\">%1</span>")
        .arg(html.replace(QLatin1Char('\n'), QStringLiteral("<br>")));
}

PathCard::PathCard(const store::CandidatePath& path, PathLook look, QWidget* parent)
    : QFrame(parent)
    , m_path(path)
    , m_look(std::move(look))
    , m_text(new QLabel(this))
{
    setCursor(Qt::PointingHandCursor);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(6);
    layout->addWidget(makeHead());
    if (!m_look.measures.isEmpty()) {
        QLabel* measures = widgets::makeLabel(m_look.measures, QStringLiteral("secondary"), this);
        measures->setObjectName(QStringLiteral("measures"));
        measures->setWordWrap(true);
        measures->setFont(widgets::smallFont(font()));
        layout->addWidget(measures);
    }
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::RichText);
    m_text->setFont(widgets::smallFont(widgets::monoFont()));
    layout->addWidget(m_text);
    showText();
    if (!m_look.why.isEmpty()) {
        QLabel* why = widgets::makeLabel(m_look.why, {}, this);
        why->setWordWrap(true);
        why->setFont(widgets::smallFont(font()));
        layout->addWidget(why);
    }
    setAccessibleName(tr("Path %1, answer %2").arg(m_look.index + 1).arg(models::toQt(path.answer)));
}

QWidget* PathCard::makeHead()
{
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    QLabel* number = widgets::makeLabel(QString::number(m_look.index + 1), QStringLiteral("secondary"), head);
    number->setToolTip(tr("Key that picks this path"));
    layout->addWidget(number);
    const QString answer = m_path.answer.empty() ? tr("no answer") : models::toQt(m_path.answer);
    layout->addWidget(widgets::makeLabel(answer, QStringLiteral("heading"), head));
    auto* format = new widgets::StateLabel(head);
    if (m_path.formatOk)
        format->setState(QStringLiteral("check"), tr("format"), QStringLiteral("good"));
    else
        format->setState(QStringLiteral("close"), tr("format"), QStringLiteral("bad"));
    layout->addWidget(format);
    const double confidence = models::pathConfidence(m_path, m_look.measure);
    if (!std::isnan(confidence)) {
        auto* bar = new ConfidenceBar(
            models::confidenceShare(m_look.measure, confidence), QString::number(confidence, 'f', 2), head);
        bar->setToolTip(tr("Confidence (%1)").arg(models::taskText(m_look.measure)));
        layout->addWidget(bar);
    }
    layout->addStretch();
    if (m_look.chosen || m_look.overridden) {
        auto* mark = new widgets::StateLabel(head);
        mark->setState(m_look.overridden ? QStringLiteral("edit") : QStringLiteral("star"),
            m_look.overridden ? tr("your choice") : tr("chosen"), QStringLiteral("accent"));
        layout->addWidget(mark);
    }
    QLabel* tokens
        = widgets::makeLabel(tr("%1 tokens").arg(m_path.numTokens), QStringLiteral("secondary"), head);
    tokens->setFont(widgets::smallFont(font()));
    layout->addWidget(tokens);
    return head;
}

void PathCard::showText()
{
    const bool heat = m_look.heat && !m_path.tokens.empty();
    m_text->setText(heat ? heatHtml(m_path, palette()) : plainHtml(m_path.text, palette()));
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
