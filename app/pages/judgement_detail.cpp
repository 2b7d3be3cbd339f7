// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/judgement_detail.h"

#include "app/models/strings.h"
#include "app/pages/completion_card.h"
#include "app/pages/judged_media.h"
#include "app/pages/media_view.h"
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

// Which of the two that are compared it is.
QWidget* withRole(MediaItem* item, const QString& role)
{
    auto* box = new QWidget(item->parentWidget());
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(
        widgets::makeLabel(JudgementDetail::tr("Response %1").arg(role), QStringLiteral("heading"), box));
    layout->addWidget(item);
    return box;
}

} // namespace

JudgementDetail::JudgementDetail(QWidget* parent)
    : QWidget(parent)
    , m_title(widgets::makeLabel({}, QStringLiteral("heading"), this))
    , m_gold(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_pictures(new QHBoxLayout)
    , m_promptTitle(widgets::makeLabel(tr("Prompt, as given"), QStringLiteral("heading"), this))
    , m_prompt(new QPlainTextEdit(this))
    , m_cards(new QHBoxLayout)
{
    m_prompt->setReadOnly(true);
    m_prompt->setFixedHeight(kJudgedPromptHeight);
    m_prompt->setFont(widgets::smallFont(widgets::monoFont()));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_pictures->setSpacing(widgets::kWideGap);
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
    layout->addLayout(m_pictures);
    layout->addWidget(m_promptTitle);
    layout->addWidget(m_prompt);
    layout->addLayout(m_cards, 1);
}

void JudgementDetail::show(const models::JudgedPair& pair)
{
    drop();
    m_title->setText(models::toQt(pair.given.sampleId));
    m_gold->setText(
        pair.given.gold.empty() ? QString() : tr("%1 is better").arg(models::toQt(pair.given.gold)));
    m_media = judgedMedia(pair.given);
    for (std::size_t i = 0; i < m_media.size(); ++i) {
        auto* item = new MediaItem(m_media[i], this);
        item->setKeys(QStringLiteral("V"), QStringLiteral("P")); // the browser's own
        connect(item, &MediaItem::viewRequested, this,
            [this, i](int frame) { Q_EMIT mediaRequested(static_cast<int>(i), frame); });
        m_items.push_back(item);
        const QString role = models::toQt(m_media[i].value("role", std::string()));
        m_pictures->addWidget(role == QLatin1String("context") ? item : withRole(item, role));
    }
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

void JudgementDetail::togglePlay()
{
    for (MediaItem* item : m_items)
        item->togglePlay();
}

void JudgementDetail::drop()
{
    m_media = base::Json::array();
    m_items.clear();
    dropAll(*m_pictures);
    dropAll(*m_cards);
    m_promptTitle->show();
    m_prompt->show();
}

} // namespace msrl::pages
