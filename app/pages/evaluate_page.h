// SPDX-License-Identifier: GPL-3.0-or-later
// The Evaluate page: what each policy of the selected run is worth on the held-out sets, as figures and plot,
// and what it said about each pair; and a judge on a published benchmark.
#pragma once

#include "app/models/evaluation_model.h"
#include "app/pages/page.h"
#include "app/pages/table_copy.h"
#include "app/services/run_session.h"

#include <QPointer>

class QComboBox;
class QStackedLayout;
class QTabWidget;
class QTableView;

namespace msrl::widgets {
class EmptyState;
class MessageBar;
class Toast;
}

namespace msrl::pages {

class BenchmarkPanel;
class EvaluationPlots;
class JudgementBrowser;
class PolicyComparison;

class EvaluatePage : public Page
{
    Q_OBJECT

public:
    explicit EvaluatePage(const PageContext& context, QWidget* parent = nullptr);

    void setSession(services::RunSession* session) override;
    void registerActions(ActionRegistry& actions) override;
    void activated() override;

    const models::EvaluationModel& model() const { return m_model; }
    QTabWidget& tabs() { return *m_tabs; } // figures, judgements, a benchmark report, paired test
    const JudgementBrowser& judgements() const { return *m_judgements; }
    BenchmarkPanel& benchmark() { return *m_benchmark; }

private:
    QWidget* makeFigures();
    QWidget* makeHead(QWidget* parent);
    void read();
    void fill();
    void selectPolicy();
    void showJudgements();
    void listBenchmarks();
    void showColumns();
    void copy(TableForm form);
    void saveReport();

    QPointer<services::RunSession> m_session;
    models::EvaluationModel m_model;
    bool m_stale = false;
    QStackedLayout* m_stack = nullptr;
    widgets::EmptyState* m_empty = nullptr;
    widgets::MessageBar* m_message = nullptr;
    widgets::Toast* m_toast = nullptr;
    QTabWidget* m_tabs = nullptr;
    QTableView* m_table = nullptr;
    EvaluationPlots* m_plots = nullptr;
    PolicyComparison* m_comparison = nullptr;
    bool m_isReading = false;
    std::string m_selected; // evaluation whose tasks are shown; empty: the last, also when another one comes
    JudgementBrowser* m_judgements = nullptr;
    BenchmarkPanel* m_benchmark = nullptr;
    QComboBox* m_choice = nullptr; // which columns: the main ones, a benchmark's, all
};

} // namespace msrl::pages
