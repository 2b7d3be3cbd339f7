// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/completion_card.h"

#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPlainTextEdit>
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
    return (value >= 0 ? QStringLiteral("+") : QStringLiteral("−"))
        + QString::number(std::abs(value), 'f', 2);
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
        sample.advantage >= 0 ? QStringLiteral("good") : QStringLiteral("bad"), this);
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
    auto* text = new QPlainTextEdit(models::toQt(sample.completion), this);
    text->setReadOnly(true);
    text->setFrameShape(QFrame::NoFrame);
    text->setFont(widgets::smallFont(widgets::monoFont()));
    text->setStyleSheet(
        QStringLiteral("QPlainTextEdit { border: none; padding: 0; background: transparent; }"));
    text->setAccessibleName(tr("Completion %1").arg(sample.completionIndex + 1));
    static_cast<QVBoxLayout*>(layout())->addWidget(text, 1);
    const QString cut = sample.finishReason == "length" ? tr(" · cut at the limit") : QString();
    QLabel* foot = widgets::makeLabel(tr("%1 tokens").arg(sample.numTokens) + cut
            + tr(" · log p %1").arg(QString::number(sample.meanLogprob, 'f', 2)),
        QStringLiteral("secondary"), this);
    foot->setFont(widgets::smallFont(font()));
    layout()->addWidget(foot);
}

} // namespace msrl::pages
