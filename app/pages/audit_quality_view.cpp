// SPDX-License-Identifier: GPL-3.0-or-later
// The two views of the Audit page, and what the Quality view asks of the queue.
#include "app/models/strings.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_quality_panel.h"
#include "app/pages/audit_queue_panel.h"
#include "app/services/settings.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"
#include "widgets/theme/style_sheet.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QListView>
#include <QStackedWidget>
#include <QToolButton>

#include <utility>

namespace msrl::pages {

namespace {

constexpr const char* kSampleSize = "sample_size";

} // namespace

QWidget* AuditPage::makeViewButtons(QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* group = new QButtonGroup(box);
    const auto add = [&](const QString& text, const QString& tip, bool quality) {
        auto* button = new QToolButton(box);
        widgets::setVariant(button, "kind", QStringLiteral("chip"));
        button->setText(text);
        button->setToolTip(tip);
        button->setCheckable(true);
        button->setFocusPolicy(Qt::TabFocus);
        group->addButton(button);
        layout->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, quality] { showQuality(quality); });
        return button;
    };
    m_itemsButton = add(tr("Items"), tr("Decide about one item after the other"), false);
    m_qualityButton = add(tr("Quality"), {}, true); // its tip names its key: showKeys()
    m_qualityButton->setObjectName(QStringLiteral("qualityButton"));
    m_itemsButton->setChecked(true);
    return box;
}

QWidget* AuditPage::makeViews(QWidget* items)
{
    m_views = new QStackedWidget(items->parentWidget());
    m_quality = new AuditQualityPanel(m_views);
    m_views->addWidget(items);
    m_views->addWidget(m_quality);
    return m_views;
}

bool AuditPage::showsQuality() const
{
    return m_views->currentWidget() == m_quality;
}

void AuditPage::showQuality(bool on)
{
    (on ? m_qualityButton : m_itemsButton)->setChecked(true);
    m_views->setCurrentIndex(on ? 1 : 0);
    m_bar->setVisible(!on);
    if (on)
        refreshQuality();
    else
        m_queuePanel->list().setFocus();
}

void AuditPage::refreshQuality()
{
    if (!showsQuality())
        return;
    m_quality->setItems(m_queue.items(), m_stage, m_thresholds);
    std::vector<store::DecisionRow> decisions;
    if (m_audit) {
        auto rows = m_audit->store().newestByAuditor(m_stage);
        if (!rows) {
            m_message->showMessage(widgets::MessageKind::Error, models::toQt(rows.error().message()));
            return; // what is shown stays: an empty list would say that nobody has decided
        }
        decisions = models::wordsAbout(m_queue.items(), *rows);
    }
    m_quality->setNotes(models::qualityNotes(m_queue.items(), decisions));
}

// One more condition on top of nothing: facets that hide what is asked for would be a riddle.
void AuditPage::narrow(const std::function<void(models::QueueFilter&)>& change)
{
    m_queuePanel->clearFilter();
    models::QueueFilter filter = m_queue.filter();
    change(filter);
    m_queue.setFilter(std::move(filter));
    showQuality(false);
}

void AuditPage::connectQuality()
{
    const base::Json& kept = m_context.settings.data().pages;
    if (const auto mine = kept.find(kSettings); mine != kept.end() && mine->is_object())
        m_quality->setSampleSize(mine->value(kSampleSize, m_quality->sampleSize()));
    connect(m_quality, &AuditQualityPanel::sampleSizeChanged, this, [this](int size) {
        m_context.settings.edit(
            [size](services::SettingsData& changed) { changed.pages[kSettings][kSampleSize] = size; });
    });
    connect(
        m_quality, &AuditQualityPanel::rangeRequested, this, [this](const models::ConfidenceRange& range) {
            narrow([&](models::QueueFilter& filter) { filter.confidence = range; });
        });
    connect(
        m_quality, &AuditQualityPanel::acceptRequested, this, [this](const models::ConfidenceRange& range) {
            narrow([&](models::QueueFilter& filter) { filter.confidence = range; });
            askBulk(QStringLiteral("accept"));
        });
    connect(m_quality, &AuditQualityPanel::sampleRequested, this,
        [this](const std::vector<std::int64_t>& rowids) {
            narrow([&](models::QueueFilter& filter) { filter.sample = models::RowIds(rowids); });
        });
}

} // namespace msrl::pages
