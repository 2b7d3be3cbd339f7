// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/completion_card.h"

#include "app/models/strings.h"
#include "app/pages/path_text.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

constexpr int kCardWidth = 236;

// A reward part: name, bar on [0, 1], value; "n/a" where the part does not apply.
class RewardBars : public QWidget
{
public:
    RewardBars(base::Json parts, QWidget* parent)
        : QWidget(parent)
        , m_parts(std::move(parts))
    {
        setFixedHeight(static_cast<int>(m_parts.size()) * kRow);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(widgets::smallFont(font()));
        const widgets::Tokens& tokens = widgets::tokensFor(palette());
        int y = 0;
        for (const auto& [name, value] : m_parts.items()) {
            painter.setPen(tokens.secondary);
            painter.drawText(QRect(0, y, 62, kRow), Qt::AlignLeft | Qt::AlignVCenter, models::toQt(name));
            const QRectF bar(66, y + kRow / 2.0 - 3, width() - 66 - 40, 6);
            painter.setPen(Qt::NoPen);
            painter.setBrush(tokens.raised);
            painter.drawRoundedRect(bar, 3, 3);
            const bool applies = value.is_number();
            if (applies) {
                const double share = std::clamp(value.get<double>(), 0.0, 1.0);
                painter.setBrush(share >= 0.5 ? tokens.good : tokens.warning);
                if (share > 0)
                    painter.drawRoundedRect(
                        QRectF(bar.left(), bar.top(), std::max(6.0, bar.width() * share), 6), 3, 3);
            }
            painter.setPen(applies ? tokens.text : tokens.disabled);
            painter.drawText(QRect(width() - 38, y, 38, kRow), Qt::AlignRight | Qt::AlignVCenter,
                applies ? widgets::shortNumber(value.get<double>()) : QObject::tr("n/a"));
            y += kRow;
        }
    }

private:
    static constexpr int kRow = 16;
    base::Json m_parts;
};

QString signedNumber(double value)
{
    const QString size = models::hundredthsText(std::abs(value));
    if (std::abs(value) < 0.005)
        return size;
    return (value > 0 ? QStringLiteral("+") : QStringLiteral("−")) + size;
}

void showAnswer(widgets::StateLabel& label, const store::SampleRow& sample)
{
    const QString answer = models::toQt(sample.answer);
    if (sample.answer.empty())
        label.setState(QStringLiteral("warning"), QObject::tr("no answer"), QStringLiteral("warning"));
    else if (sample.gold.empty())
        label.setState(QStringLiteral("info"), answer, QString());
    else if (sample.answer == sample.gold)
        label.setState(QStringLiteral("check"), QObject::tr("%1, right").arg(answer), QStringLiteral("good"));
    else
        label.setState(QStringLiteral("close"), QObject::tr("%1, wrong").arg(answer), QStringLiteral("bad"));
}

// The card's layout with a first line that begins with the answer; returns that line.
QHBoxLayout* makeHead(QFrame& card, const store::SampleRow& sample)
{
    widgets::setVariant(&card, "surface", QStringLiteral("card"));
    auto* layout = new QVBoxLayout(&card);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(widgets::kGrid);
    auto* head = new QHBoxLayout;
    head->setSpacing(6);
    auto* answer = new widgets::StateLabel(&card);
    showAnswer(*answer, sample);
    head->addWidget(answer);
    head->addStretch();
    layout->addLayout(head);
    return head;
}

} // namespace

CompletionCard::CompletionCard(const store::SampleRow& sample, QWidget* parent)
    : QFrame(parent)
{
    setFixedWidth(kCardWidth);
    QHBoxLayout* head = makeHead(*this, sample);
    QLabel* reward = widgets::makeLabel(widgets::shortNumber(sample.reward), QStringLiteral("heading"), this);
    reward->setToolTip(tr("Weighted reward"));
    head->addWidget(reward);
    QLabel* advantage = widgets::makeLabel(signedNumber(sample.advantage),
        sample.advantage >= 0.005        ? QStringLiteral("good")
            : sample.advantage <= -0.005 ? QStringLiteral("bad")
                                         : QStringLiteral("secondary"),
        this);
    advantage->setToolTip(tr("Advantage over the group"));
    head->addWidget(advantage);
    if (sample.rewardParts.is_object() && !sample.rewardParts.empty())
        layout()->addWidget(new RewardBars(sample.rewardParts, this));
    addText(sample);
}

CompletionCard::CompletionCard(const store::SampleRow& judgement, const QString& title, QWidget* parent)
    : QFrame(parent)
{
    QHBoxLayout* head = makeHead(*this, judgement);
    head->insertWidget(0, widgets::makeLabel(title, QStringLiteral("heading"), this));
    addText(judgement);
}

void CompletionCard::addText(const store::SampleRow& sample)
{
    // Letter for letter as in the completion, so that colours stand where they belong: a return before a line
    // feed would be dropped.
    m_text = new QPlainTextEdit(
        models::toQt(sample.completion).replace(QLatin1Char('\r'), QLatin1Char(' ')), this);
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setFont(widgets::smallFont(widgets::monoFont()));
    m_text->setStyleSheet(
        QStringLiteral("QPlainTextEdit { border: none; padding: 0; background: transparent; }"));
    m_text->setAccessibleName(tr("Completion %1").arg(sample.completionIndex + 1));
    static_cast<QVBoxLayout*>(layout())->addWidget(m_text, 1);
    const QString cut = sample.finishReason == "length" ? tr(" · cut at the limit") : QString();
    m_footText = tr("%1 tokens").arg(sample.numTokens) + cut
        + tr(" · log p %1").arg(models::hundredthsText(sample.meanLogprob));
    m_foot = widgets::makeLabel(m_footText, QStringLiteral("secondary"), this);
    m_foot->setFont(widgets::smallFont(font()));
    m_foot->setWordWrap(true);
    layout()->addWidget(m_foot);
}

void CompletionCard::setHeat(const store::SampleRow& sample, models::TokenHeat heat)
{
    m_heated.reset();
    if (models::hasHeat(sample, heat))
        m_heated = models::completionPath(sample, heat);
    const auto kept = static_cast<int>(sample.tokenBytes.size());
    m_foot->setText(m_heated && kept < sample.numTokens
            ? m_footText + tr(" · the first %1 coloured").arg(kept)
            : m_footText);
    colour();
}

void CompletionCard::colour()
{
    QList<QTextEdit::ExtraSelection> marks;
    if (m_heated) {
        const int end = m_text->document()->characterCount() - 1;
        for (const QTextLayout::FormatRange& look : pathLooks(*m_heated, true, palette())) {
            QTextEdit::ExtraSelection mark;
            mark.cursor = QTextCursor(m_text->document());
            mark.cursor.setPosition(std::min(look.start, end));
            mark.cursor.setPosition(std::min(look.start + look.length, end), QTextCursor::KeepAnchor);
            mark.format = look.format;
            marks.push_back(mark);
        }
    }
    m_text->setExtraSelections(marks);
}

void CompletionCard::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_heated)
        colour();
}

} // namespace msrl::pages
