// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/judgement_detail.h"

#include "app/models/strings.h"
#include "app/pages/completion_card.h"
#include "app/pages/judged_media.h"
#include "app/pages/media_strip.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kJudgedPromptHeight = 132;

void dropAll(QHBoxLayout& layout)
{
    while (QLayoutItem* item = layout.takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

} // namespace

JudgementDetail::JudgementDetail(QWidget* parent)
    : QWidget(parent)
    , m_title(widgets::makeLabel({}, QStringLiteral("heading"), this))
    , m_gold(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_pictures(new MediaStrip(QBoxLayout::LeftToRight, this))
    , m_promptTitle(widgets::makeLabel(tr("Prompt, as given"), QStringLiteral("heading"), this))
    , m_prompt(new QPlainTextEdit(this))
    , m_cards(new QHBoxLayout)
{
    m_prompt->setReadOnly(true);
    m_prompt->setFixedHeight(kJudgedPromptHeight);
    m_prompt->setFont(widgets::smallFont(widgets::monoFont()));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_pictures->hide();
    m_cards->setSpacing(widgets::kGap);
    auto* head = new QHBoxLayout;
    head->setSpacing(widgets::kGap);
    head->addWidget(m_title);
    head->addWidget(m_gold);
    head->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kGap, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addLayout(head);
    layout->addWidget(m_pictures);
    layout->addWidget(m_promptTitle);
    layout->addWidget(m_prompt);
    layout->addLayout(m_cards, 1);
    connect(m_pictures, &MediaStrip::viewRequested, this, &JudgementDetail::mediaRequested);
}

void JudgementDetail::usePictures(services::EnginePictures* pictures)
{
    m_pictures->usePictures(pictures);
}

void JudgementDetail::show(const models::JudgedPair& pair)
{
    drop();
    m_title->setText(models::toQt(pair.given.sampleId));
    m_gold->setText(
        pair.given.gold.empty() ? QString() : tr("%1 is better").arg(models::toQt(pair.given.gold)));
    m_pictures->setMedia(judgedMedia(pair.given));
    m_pictures->setVisible(!m_pictures->media().empty());
    m_prompt->setPlainText(models::toQt(pair.given.prompt));
    m_cards->addWidget(new CompletionCard(pair.given, tr("As given"), this));
    if (pair.exchanged)
        m_cards->addWidget(new CompletionCard(*pair.exchanged, tr("A and B exchanged"), this));
}

void JudgementDetail::clear(const QString& why)
{
    drop();
    m_title->clear();
    m_gold->clear();
    m_prompt->clear();
    m_promptTitle->hide();
    m_prompt->hide();
    QLabel* label = widgets::makeLabel(why, QStringLiteral("secondary"), this);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignCenter);
    m_cards->addWidget(label);
}

const base::Json& JudgementDetail::media() const
{
    return m_pictures->media();
}

void JudgementDetail::togglePlay()
{
    m_pictures->togglePlay();
}

void JudgementDetail::drop()
{
    m_pictures->setMedia(base::Json::array());
    m_pictures->hide();
    dropAll(*m_cards);
    m_promptTitle->show();
    m_prompt->show();
}

} // namespace msrl::pages
