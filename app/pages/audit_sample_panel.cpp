// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_sample_panel.h"

#include "app/models/candidate_queue_model.h"
#include "app/models/strings.h"
#include "app/pages/action_keys.h"
#include "app/pages/judged_media.h"
#include "app/pages/media_view.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/wrapped_text.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

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

void AuditSamplePanel::usePictures(services::EnginePictures* pictures)
{
    m_pictures = pictures;
    if (pictures)
        connect(pictures, &services::EnginePictures::changed, this, &AuditSamplePanel::refreshMedia);
}

void AuditSamplePanel::clear()
{
    m_media.clear();
    m_given = base::Json::array();
    m_shownMedia = base::Json::array();
    m_wrong = nullptr;
    m_body = new QWidget;
    m_layout = new QVBoxLayout(m_body);
    m_layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, 12);
    m_layout->setSpacing(widgets::kGap);
    setWidget(m_body);
}

void AuditSamplePanel::togglePlay()
{
    for (const ShownMedium& medium : m_media)
        medium.item->togglePlay();
}

void AuditSamplePanel::showKeys()
{
    const QString view = actionKey(this, QStringLiteral("audit.viewMedia"));
    const QString play = actionKey(this, QStringLiteral("audit.play"));
    for (const ShownMedium& medium : m_media)
        medium.item->setKeys(view, play);
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

MediaItem* AuditSamplePanel::makeMedia(int place, QWidget* parent)
{
    auto* item = new MediaItem(m_shownMedia[static_cast<std::size_t>(place)], parent);
    connect(item, &MediaItem::viewRequested, this,
        [this, place](int frame) { Q_EMIT mediaRequested(place, frame); });
    return item;
}

void AuditSamplePanel::addMedia(int place, QWidget* parent, QVBoxLayout* layout)
{
    MediaItem* item = makeMedia(place, parent);
    layout->addWidget(item);
    m_media.push_back({ place, item, layout });
}

// What has come by now; all else stays as it is.
void AuditSamplePanel::refreshMedia()
{
    const base::Json before = std::exchange(m_shownMedia, withPictures(m_given, m_pictures));
    for (ShownMedium& medium : m_media) {
        const auto place = static_cast<std::size_t>(medium.place);
        if (m_shownMedia[place] == before[place])
            continue;
        MediaItem* fresh = makeMedia(medium.place, medium.item->parentWidget());
        delete medium.layout->replaceWidget(medium.item, fresh);
        medium.item->deleteLater();
        medium.item = fresh;
        fresh->show();
    }
    if (m_shownMedia != before)
        showKeys();
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
            addMedia(static_cast<int>(i), card, layout);
    }
    m_layout->addWidget(card);
}

void AuditSamplePanel::show(const store::CandidateRow& candidate, bool blind, bool wrongCaption)
{
    clear();
    m_given = candidate.media;
    m_shownMedia = withPictures(m_given, m_pictures);
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
            addMedia(static_cast<int>(i), m_body, m_layout);
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
