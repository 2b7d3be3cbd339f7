// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_page.h"

#include "app/models/strings.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_queue_panel.h"
#include "app/pages/audit_sample_panel.h"
#include "app/pages/media_viewer.h"
#include "app/services/settings.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/progress_ring.h"
#include "widgets/feedback/toast.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QListView>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

using models::ItemStatus;
using widgets::MessageKind;

AuditPage::AuditPage(const PageContext& context, QWidget* parent)
    : Page(QStringLiteral("audit"), tr("Audit"), QStringLiteral("audit"), parent)
    , m_context(context)
    , m_blind(context.settings.data().blindAudit)
    , m_empty(new widgets::EmptyState(QStringLiteral("audit"), tr("Nothing to audit yet"),
          tr("What the teacher writes during distillation appears here: its reasoning paths, their votes and "
             "the machine's choice. You accept, reject or override; nothing trains the student before you "
             "sign off."),
          this))
    , m_toast(new widgets::Toast(this))
{
    m_stack = new QStackedLayout(this);
    m_empty->setAction(tr("Open Run"));
    connect(m_empty, &widgets::EmptyState::actionTriggered, this,
        [this] { Q_EMIT pageRequested(QStringLiteral("run")); });
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeContent());
    connectParts();
    setBlind(m_blind);
    restoreSides();
    m_bar->setAutoAdvance(context.settings.data().autoAdvance);
    showState();
}

AuditPage::~AuditPage() = default;

QWidget* AuditPage::makeTop()
{
    auto* top = new QWidget(this);
    m_stages = new QComboBox(top);
    m_stages->setObjectName(QStringLiteral("auditedGate"));
    m_stages->setAccessibleName(tr("Distillation stage and its gate"));
    m_stages->setToolTip(
        tr("Which distilled set is audited, and for which gate where several let it through. "
           "Decisions and the sign-off are about the set, for all of its gates."));
    m_stages->setFocusPolicy(Qt::TabFocus);
    m_gate = new widgets::StateLabel(top);
    m_exportButton = new QPushButton(tr("Export…"), top);
    m_exportButton->setObjectName(QStringLiteral("exportSet"));
    m_exportButton->setFocusPolicy(Qt::TabFocus);
    m_estimate = widgets::makeLabel({}, QStringLiteral("secondary"), top);
    m_estimate->setToolTip(tr("Of the machine's choices that you decided about: rejected or overridden."));
    m_ring = new widgets::ProgressRing(top);
    auto* layout = new QHBoxLayout(top);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->setSpacing(widgets::kWideGap);
    layout->addWidget(m_stages);
    layout->addWidget(makeViewButtons(top));
    layout->addWidget(m_gate);
    layout->addWidget(m_exportButton);
    layout->addStretch();
    layout->addWidget(m_estimate);
    layout->addWidget(m_ring);
    return top;
}

QWidget* AuditPage::makeContent()
{
    auto* content = new QWidget(this);
    m_message = new widgets::MessageBar(content);
    m_queuePanel = new AuditQueuePanel(m_queue, content);
    m_samplePanel = new AuditSamplePanel(content);
    m_samplePanel->usePictures(m_context.pictures);
    m_pathsPanel = new AuditPathsPanel(content);
    m_bar = new DecisionBar(content);
    m_splitter = new QSplitter(Qt::Horizontal, content);
    m_splitter->addWidget(m_queuePanel);
    m_splitter->addWidget(m_samplePanel);
    m_splitter->addWidget(m_pathsPanel);
    m_splitter->setHandleWidth(1);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setStretchFactor(2, 1);
    m_splitter->setSizes({ 300, 500, 560 });
    m_splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTop());
    layout->addWidget(m_message);
    layout->addWidget(widgets::makeRule(Qt::Horizontal, content));
    layout->addWidget(makeViews(m_splitter), 1);
    m_viewer = new MediaViewer(m_views);
    layout->addWidget(widgets::makeRule(Qt::Horizontal, content));
    layout->addWidget(m_bar);
    return content;
}

void AuditPage::connectParts()
{
    connect(m_queuePanel->list().selectionModel(), &QItemSelectionModel::currentChanged, this,
        &AuditPage::showItem);
    connect(m_queuePanel, &AuditQueuePanel::searchChanged, this, &AuditPage::search);
    // A new filter or order keeps the item that is looked at, where it is still shown.
    connect(&m_queue, &QAbstractItemModel::modelReset, this, [this] {
        dropBulk();
        const int row = std::max(0, m_queue.rowOf(m_current));
        const QModelIndex index = m_queue.index(row);
        m_queuePanel->list().setCurrentIndex(index);
        if (!index.isValid())
            showItem(index);
    });
    connect(&m_queue, &models::CandidateQueueModel::countsChanged, this, &AuditPage::showState);
    connect(m_bar, &DecisionBar::acted, this, [this](AuditAct what) { act(what, How::Mouse); });
    connect(m_bar, &DecisionBar::bulkConfirmed, this, &AuditPage::applyBulk);
    connect(m_bar, &DecisionBar::bulkCancelled, this, [this] { m_queuePanel->list().setFocus(); });
    connect(m_bar, &DecisionBar::blindToggled, this, &AuditPage::setBlind);
    connect(m_bar, &DecisionBar::autoAdvanceToggled, this, [this](bool on) {
        m_context.settings.edit([on](services::SettingsData& changed) { changed.autoAdvance = on; });
    });
    connect(m_pathsPanel, &AuditPathsPanel::overrideEntered, this,
        [this](int path, const QString& text, const QString& reason) {
            store::DecisionRow row;
            row.verdict = "override";
            row.path = path;
            row.text = text.toStdString();
            row.reason = reason.toStdString();
            decide(row, How::Key);
        });
    connect(m_pathsPanel, &AuditPathsPanel::noteEntered, this, &AuditPage::note);
    connect(m_pathsPanel, &AuditPathsPanel::sideBySideChanged, this, &AuditPage::makeRoom);
    connect(m_samplePanel, &AuditSamplePanel::mediaRequested, this,
        [this](int medium, int frame) { m_viewer->open(m_samplePanel->media(), medium, frame); });
    connect(m_viewer, &MediaViewer::closed, this, [this] { m_queuePanel->list().setFocus(); });
    connect(m_samplePanel, &AuditSamplePanel::captionRejected, this,
        [this] { act(AuditAct::WrongCaption, How::Mouse); });
    connect(
        m_pathsPanel, &AuditPathsPanel::overrideClosed, this, [this] { m_queuePanel->list().setFocus(); });
    connect(m_toast, &widgets::Toast::undoRequested, this, &AuditPage::undo);
    connectFilters();
    connectQuality();
    connectExport();
    connect(m_stages, &QComboBox::activated, this, [this](int index) {
        choose(static_cast<std::size_t>(index));
        showState();
    });
}

void AuditPage::setSession(services::RunSession* session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    m_undo.clear();
    m_audit.reset();
    m_stage.clear();
    m_gateStage.clear();
    m_choices.clear();
    m_stages->clear();
    selectStage({});
    if (!session)
        return;
    readFilters();
    connect(session, &services::RunSession::stagesChanged, this, [this] {
        findStages();
        showState();
    });
    connect(session, &services::RunSession::candidatesArrived, this, &AuditPage::readCandidates);
    connect(session, &services::RunSession::stateChanged, this, &AuditPage::showState);
    // A stage that began anew: what was shown of it is gone.
    connect(session, &services::RunSession::truncated, this,
        [this](const std::vector<store::TruncationRow>& rows) {
            const bool gone = std::any_of(rows.begin(), rows.end(),
                [this](const store::TruncationRow& row) { return row.stage == m_stage && row.step < 0; });
            if (gone)
                selectStage(m_stage);
        });
    findStages();
}

void AuditPage::showState()
{
    const bool any = m_queue.numItems() > 0;
    m_stack->setCurrentIndex(any ? 1 : 0);
    if (!any)
        return;
    m_stages->setVisible(m_stages->count() > 0);
    const models::AuditSummary& sum = summary();
    const int judged = sum.decided() + sum.flagged;
    m_ring->setValue(static_cast<double>(judged) / sum.items);
    m_ring->setToolTip(tr("%1 of %2 decided").arg(models::countText(judged), models::countText(sum.items)));
    QString progress = tr("%1 of %2 decided").arg(models::countText(judged), models::countText(sum.items));
    if (sum.toDecideAgain > 0)
        progress += tr(" · %1 to decide again").arg(models::countText(sum.toDecideAgain));
    m_estimate->setText(tr("%1 · machine wrong: %2").arg(progress, models::estimateText(sum.byAuditor)));
    refreshQuality();
    showExport();
    const store::StageRow* waiting = gate();
    const SignedOff signedOff = this->signedOff();
    if (signedOff.isCurrent)
        m_gate->setState(QStringLiteral("state-done"), tr("signed off by %1").arg(signedOff.auditor),
            QStringLiteral("good"));
    else if (waiting && waiting->state == store::StageState::AwaitingAudit)
        m_gate->setState(QStringLiteral("state-waiting"),
            !signedOff.auditor.isEmpty()
                ? tr("changed since %1 signed it off; the run waits").arg(signedOff.auditor)
                : waiting->message.empty() ? tr("the run waits here")
                                           : tr("the run %1").arg(models::toQt(waiting->message)),
            QStringLiteral("waiting"));
    else if (!signedOff.auditor.isEmpty())
        m_gate->setState(QStringLiteral("gate"), tr("changed since %1 signed it off").arg(signedOff.auditor),
            QStringLiteral("waiting"));
    else
        m_gate->setState(QStringLiteral("gate"), tr("not signed off"), QString());
    const models::QueueItem* item = m_queue.find(m_current);
    m_bar->setCanAccept(item && item->summary.chosen >= 0,
        item && item->summary.chosen < 0 ? tr("There is no machine choice to accept")
                                         : tr("Accept the machine's choice"));
    m_bar->setCanUndo(m_undo.canUndo(), m_undo.undoText());
    m_bar->setCanSignOff(m_audit != nullptr && !signedOff.isCurrent && isWholeSet(),
        signedOff.isCurrent ? tr("This set is signed off already.")
            : !isWholeSet() ? tr("The teacher has not written the whole set yet.")
                            : tr("Say that this set may train the student"));
}

void AuditPage::activated()
{
    if (!showsQuality())
        m_queuePanel->list().setFocus();
}

} // namespace msrl::pages
