// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sample_group_view.h"

#include "app/pages/completion_card.h"
#include "app/pages/judged_media.h"
#include "app/pages/media_strip.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kGroupPromptWidth = 220;
constexpr int kImageColumn = 204; // an image and a scroll bar
constexpr int kVideoColumn = 260; // the player, two frames and a scroll bar

} // namespace

SampleGroupView::SampleGroupView(QWidget* parent)
    : QWidget(parent)
    , m_prompt(new QPlainTextEdit(this))
{
    m_prompt->setObjectName(QStringLiteral("groupPrompt"));
    m_prompt->setReadOnly(true);
    m_prompt->setFixedWidth(kGroupPromptWidth);
    m_prompt->setFont(widgets::smallFont(widgets::monoFont()));
    m_prompt->setAccessibleName(tr("Prompt"));
    auto* columns = new QWidget;
    m_columns = new QHBoxLayout(columns);
    m_columns->setContentsMargins(0, 0, 0, 0);
    m_columns->setSpacing(widgets::kGap);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(columns);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(widgets::kGap, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_prompt);
    layout->addWidget(makeMedia());
    layout->addWidget(scroll, 1);
}

QWidget* SampleGroupView::makeMedia()
{
    auto* shown = new QWidget;
    m_media = new MediaStrip(QBoxLayout::TopToBottom, shown);
    m_unseen = widgets::makeLabel({}, QStringLiteral("secondary"), shown);
    m_unseen->setObjectName(QStringLiteral("unseenMedia"));
    m_unseen->setWordWrap(true);
    m_unseen->setFont(widgets::smallFont(font()));
    m_unseen->setToolTip(tr("Frames of video files and images inside rows are not kept with the samples of "
                            "a step; files of another machine are not here."));
    auto* layout = new QVBoxLayout(shown);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_unseen);
    layout->addWidget(m_media, 1);
    m_mediaArea = new QScrollArea(this);
    m_mediaArea->setWidgetResizable(true);
    m_mediaArea->setWidget(shown);
    m_mediaArea->setFrameShape(QFrame::NoFrame);
    m_mediaArea->setFocusPolicy(Qt::NoFocus);
    m_mediaArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_mediaArea->setAccessibleName(tr("What the model was shown"));
    m_mediaArea->hide();
    connect(m_media, &MediaStrip::viewRequested, this, &SampleGroupView::mediaRequested);
    return m_mediaArea;
}

void SampleGroupView::setGroup(const models::SampleGroup& group)
{
    m_group = group;
    const store::SampleRow& first = m_group.completions.front();
    m_prompt->setPlainText(models::promptText(first.prompt));
    showMedia(first);
    showCards();
}

void SampleGroupView::clear()
{
    m_group = {};
    m_prompt->clear();
    showMedia({});
    showCards();
}

void SampleGroupView::showMedia(const store::SampleRow& sample)
{
    m_media->setMedia(judgedMedia(sample));
    const auto unseen = static_cast<int>(sample.media.size() - m_media->media().size());
    m_unseen->setText(unseen > 0
            ? tr("%1 of %2 media have no picture here.").arg(unseen).arg(sample.media.size())
            : QString());
    m_unseen->setVisible(unseen > 0);
    m_mediaArea->setFixedWidth(m_media->hasVideo() ? kVideoColumn : kImageColumn);
    m_mediaArea->setVisible(!sample.media.empty());
}

void SampleGroupView::showCards()
{
    while (QLayoutItem* item = m_columns->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const store::SampleRow& sample : m_group.completions)
        m_columns->addWidget(new CompletionCard(sample));
    m_columns->addStretch();
}

const base::Json& SampleGroupView::media() const
{
    return m_media->media();
}

void SampleGroupView::togglePlay()
{
    m_media->togglePlay();
}

} // namespace msrl::pages
