// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_page.h"

#include "app/models/strings.h"
#include "app/pages/audit_command.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_queue_panel.h"
#include "app/pages/audit_sample_panel.h"
#include "app/pages/sign_off_dialog.h"
#include "app/services/settings.h"
#include "core/base/files.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/progress_ring.h"
#include "widgets/feedback/toast.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QListView>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace msrl::pages {

using models::ItemStatus;
using widgets::MessageKind;

namespace {

constexpr int kReadAtOnce = 5000;

QString verdictText(const std::string& verdict, const QString& sample)
{
    if (verdict == "accept")
        return QObject::tr("Accepted %1").arg(sample);
    if (verdict == "reject")
        return QObject::tr("Rejected %1").arg(sample);
    if (verdict == "override")
        return QObject::tr("Overrode %1").arg(sample);
    return QObject::tr("Flagged %1").arg(sample);
}

} // namespace

AuditPage::AuditPage(const PageContext& context, QWidget* parent)
    : Page(QStringLiteral("audit"), tr("Audit"), QStringLiteral("audit"), parent)
    , m_context(context)
    , m_blind(context.settings.data().blindAudit)
    , m_empty(new widgets::EmptyState(QStringLiteral("audit"), tr("Nothing to audit yet"),
          tr("What the teacher writes during distillation appears here: its reasoning paths, their votes and "
             "the machine's "
             "choice. You accept, reject or override; nothing trains the student before you sign off."),
          this))
    , m_toast(new widgets::Toast(this))
{
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeContent());
    connectParts();
    setBlind(m_blind);
    m_bar->setAutoAdvance(context.settings.data().autoAdvance);
    showState();
}

AuditPage::~AuditPage() = default;

QWidget* AuditPage::makeTop()
{
    auto* top = new QWidget(this);
    m_stages = new QComboBox(top);
    m_stages->setAccessibleName(tr("Distillation stage"));
    m_stages->setFocusPolicy(Qt::TabFocus);
    m_gate = new widgets::StateLabel(top);
    m_estimate = widgets::makeLabel({}, QStringLiteral("secondary"), top);
    m_estimate->setToolTip(tr("Of the machine's choices that you decided about: rejected or overridden."));
    m_ring = new widgets::ProgressRing(top);
    auto* layout = new QHBoxLayout(top);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->setSpacing(widgets::kWideGap);
    layout->addWidget(m_stages);
    layout->addWidget(m_gate);
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
    m_pathsPanel = new AuditPathsPanel(content);
    m_bar = new DecisionBar(content);
    auto* splitter = new QSplitter(Qt::Horizontal, content);
    splitter->addWidget(m_queuePanel);
    splitter->addWidget(m_samplePanel);
    splitter->addWidget(m_pathsPanel);
    splitter->setHandleWidth(1);
    splitter->setStretchFactor(1, 1);
    splitter->setStretchFactor(2, 1);
    splitter->setSizes({ 300, 500, 560 });
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTop());
    layout->addWidget(m_message);
    layout->addWidget(widgets::makeRule(Qt::Horizontal, content));
    layout->addWidget(splitter, 1);
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
        const int row = std::max(0, m_queue.rowOf(m_current));
        const QModelIndex index = m_queue.index(row);
        m_queuePanel->list().setCurrentIndex(index);
        if (!index.isValid())
            showItem(index);
    });
    connect(&m_queue, &models::CandidateQueueModel::countsChanged, this, &AuditPage::showState);
    connect(m_bar, &DecisionBar::acted, this, [this](AuditAct what) { act(what, How::Mouse); });
    connect(m_bar, &DecisionBar::bulkRequested, this, &AuditPage::askBulk);
    connect(m_bar, &DecisionBar::bulkConfirmed, this, &AuditPage::applyBulk);
    connect(m_bar, &DecisionBar::signOffRequested, this, &AuditPage::signOff);
    connect(m_bar, &DecisionBar::blindToggled, this, &AuditPage::setBlind);
    connect(m_bar, &DecisionBar::autoAdvanceToggled, this, [this](bool on) {
        m_context.settings.edit([on](services::SettingsData& data) { data.autoAdvance = on; });
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
    connect(
        m_pathsPanel, &AuditPathsPanel::overrideClosed, this, [this] { m_queuePanel->list().setFocus(); });
    connect(m_toast, &widgets::Toast::undoRequested, this, &AuditPage::undo);
    connect(m_stages, &QComboBox::activated, this,
        [this](int index) { selectStage(m_stages->itemData(index).toString().toStdString()); });
}

void AuditPage::setSession(services::RunSession* session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    m_undo.clear();
    m_audit.reset();
    m_stage.clear();
    m_stages->clear();
    selectStage({});
    if (!session)
        return;
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

void AuditPage::findStages()
{
    if (!m_session)
        return;
    m_thresholds = readThresholds();
    std::vector<const store::StageRow*> teachers;
    for (const store::StageRow& row : m_session->stages()) {
        if (row.nodeType == "cmkd")
            teachers.push_back(&row);
    }
    if (static_cast<int>(teachers.size()) != m_stages->count()) {
        m_stages->clear();
        for (const store::StageRow* row : teachers)
            m_stages->addItem(
                models::toQt(row->title.empty() ? row->stage : row->title), models::toQt(row->stage));
        m_stages->setCurrentIndex(m_stages->findData(models::toQt(m_stage)));
    }
    if (m_stage.empty() && !teachers.empty())
        selectStage(teachers.front()->stage);
}

void AuditPage::selectStage(const std::string& stage)
{
    m_stage = stage;
    m_current.clear();
    m_lastRowid = 0;
    m_undo.clear();
    m_queue.clear();
    m_stages->setCurrentIndex(m_stages->findData(models::toQt(stage)));
    if (!stage.empty())
        readCandidates();
    showState();
}

void AuditPage::readCandidates()
{
    if (!m_session || m_stage.empty())
        return;
    for (;;) {
        auto items = m_session->reader().candidatesAfter(m_stage, m_lastRowid, kReadAtOnce);
        if (!items) {
            m_message->showMessage(MessageKind::Error, models::toQt(items.error().message()));
            return;
        }
        if (items->empty())
            break;
        m_lastRowid = items->back().rowid;
        const bool more = static_cast<int>(items->size()) == kReadAtOnce;
        m_queue.addItems(std::move(*items));
        if (!more)
            break;
    }
    if (!m_audit && m_queue.numItems() > 0) {
        auto audit = services::AuditSession::open(m_session->path(), m_context.settings.auditor());
        if (!audit) {
            m_message->showMessage(MessageKind::Error, models::toQt(audit.error().message()));
            return;
        }
        m_audit = std::move(*audit);
        connect(m_audit.get(), &services::AuditSession::decisionChanged, this,
            [this](const QString& stage, const QString& sample) {
                if (stage.toStdString() != m_stage)
                    return;
                m_queue.applyDecisions({ newest(sample.toStdString()) });
                if (sample.toStdString() == m_current)
                    showItem(m_queue.index(m_queue.rowOf(m_current)));
            });
        connect(m_audit.get(), &services::AuditSession::decisionsChanged, this, &AuditPage::readDecisions);
        connect(m_audit.get(), &services::AuditSession::signedOff, this, &AuditPage::showState);
    }
    readDecisions();
}

void AuditPage::readDecisions()
{
    if (!m_audit)
        return;
    auto rows = m_audit->store().newest(m_stage);
    if (!rows) {
        m_message->showMessage(MessageKind::Error, models::toQt(rows.error().message()));
        return;
    }
    m_queue.applyDecisions(*rows);
    showState();
}

store::DecisionRow AuditPage::newest(const std::string& sampleId) const
{
    const auto row = m_audit->decision(models::toQt(m_stage), models::toQt(sampleId));
    if (row)
        return *row;
    store::DecisionRow pending;
    pending.stage = m_stage;
    pending.sampleId = sampleId;
    pending.verdict = "pending";
    return pending;
}

void AuditPage::search(const QString& text)
{
    models::QueueFilter filter = m_queue.filter();
    filter.matches.reset();
    if (m_session && !text.trimmed().isEmpty()) {
        store::CandidateFilter wanted;
        wanted.stage = m_stage;
        wanted.text = text.trimmed().toStdString();
        auto found = m_session->reader().candidates(
            wanted, store::CandidateOrder::AsWritten, { 0, std::max(1, m_queue.numItems()) });
        if (!found) {
            m_message->showMessage(MessageKind::Error, models::toQt(found.error().message()));
            return;
        }
        filter.matches.emplace();
        for (const store::CandidateSummary& item : *found)
            filter.matches->insert(item.rowid);
    }
    m_queue.setFilter(std::move(filter));
}

void AuditPage::showItem(const QModelIndex& index)
{
    const models::QueueItem* item = m_queue.item(index.isValid() ? index.row() : -1);
    if (!item || !m_session) {
        m_samplePanel->clear();
        m_pathsPanel->clear();
        if (!item)
            m_current.clear();
        showState();
        return;
    }
    auto candidate = m_session->reader().candidate(item->summary.rowid);
    if (!candidate || !*candidate) {
        m_message->showMessage(MessageKind::Error,
            candidate
                ? tr("The candidate of %1 is no longer in run.db.").arg(models::toQt(item->summary.sampleId))
                : models::toQt(candidate.error().message()));
        return;
    }
    m_current = item->summary.sampleId;
    const bool blind = m_blind && item->status() == ItemStatus::Undecided;
    m_samplePanel->show(**candidate, blind);
    m_pathsPanel->show(**candidate, item->decision, m_queue.measure(), blind);
    showState();
}

void AuditPage::select(const std::string& sampleId)
{
    const int row = m_queue.rowOf(sampleId);
    if (row < 0)
        return;
    m_queuePanel->list().setCurrentIndex(m_queue.index(row));
    m_queuePanel->list().scrollTo(m_queue.index(row));
}

void AuditPage::step(int rows)
{
    if (m_queue.rowCount() == 0)
        return;
    const int row = std::clamp(std::max(0, m_queue.rowOf(m_current)) + rows, 0, m_queue.rowCount() - 1);
    select(m_queue.item(row)->summary.sampleId);
}

void AuditPage::act(AuditAct what, How how)
{
    store::DecisionRow row;
    switch (what) {
    case AuditAct::Accept: {
        const models::QueueItem* item = m_queue.find(m_current);
        if (item && item->summary.chosen < 0) {
            m_toast->showText(tr("There is no machine choice to accept: override (O) or reject (R)."));
            return;
        }
        row.verdict = "accept";
        decide(row, how);
        return;
    }
    case AuditAct::Reject:
        row.verdict = "reject";
        decide(row, how);
        return;
    case AuditAct::Flag:
        row.verdict = "flag";
        decide(row, how);
        return;
    case AuditAct::Override:
        m_pathsPanel->beginOverride(false);
        return;
    case AuditAct::OwnText:
        m_pathsPanel->beginOverride(true);
        return;
    case AuditAct::Undo:
        undo();
        return;
    case AuditAct::Previous:
        step(-1);
        return;
    case AuditAct::Next:
        step(1);
        return;
    case AuditAct::NextUndecided: {
        const int next = m_queue.nextUndecided(m_queue.rowOf(m_current));
        if (next < 0)
            m_toast->showText(tr("Every item that the filter shows is decided."));
        else
            select(m_queue.item(next)->summary.sampleId);
        return;
    }
    }
}

void AuditPage::decide(store::DecisionRow row, How how)
{
    if (!m_audit || m_current.empty())
        return;
    row.stage = m_stage;
    row.sampleId = m_current;
    row.how = how == How::Key ? "key" : "mouse";
    const int next = m_queue.nextUndecided(m_queue.rowOf(m_current));
    const std::string following = next >= 0 ? m_queue.item(next)->summary.sampleId : std::string();
    const bool advance
        = m_context.settings.data().autoAdvance && !following.empty() && following != m_current;
    push({ row }, verdictText(row.verdict, models::toQt(m_current)));
    if (advance)
        select(following);
}

void AuditPage::push(std::vector<store::DecisionRow> rows, const QString& text)
{
    std::vector<store::DecisionRow> before;
    before.reserve(rows.size());
    for (const store::DecisionRow& row : rows)
        before.push_back(newest(row.sampleId));
    auto* command = new AuditCommand(*m_audit, std::move(before), std::move(rows), text);
    const int place = m_undo.index();
    // The stack deletes a command that was refused, so its word is taken first.
    command->redo();
    if (!command->status()) {
        m_message->showMessage(MessageKind::Error, models::toQt(command->status().error().message()));
        delete command;
        return;
    }
    command->skipNextRedo();
    m_undo.push(command);
    if (m_undo.index() > place)
        m_toast->showUndo(text);
    showState();
}

void AuditPage::undo()
{
    if (!m_undo.canUndo())
        return;
    const QString text = m_undo.undoText();
    const auto* command = static_cast<const AuditCommand*>(m_undo.command(m_undo.index() - 1));
    const std::vector<store::DecisionRow> rows = command->before();
    m_undo.undo();
    readDecisions();
    m_toast->showText(tr("Undone: %1").arg(text));
    if (rows.size() == 1)
        select(rows.front().sampleId);
    showState();
}

void AuditPage::askBulk(const QString& verdict)
{
    m_bulk.clear();
    m_bulkVerdict = verdict;
    int decided = 0;
    int without = 0;
    for (int row = 0; row < m_queue.rowCount(); ++row) {
        const models::QueueItem* item = m_queue.item(row);
        const bool open = item->status() == ItemStatus::Undecided || item->status() == ItemStatus::Flagged;
        if (!open) {
            ++decided;
        } else if (verdict == QLatin1String("accept") && item->summary.chosen < 0) {
            ++without;
        } else {
            store::DecisionRow decision;
            decision.stage = m_stage;
            decision.sampleId = item->summary.sampleId;
            decision.verdict = verdict.toStdString();
            decision.how = "bulk";
            m_bulk.push_back(std::move(decision));
        }
    }
    const bool accept = verdict == QLatin1String("accept");
    const QString count = models::countText(static_cast<qint64>(m_bulk.size()));
    QStringList notes { accept ? tr("%1 items would be accepted with the machine's choice.").arg(count)
                               : tr("%1 items would be rejected.").arg(count) };
    if (without > 0)
        notes << tr("%1 without a machine choice stay open.").arg(models::countText(without));
    if (decided > 0)
        notes << tr("%1 already decided stay as they are.").arg(models::countText(decided));
    m_bar->askBulk(notes.join(QLatin1Char(' ')),
        m_bulk.empty() ? QString()
            : accept   ? tr("Accept %1 items").arg(count)
                       : tr("Reject %1 items").arg(count));
}

void AuditPage::applyBulk()
{
    if (!m_audit || m_bulk.empty())
        return;
    const QString count = models::countText(static_cast<qint64>(m_bulk.size()));
    const QString text = m_bulkVerdict == QLatin1String("accept") ? tr("Accepted %1 items").arg(count)
                                                                  : tr("Rejected %1 items").arg(count);
    push(std::exchange(m_bulk, {}), text);
    readDecisions();
    m_queuePanel->list().setFocus();
}

models::AuditSummary AuditPage::summary() const
{
    return models::summarise(m_queue.items(), m_thresholds);
}

const store::StageRow* AuditPage::gate() const
{
    if (!m_session)
        return nullptr;
    const auto& stages = m_session->stages();
    const auto found = std::find_if(
        stages.begin(), stages.end(), [](const store::StageRow& row) { return row.nodeType == "gate"; });
    return found == stages.end() ? nullptr : &*found;
}

// As the plan of the run gives them; the engine decides with the same numbers.
models::GateThresholds AuditPage::readThresholds() const
{
    models::GateThresholds thresholds;
    const store::StageRow* row = gate();
    if (!row)
        return thresholds;
    const auto text = base::readFile(m_session->folder().planFile());
    if (!text)
        return thresholds;
    const auto plan = base::parseJson(*text, "plan.json");
    if (!plan || !plan->is_object() || !plan->contains("steps"))
        return thresholds;
    for (const base::Json& step : (*plan)["steps"]) {
        if (step.value("id", std::string()) != row->stage || !step.contains("params"))
            continue;
        thresholds.minVoteShare = step["params"].value("min_vote_share", thresholds.minVoteShare);
        thresholds.minConfidence = step["params"].value("min_confidence", thresholds.minConfidence);
    }
    return thresholds;
}

void AuditPage::signOff()
{
    if (!m_audit || m_queue.numItems() == 0)
        return;
    const models::AuditSummary sum = summary();
    const store::StageRow* waiting = gate();
    const bool waits = waiting && waiting->state == store::StageState::AwaitingAudit;
    auto* dialog = new SignOffDialog(m_stages->currentText(), m_audit->auditor(), sum, waits, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, sum] {
        const auto hash = m_session->reader().candidatesHash(m_stage);
        if (!hash) {
            m_message->showMessage(MessageKind::Error, models::toQt(hash.error().message()));
            return;
        }
        store::SignOffRow row;
        row.stage = m_stage;
        row.auditor = m_audit->auditor().toStdString();
        row.statement = SignOffDialog::statement(sum).toStdString();
        row.candidatesHash = *hash;
        row.accepted = sum.training();
        row.rejected = sum.items - sum.training();
        const auto written = m_audit->signOff(std::move(row));
        if (!written) {
            m_message->showMessage(MessageKind::Error, models::toQt(written.error().message()));
            return;
        }
        m_session->tellAuditReady(models::toQt(m_stage));
        m_toast->showText(
            tr("Signed off: %1 items train the student.").arg(models::countText(sum.training())));
        Q_EMIT eventReported(tr("Signed off %1").arg(m_stages->currentText()));
        showState();
    });
    dialog->open();
}

void AuditPage::setBlind(bool on)
{
    m_blind = on;
    m_bar->setBlind(on);
    m_queuePanel->setBlind(on);
    if (m_context.settings.data().blindAudit != on)
        m_context.settings.edit([on](services::SettingsData& data) { data.blindAudit = on; });
    if (!m_current.empty())
        showItem(m_queue.index(m_queue.rowOf(m_current)));
}

void AuditPage::showState()
{
    const bool any = m_queue.numItems() > 0;
    m_stack->setCurrentIndex(any ? 1 : 0);
    if (!any)
        return;
    m_stages->setVisible(m_stages->count() > 0);
    const models::AuditSummary sum = summary();
    const int judged = sum.decided() + sum.flagged;
    m_ring->setValue(static_cast<double>(judged) / sum.items);
    m_ring->setToolTip(tr("%1 of %2 decided").arg(models::countText(judged), models::countText(sum.items)));
    m_estimate->setText(tr("%1 of %2 decided · machine wrong: %3")
                            .arg(models::countText(judged), models::countText(sum.items),
                                models::estimateText(sum.byAuditor)));
    const store::StageRow* waiting = gate();
    std::optional<store::SignOffRow> signedOff;
    if (m_audit) {
        if (auto found = m_audit->newestSignOff(models::toQt(m_stage)))
            signedOff = *found;
    }
    if (signedOff)
        m_gate->setState(QStringLiteral("state-done"),
            tr("signed off by %1").arg(models::toQt(signedOff->auditor)), QStringLiteral("good"));
    else if (waiting && waiting->state == store::StageState::AwaitingAudit)
        m_gate->setState(
            QStringLiteral("state-waiting"), tr("the run waits here"), QStringLiteral("waiting"));
    else
        m_gate->setState(QStringLiteral("gate"), tr("not signed off"), QString());
    const models::QueueItem* item = m_queue.find(m_current);
    m_bar->setCanAccept(item && item->summary.chosen >= 0,
        item && item->summary.chosen < 0 ? tr("There is no machine choice to accept")
                                         : tr("Accept the machine's choice"));
    m_bar->setCanUndo(m_undo.canUndo(), m_undo.undoText());
    m_bar->setCanSignOff(m_audit != nullptr && !signedOff,
        signedOff ? tr("This set is signed off already.") : tr("Say that this set may train the student"));
}

void AuditPage::activated()
{
    m_queuePanel->list().setFocus();
}

} // namespace msrl::pages
