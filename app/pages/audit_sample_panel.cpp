// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_sample_panel.h"

#include "app/models/candidate_queue_model.h"
#include "app/models/strings.h"
#include "app/pages/action_keys.h"
#include "app/pages/media_view.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/wrapped_text.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kLeastSampleWidth = 300;

widgets::WrappedText* makeText(const std::string& text, QWidget* parent)
{
    auto* wrapped = new widgets::WrappedText(parent);
    wrapped->setSelectable(true);
    wrapped->setText(models::toQt(text));
    return wrapped;
}

} // namespace

AuditSamplePanel::AuditSamplePanel(QWidget* parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(kLeastSampleWidth);
    setAccessibleName(tr("The sample"));
    clear();
}

void AuditSamplePanel::clear()
{
    m_media.clear();
    m_wrong = nullptr;
    m_body = new QWidget;
    m_layout = new QVBoxLayout(m_body);
    m_layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, 12);
    m_layout->setSpacing(widgets::kGap);
    setWidget(m_body);
}

void AuditSamplePanel::togglePlay()
{
    for (MediaItem* item : m_media)
        item->togglePlay();
}

void AuditSamplePanel::showKeys()
{
    const QString view = actionKey(this, QStringLiteral("audit.viewMedia"));
    const QString play = actionKey(this, QStringLiteral("audit.play"));
    for (MediaItem* item : m_media)
        item->setKeys(view, play);
    if (m_wrong)
        m_wrong->setText(withKey(tr("Wrong caption"), this, QStringLiteral("audit.wrongCaption")));
}

void AuditSamplePanel::addSection(const QString& title, const std::string& text)
{
    m_layout->addWidget(widgets::makeLabel(title, QStringLiteral("secondary"), m_body));
    m_layout->addWidget(makeText(text, m_body));
    m_layout->addSpacing(widgets::kGap);
}

// With a verdict of its own: a wrong caption teaches the student to see what is not there.
void AuditSamplePanel::addCaption(const std::string& text, bool isWrong)
{
    auto* head = new QHBoxLayout;
    head->addWidget(
        widgets::makeLabel(tr("Caption, what the teacher read"), QStringLiteral("secondary"), m_body), 1);
    if (isWrong) {
        auto* said = new widgets::StateLabel(m_body);
        said->setObjectName(QStringLiteral("captionVerdict"));
        said->setState(QStringLiteral("close"), tr("found wrong"), QStringLiteral("waiting"));
        head->addWidget(said);
    }
    m_wrong = new QPushButton(m_body);
    m_wrong->setObjectName(QStringLiteral("wrongCaption"));
    m_wrong->setToolTip(tr("Reject the item because its caption does not tell what the media show"));
    m_wrong->setFocusPolicy(Qt::TabFocus);
    connect(m_wrong, &QPushButton::clicked, this, &AuditSamplePanel::captionRejected);
    head->addWidget(m_wrong);
    m_layout->addLayout(head);
    m_layout->addWidget(makeText(models::toQt(text).trimmed().toStdString(), m_body));
    m_layout->addSpacing(widgets::kGap);
}

void AuditSamplePanel::addMedia(const base::Json& media, int place, QWidget* parent, QVBoxLayout* layout)
{
    auto* item = new MediaItem(media, parent);
    connect(item, &MediaItem::viewRequested, this,
        [this, place](int frame) { Q_EMIT mediaRequested(place, frame); });
    m_media.push_back(item);
    layout->addWidget(item);
}

void AuditSamplePanel::addResponse(
    const QString& side, const std::string& text, const store::CandidateRow& candidate, bool blind)
{
    const std::string letter = side.toStdString();
    auto* card = new QFrame(m_body);
    widgets::setVariant(card, "surface", QStringLiteral("card"));
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(widgets::kGrid);
    auto* head = new QHBoxLayout;
    head->addWidget(widgets::makeLabel(tr("Response %1").arg(side), QStringLiteral("heading"), card));
    head->addStretch();
    if (!blind && candidate.gold == letter) {
        auto* gold = new widgets::StateLabel(card);
        gold->setState(QStringLiteral("star"), tr("gold"), QStringLiteral("good"));
        head->addWidget(gold);
    }
    if (!blind && candidate.label == letter) {
        auto* label = new widgets::StateLabel(card);
        label->setState(QStringLiteral("check"), tr("teacher's vote"), QStringLiteral("accent"));
        head->addWidget(label);
    }
    layout->addLayout(head);
    if (!text.empty())
        layout->addWidget(makeText(text, card));
    for (std::size_t i = 0; i < candidate.media.size(); ++i) {
        if (candidate.media[i].value("role", std::string()) == letter)
            addMedia(candidate.media[i], static_cast<int>(i), card, layout);
    }
    m_layout->addWidget(card);
}

void AuditSamplePanel::show(const store::CandidateRow& candidate, bool blind, bool wrongCaption)
{
    clear();
    auto* head = new QHBoxLayout;
    auto* name = new widgets::ElidedLabel(m_body, Qt::ElideMiddle);
    name->setFullText(models::toQt(candidate.sampleId));
    widgets::setVariant(name, "role", QStringLiteral("heading"));
    head->addWidget(name, 1);
    head->addWidget(
        widgets::makeLabel(models::taskText(candidate.taskType), QStringLiteral("secondary"), m_body));
    m_layout->addLayout(head);
    for (std::size_t i = 0; i < candidate.media.size(); ++i) {
        const std::string role = candidate.media[i].value("role", std::string());
        if (role != "A" && role != "B")
            addMedia(candidate.media[i], static_cast<int>(i), m_body, m_layout);
    }
    const bool generation = candidate.taskType.find("generation") != std::string::npos;
    addSection(generation ? tr("Request") : tr("Question"), candidate.query);
    addResponse(QStringLiteral("A"), candidate.responseA, candidate, blind);
    addResponse(QStringLiteral("B"), candidate.responseB, candidate, blind);
    m_layout->addSpacing(widgets::kGap);
    addCaption(candidate.caption, wrongCaption);
    m_layout->addStretch();
    showKeys();
}

} // namespace msrl::pages
