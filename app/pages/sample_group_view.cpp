// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sample_group_view.h"

#include "app/models/strings.h"
#include "app/pages/completion_card.h"
#include "app/pages/judged_media.h"
#include "app/pages/media_strip.h"
#include "app/pages/path_comparison.h"
#include "app/pages/sample_modes.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <tuple>
#include <utility>

namespace msrl::pages {

namespace {

constexpr int kGroupPromptWidth = 220;
constexpr int kImageColumn = 204; // an image and a scroll bar
constexpr int kVideoColumn = 260; // the player, two frames and a scroll bar

QString groupRemark(const store::SampleRow& sample)
{
    return SampleGroupView::tr("reward %1 · advantage %2 · log p %3")
        .arg(models::hundredthsText(sample.reward), models::hundredthsText(sample.advantage),
            models::hundredthsText(sample.meanLogprob));
}

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
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(widgets::kGap, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_prompt);
    layout->addWidget(makeMedia());
    layout->addWidget(makeCompletions(), 1);
}

QWidget* SampleGroupView::makeCompletions()
{
    auto* box = new QWidget(this);
    m_modes = new SampleModes(box);
    auto* columns = new QWidget;
    m_columns = new QHBoxLayout(columns);
    m_columns->setContentsMargins(0, 0, 0, 0);
    m_columns->setSpacing(widgets::kGap);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setWidget(columns);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_comparison = new QScrollArea;
    m_comparison->setWidgetResizable(true);
    m_comparison->setFrameShape(QFrame::NoFrame);
    m_comparison->setAccessibleName(tr("Two completions compared"));
    m_ways = new QStackedLayout;
    m_ways->addWidget(scroll);
    m_ways->addWidget(m_comparison);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGrid);
    layout->addWidget(m_modes);
    layout->addLayout(m_ways, 1);
    connect(m_modes, &SampleModes::sideBySideRequested, this, &SampleGroupView::setSideBySide);
    connect(m_modes, &SampleModes::heatRequested, this, &SampleGroupView::setHeat);
    return box;
}

QWidget* SampleGroupView::makeMedia()
{
    m_media = new MediaStrip(QBoxLayout::TopToBottom);
    m_mediaArea = new QScrollArea(this);
    m_mediaArea->setWidgetResizable(true);
    m_mediaArea->setWidget(m_media);
    m_mediaArea->setFrameShape(QFrame::NoFrame);
    m_mediaArea->setFocusPolicy(Qt::NoFocus);
    m_mediaArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_mediaArea->setAccessibleName(tr("What the model was shown"));
    m_mediaArea->hide();
    connect(m_media, &MediaStrip::viewRequested, this, &SampleGroupView::mediaRequested);
    connect(m_media, &MediaStrip::changed, this, &SampleGroupView::fitMedia);
    return m_mediaArea;
}

void SampleGroupView::setGroup(const models::SampleGroup& group)
{
    // A group that is read again, as more of the step arrives, keeps the two that are compared.
    const bool same = group.stage == m_group.stage && group.step == m_group.step
        && group.promptIndex == m_group.promptIndex && group.completions.size() == m_group.completions.size();
    m_group = group;
    if (!same)
        std::tie(m_left, m_right) = models::completionsToCompare(m_group);
    const store::SampleRow& first = m_group.completions.front();
    m_prompt->setPlainText(models::promptText(first.prompt));
    showMedia(first);
    rebuild();
}

void SampleGroupView::clear()
{
    m_group = {};
    m_left = m_right = -1;
    m_prompt->clear();
    showMedia({});
    rebuild();
}

void SampleGroupView::usePictures(services::EnginePictures* pictures)
{
    m_media->usePictures(pictures);
}

void SampleGroupView::showMedia(const store::SampleRow& sample)
{
    m_media->setMedia(judgedMedia(sample));
    fitMedia();
}

void SampleGroupView::fitMedia()
{
    m_mediaArea->setFixedWidth(m_media->hasVideo() ? kVideoColumn : kImageColumn);
    m_mediaArea->setVisible(!m_media->media().empty());
}

void SampleGroupView::rebuild()
{
    const bool two = m_sideBySide && m_right >= 0;
    showCards();
    if (two)
        showComparison();
    m_ways->setCurrentIndex(two ? 1 : 0);
    m_modes->setSideBySide(two, m_right >= 0);
    showHeat();
}

void SampleGroupView::showCards()
{
    while (QLayoutItem* item = m_columns->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_cards.clear();
    for (const store::SampleRow& sample : m_group.completions) {
        m_cards.push_back(new CompletionCard(sample));
        m_columns->addWidget(m_cards.back());
    }
    m_columns->addStretch();
}

void SampleGroupView::setHeat(models::TokenHeat heat)
{
    m_heat = heat;
    if (m_ways->currentIndex() == 1)
        showComparison();
    showHeat();
}

void SampleGroupView::toggleHeat(models::TokenHeat heat)
{
    setHeat(heat == m_heat ? models::TokenHeat::None : heat);
}

// Of the cards and on the buttons.
void SampleGroupView::showHeat()
{
    bool known = false;
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setHeat(m_group.completions[i], m_heat);
        known = known || models::hasHeat(m_group.completions[i], m_heat);
    }
    m_modes->setHeat(m_heat, known);
}

void SampleGroupView::showComparison()
{
    std::vector<store::CandidatePath> paths;
    std::vector<QString> remarks;
    for (const store::SampleRow& sample : m_group.completions) {
        paths.push_back(models::completionPath(sample, m_heat));
        remarks.push_back(groupRemark(sample));
    }
    const bool heat = m_heat != models::TokenHeat::None;
    // The box with the focus is made anew as well.
    const QWidget* had = m_comparison->focusWidget();
    const QString name = had && had->hasFocus() ? had->objectName() : QString();
    auto* comparison = new PathComparison(
        ComparedPaths { paths, m_left, m_right, -1, -1, {}, {}, heat, true, std::move(remarks) });
    m_comparison->setWidget(comparison);
    if (auto* box = name.isEmpty() ? nullptr : comparison->findChild<QComboBox*>(name))
        box->setFocus();
    // Once the box that was clicked is done with the click.
    connect(
        comparison, &PathComparison::leftPicked, this,
        [this](int path) {
            if (path == m_right)
                m_right = m_left;
            m_left = path;
            rebuild();
        },
        Qt::QueuedConnection);
    connect(
        comparison, &PathComparison::rightPicked, this, &SampleGroupView::chooseRight, Qt::QueuedConnection);
}

void SampleGroupView::chooseRight(int index)
{
    if (index == m_left)
        m_left = m_right;
    m_right = index;
    rebuild();
}

void SampleGroupView::setSideBySide(bool on)
{
    m_sideBySide = on;
    rebuild();
}

void SampleGroupView::swapSides()
{
    if (m_ways->currentIndex() != 1)
        return;
    std::swap(m_left, m_right);
    rebuild();
}

void SampleGroupView::stepRight(int by)
{
    const int count = static_cast<int>(m_group.completions.size());
    if (m_ways->currentIndex() != 1)
        return;
    int next = (m_right + by + count) % count;
    if (next == m_left)
        next = (next + by + count) % count;
    chooseRight(next);
}

void SampleGroupView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_ways && m_ways->currentIndex() == 1)
        showComparison();
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
