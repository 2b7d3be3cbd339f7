// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/evaluate_page.h"

#include "app/models/strings.h"
#include "app/pages/action_registry.h"
#include "app/pages/benchmark_panel.h"
#include "app/pages/evaluation_plots.h"
#include "app/pages/evaluation_view.h"
#include "app/pages/judgement_browser.h"
#include "app/pages/policy_comparison.h"
#include "app/pages/run_report_file.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

const QString kOverview; // data of the choices that are no benchmark's name
const QString kEverything = QStringLiteral("*");

bool isMainMeasure(const std::string& measure)
{
    return measure == "accuracy" || measure == "both_orders" || measure == "parse_failures";
}

} // namespace

EvaluatePage::EvaluatePage(const PageContext& context, QWidget* parent)
    : Page(QStringLiteral("evaluate"), tr("Evaluate"), QStringLiteral("evaluate"), parent)
    , m_empty(new widgets::EmptyState(QStringLiteral("evaluate"), tr("No evaluation yet"),
          tr("Each policy that an Evaluate node is connected to is judged on held-out pairs in both orders "
             "as soon as it exists. The figures appear here, one row per policy."),
          this))
    , m_toast(new widgets::Toast(this))
{
    m_message = new widgets::MessageBar(this);
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    auto* figures = new QWidget(m_tabs);
    m_stack = new QStackedLayout(figures);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeFigures());
    m_judgements = new JudgementBrowser(m_tabs);
    m_judgements->usePictures(context.pictures);
    m_benchmark = new BenchmarkPanel(m_tabs);
    m_comparison = new PolicyComparison(m_tabs);
    m_tabs->addTab(figures, tr("Figures"));
    m_tabs->addTab(m_judgements, tr("Judgements"));
    m_tabs->addTab(m_benchmark, tr("Benchmark report"));
    m_tabs->addTab(m_comparison, tr("Paired test"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_tabs, 1);
    m_empty->setAction(tr("Open Design"));
    const auto tell
        = [this](const QString& text) { m_message->showMessage(widgets::MessageKind::Error, text); };
    connect(m_judgements, &JudgementBrowser::failed, this, tell);
    connect(m_benchmark, &BenchmarkPanel::failed, this, tell);
    connect(m_comparison, &PolicyComparison::failed, this, tell);
    connect(
        m_benchmark, &BenchmarkPanel::copied, this, [this](const QString& what) { m_toast->showText(what); });
    connect(m_empty, &widgets::EmptyState::actionTriggered, this,
        [this] { Q_EMIT pageRequested(QStringLiteral("design")); });
}

QWidget* EvaluatePage::makeHead(QWidget* parent)
{
    auto* head = new QWidget(parent);
    m_choice = new QComboBox(head);
    m_choice->setObjectName(QStringLiteral("evaluationColumns"));
    m_choice->setAccessibleName(tr("Shown columns"));
    m_choice->setToolTip(tr("What is copied always has every column."));
    auto* report = new QPushButton(widgets::icon(QStringLiteral("export")), tr("Save report…"), head);
    report->setToolTip(tr("One page about this run with figures, curves and settings, as PDF or HTML."));
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(
        widgets::makeLabel(tr("Held-out accuracy of each policy"), QStringLiteral("title"), head));
    layout->addStretch();
    layout->addWidget(m_choice);
    addCopyButtons(*layout, head, QStringLiteral("copyEvaluation"), [this](TableForm form) { copy(form); });
    layout->addWidget(report);
    connect(m_choice, &QComboBox::activated, this, &EvaluatePage::showColumns);
    connect(report, &QPushButton::clicked, this, &EvaluatePage::saveReport);
    return head;
}

QWidget* EvaluatePage::makeFigures()
{
    auto* figures = new QWidget(m_tabs);
    m_table = new QTableView(figures);
    m_table->setObjectName(QStringLiteral("evaluationTable"));
    m_table->setModel(&m_model);
    m_table->setHorizontalHeader(new BenchmarkHeader(m_table));
    widgets::setUpTable(*m_table);
    m_table->setSortingEnabled(false);
    m_table->setItemDelegate(new EvaluationDelegate(m_table));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->setAccessibleName(tr("Evaluation of the policies"));
    m_plots = new EvaluationPlots(figures);
    QLabel* note = widgets::makeLabel(tr("Every pair is judged in both orders; an answer that cannot be read "
                                         "counts as wrong. Small figures and bars: Wilson's "
                                         "95 % interval. Tinted and semibold: the best of the column."),
        QStringLiteral("secondary"), figures);
    note->setWordWrap(true);
    auto* layout = new QVBoxLayout(figures);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(makeHead(figures));
    layout->addWidget(note);
    layout->addWidget(m_table, 3);
    layout->addWidget(m_plots, 2);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) {
            if (!current.isValid() || m_isReading)
                return;
            const bool last = current.row() == m_model.rowCount() - 1;
            m_selected = last ? std::string() : m_model.stage(current.row());
            m_plots->showTasks(m_model, current.row());
        });
    return figures;
}

void EvaluatePage::setSession(services::RunSession* session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    m_selected.clear();
    m_model.setEvaluations({}, {});
    m_judgements->clear();
    m_comparison->clear();
    m_stack->setCurrentIndex(0);
    if (!session)
        return;
    connect(session, &services::RunSession::evaluationsArrived, this, [this] {
        m_stale = true;
        if (isVisible())
            read();
    });
    m_stale = true;
}

void EvaluatePage::read()
{
    if (!m_session)
        return;
    m_stale = false;
    // A table that is filled may get the focus and take its first row for the current one: nobody chose that.
    m_isReading = true;
    fill();
    m_isReading = false;
    if (m_model.rowCount() > 0)
        selectPolicy();
}

void EvaluatePage::fill()
{
    const auto rows = m_session->reader().evaluations();
    if (!rows) {
        m_message->showMessage(widgets::MessageKind::Error, models::toQt(rows.error().message()));
        m_stack->setCurrentIndex(1);
        return;
    }
    m_message->clearMessage();
    m_model.setEvaluations(*rows, m_session->stages());
    m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 1 : 0);
    listBenchmarks();
    m_table->resizeColumnsToContents();
    m_table->resizeRowsToContents();
    const int scrollBar = m_table->horizontalScrollBar()->sizeHint().height();
    m_table->setMaximumHeight(m_table->horizontalHeader()->sizeHint().height()
        + m_table->verticalHeader()->length() + 2 * m_table->frameWidth() + scrollBar);
    m_plots->showCurriculum(m_model);
    showJudgements();
}

// The one that was looked at, or the last: that is what counts.
void EvaluatePage::selectPolicy()
{
    int row = m_model.rowCount() - 1;
    for (int one = 0; one < m_model.rowCount(); ++one) {
        if (m_model.stage(one) == m_selected)
            row = one;
    }
    m_table->selectionModel()->clearCurrentIndex();
    m_table->selectRow(row);
}

void EvaluatePage::showJudgements()
{
    std::vector<std::pair<std::string, QString>> titles;
    for (int row = 0; row < m_model.rowCount(); ++row)
        titles.emplace_back(m_model.stage(row), m_model.index(row, 0).data().toString());
    m_judgements->setEvaluations(*m_session, titles);
    m_comparison->setEvaluations(*m_session, titles);
}

// All columns of several benchmarks are wider than a window: one benchmark at a time, or of each what matters
// most.
void EvaluatePage::listBenchmarks()
{
    QStringList benchmarks;
    for (const models::EvaluationColumn& column : m_model.columns()) {
        const QString name = models::toQt(column.benchmark);
        if (!benchmarks.contains(name))
            benchmarks << name;
    }
    const QString before = m_choice->currentData().toString();
    m_choice->clear();
    if (benchmarks.size() > 1) {
        m_choice->addItem(tr("Overview"), kOverview);
        for (const QString& name : benchmarks)
            m_choice->addItem(tr("Benchmark %1").arg(name), name);
    }
    m_choice->addItem(tr("All columns"), kEverything);
    m_choice->setCurrentIndex(std::max(0, m_choice->findData(before)));
    m_choice->setVisible(benchmarks.size() > 1);
    showColumns();
}

void EvaluatePage::showColumns()
{
    const QString choice = m_choice->currentData().toString();
    const auto& columns = m_model.columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool shown = choice == kEverything
            || (choice == kOverview ? isMainMeasure(columns[i].measure)
                                    : models::toQt(columns[i].benchmark) == choice);
        m_table->setColumnHidden(static_cast<int>(i) + 1, !shown);
    }
}

void EvaluatePage::copy(TableForm form)
{
    QGuiApplication::clipboard()->setText(form == TableForm::Markdown ? m_model.toMarkdown()
            : form == TableForm::Latex                                ? m_model.toLatex()
                                                                      : m_model.toCsv());
    m_toast->showText(copiedText(form));
}

void EvaluatePage::saveReport()
{
    if (!m_session)
        return;
    const base::Result<QString> file = askAndSaveRunReport(models::toQt(m_session->folder().root()), this);
    if (!file)
        m_message->showMessage(widgets::MessageKind::Error, models::toQt(file.error().message()));
    else if (!file->isEmpty())
        m_toast->showText(tr("Saved %1").arg(*file));
}

void EvaluatePage::registerActions(ActionRegistry& actions)
{
    actions.add(
        { QStringLiteral("evaluate.markdown"), QStringLiteral("Evaluate"), tr("Copy table as &Markdown"),
            tr("Copy the evaluation table with intervals as a Markdown table."), QStringLiteral("copy"), {} },
        this, [this] { copy(TableForm::Markdown); });
    actions.add(
        { QStringLiteral("evaluate.latex"), QStringLiteral("Evaluate"), tr("Copy table as &LaTeX"),
            tr("Copy the evaluation table with intervals as a LaTeX tabular."), QStringLiteral("copy"), {} },
        this, [this] { copy(TableForm::Latex); });
    actions.add({ QStringLiteral("evaluate.csv"), QStringLiteral("Evaluate"), tr("Copy table as &CSV"),
                    tr("Copy values and bounds in full precision."), QStringLiteral("copy"), {} },
        this, [this] { copy(TableForm::Csv); });
    actions.add({ QStringLiteral("evaluate.report"), QStringLiteral("Evaluate"), tr("Save &report…"),
                    tr("Write one page about this run as PDF or HTML."), QStringLiteral("export"), {} },
        this, [this] { saveReport(); });
}

void EvaluatePage::activated()
{
    if (m_stale)
        read();
    if (m_stack->currentIndex() == 1 && m_tabs->currentIndex() == 0)
        m_table->setFocus();
}

} // namespace msrl::pages
