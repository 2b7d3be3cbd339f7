// SPDX-License-Identifier: GPL-3.0-or-later
// The Audit page: the queue, the sample, the teacher's paths, and the keys to decide with.
#pragma once

#include "app/models/audit_summary.h"
#include "app/models/candidate_queue_model.h"
#include "app/pages/decision_bar.h"
#include "app/pages/page.h"
#include "app/services/audit_session.h"
#include "app/services/run_session.h"
#include "app/services/set_export.h"

#include <QPointer>
#include <QUndoStack>

#include <functional>
#include <memory>
#include <optional>
#include <set>

class QComboBox;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedLayout;
class QStackedWidget;
class QToolButton;

namespace msrl::widgets {
class EmptyState;
class MessageBar;
class ProgressRing;
class StateLabel;
class Toast;
}

namespace msrl::pages {

class AuditPathsPanel;
class AuditQualityPanel;
class AuditQueuePanel;
class AuditSamplePanel;
class MediaViewer;

class AuditPage : public Page
{
    Q_OBJECT

public:
    static constexpr const char* kSettings = "audit"; // this page's part of Settings::pages

    explicit AuditPage(const PageContext& context, QWidget* parent = nullptr);
    ~AuditPage() override;

    void setSession(services::RunSession* session) override;
    void registerActions(ActionRegistry& actions) override;
    void activated() override;

    models::CandidateQueueModel& queue() { return m_queue; }
    const std::string& stage() const { return m_stage; }
    // Sample id of the item that is shown; empty without one.
    const std::string& current() const { return m_current; }
    QUndoStack& undoStack() { return m_undo; }
    const models::AuditSummary& summary() const;
    bool showsQuality() const;
    // The items, or what they come to as a set.
    void showQuality(bool on);
    // Writes what the audited gate let through; says how it ended. pairs: with a rejected response.
    void exportTo(const QString& file, bool pairs);

private:
    enum class How { Key, Mouse };
    // What the panels show, so that they are not filled anew with the same.
    struct Shown
    {
        std::int64_t rowid = 0; // of the candidate
        std::int64_t word = 0; // the newest decision about it
        bool again = false; // earlier paths of it were decided
        bool blind = false;
        bool operator==(const Shown&) const = default;
    };

    QWidget* makeContent();
    QWidget* makeTop();
    QWidget* makeViews(QWidget* items);
    QWidget* makeViewButtons(QWidget* parent);
    void connectParts();
    void connectQuality();
    void refreshQuality();
    void narrow(const std::function<void(models::QueueFilter&)>& change);
    // A distilled set and one of the gates behind it.
    struct Choice
    {
        std::string stage;
        std::string gate; // empty: the run has none behind it
        QString title;
        bool operator==(const Choice&) const = default;
    };
    std::vector<Choice> choices() const;
    void findStages();
    void choose(std::size_t choice);
    void selectStage(const std::string& stage);
    void readCandidates();
    void readDecisions();
    void takeDecisions(const std::vector<store::DecisionRow>& rows);
    void registerPathActions(ActionRegistry& actions);
    void registerViewActions(ActionRegistry& actions);
    void registerFilterActions(ActionRegistry& actions);
    void showKeys();
    void showKeySheet(const ActionRegistry& actions);
    void search(const QString& text);
    models::RowIds found(const QString& text);
    void connectFilters();
    void readFilters();
    void keepFilters();
    QString project() const;
    void showItem(const QModelIndex& index);
    void makeRoom(bool sideBySide);
    void restoreSides();
    QStringList logLines(const std::string& digest) const;
    void showState();
    void select(const std::string& sampleId);
    void step(int rows);
    void act(AuditAct what, How how);
    std::optional<store::DecisionRow> verdictOf(AuditAct what) const;
    void go(AuditAct what);
    void goToUndecided();
    void decide(store::DecisionRow row, How how);
    bool push(std::vector<store::DecisionRow> rows, const QString& text); // false: refused
    void undo();
    void note(const QString& text);
    store::DecisionRow ownWord() const;
    void askBulk(const QString& verdict);
    QString bulkFacts() const;
    void dropBulk();
    void applyBulk();
    void signOff();
    QString exportProblem() const;
    void showExport();
    void askExport();
    void connectExport();
    void setBlind(bool on);
    void readThresholds();
    const store::StageRow* gate() const;
    struct SignedOff
    {
        QString auditor; // empty: by nobody
        bool isCurrent = false; // of the candidates as they are
    };
    SignedOff signedOff();
    bool isWholeSet() const; // the teacher has written all of it

    PageContext m_context;
    QPointer<services::RunSession> m_session;
    std::unique_ptr<services::AuditSession> m_audit;
    models::CandidateQueueModel m_queue;
    QUndoStack m_undo;
    services::SetExport m_export;
    models::GateThresholds m_thresholds;
    mutable models::AuditSummary m_summary; // of the queue's revision below; a filter leaves it
    mutable std::optional<std::uint64_t> m_summaryOf;
    QString m_planFault; // why they could not be read; empty: they were
    std::vector<Choice> m_choices; // as the box lists them
    std::string m_stage;
    std::string m_gateStage; // of the gate that is audited; empty: none
    std::string m_current;
    Shown m_shown;
    std::int64_t m_lastRowid = 0;
    struct SetHash
    {
        std::int64_t lastRowid = 0; // of the set by then
        std::string text;
    };
    SetHash m_setHash;
    bool m_blind = false;
    QString m_bulkVerdict;
    std::vector<store::DecisionRow> m_bulk;

    QStackedLayout* m_stack = nullptr;
    widgets::EmptyState* m_empty = nullptr;
    widgets::MessageBar* m_message = nullptr;
    widgets::StateLabel* m_gate = nullptr;
    QPushButton* m_exportButton = nullptr;
    widgets::ProgressRing* m_ring = nullptr;
    widgets::Toast* m_toast = nullptr;
    QComboBox* m_stages = nullptr;
    QLabel* m_estimate = nullptr;
    AuditQueuePanel* m_queuePanel = nullptr;
    AuditSamplePanel* m_samplePanel = nullptr;
    AuditPathsPanel* m_pathsPanel = nullptr;
    QSplitter* m_splitter = nullptr;
    QList<int> m_usualSizes; // of the splitter, while the paths have more room
    QStackedWidget* m_views = nullptr;
    QToolButton* m_itemsButton = nullptr;
    QToolButton* m_qualityButton = nullptr;
    AuditQualityPanel* m_quality = nullptr;
    DecisionBar* m_bar = nullptr;
    MediaViewer* m_viewer = nullptr; // over the items
};

} // namespace msrl::pages
