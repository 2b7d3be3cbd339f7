// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/judgement_browser.h"

#include "app/models/strings.h"
#include "app/pages/judgement_detail.h"
#include "app/pages/media_viewer.h"
#include "app/pages/reliability_bars.h"
#include "app/services/run_session.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QSplitter>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

using models::JudgementModel;
using models::PairOutcome;
using Show = JudgementModel::Show;

namespace {

constexpr int kDiagramHeight = 250;

// A pair's outcome as icon and words.
class OutcomeDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.column() != JudgementModel::Outcome)
            return;
        const widgets::Tokens& tokens = widgets::tokensFor(option->palette);
        const auto outcome = static_cast<PairOutcome>(index.data(JudgementModel::OutcomeRole).toInt());
        const bool right = outcome == PairOutcome::Right;
        const QString name = right             ? QStringLiteral("check")
            : outcome == PairOutcome::OneOrder ? QStringLiteral("warning")
                                               : QStringLiteral("close");
        const QColor colour = right            ? tokens.good
            : outcome == PairOutcome::OneOrder ? tokens.warning
                                               : tokens.bad;
        option->icon = QIcon(widgets::iconPixmap(
            name, widgets::kSmallIcon, colour, option->widget ? option->widget->devicePixelRatioF() : 1));
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = { widgets::kSmallIcon, widgets::kSmallIcon };
    }
};

} // namespace

JudgementBrowser::JudgementBrowser(QWidget* parent)
    : QWidget(parent)
    , m_empty(new widgets::EmptyState(QStringLiteral("evaluate"), tr("No judgements here"),
          tr("What each policy says about the held-out pairs is kept with its evaluation. Evaluations that "
             "an earlier version made have only their figures."),
          this))
{
    auto* content = new QWidget(this);
    auto* columns = new QSplitter(Qt::Horizontal, content);
    columns->setHandleWidth(1);
    columns->setChildrenCollapsible(false);
    columns->addWidget(makeList());
    m_detail = new JudgementDetail(columns);
    columns->addWidget(m_detail);
    columns->setStretchFactor(1, 1);
    columns->setSizes({ 640, 640 });
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, widgets::kWideGap);
    rows->setSpacing(widgets::kGap);
    rows->addWidget(makeBar());
    rows->addWidget(columns, 1);
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    addViewer();
}

void JudgementBrowser::usePictures(services::EnginePictures* pictures)
{
    m_detail->usePictures(pictures);
}

void JudgementBrowser::addViewer()
{
    m_viewer = new MediaViewer(this);
    connect(m_detail, &JudgementDetail::mediaRequested, this,
        [this](int medium, int frame) { m_viewer->open(m_detail->media(), medium, frame); });
    connect(m_viewer, &MediaViewer::closed, this, [this] { m_table->setFocus(); });
    const auto bind = [this](Qt::Key key, auto act) {
        auto* shortcut = new QShortcut(key, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    bind(Qt::Key_V, [this] { m_viewer->open(m_detail->media()); });
    bind(Qt::Key_P, [this] { m_detail->togglePlay(); });
}

QWidget* JudgementBrowser::makeBar()
{
    auto* bar = new QWidget(this);
    m_policy = new QComboBox(bar);
    m_policy->setObjectName(QStringLiteral("judgementPolicy"));
    m_policy->setAccessibleName(tr("Policy"));
    m_set = new QComboBox(bar);
    m_set->setObjectName(QStringLiteral("judgementSet"));
    m_set->setAccessibleName(tr("Held-out set"));
    m_kind = new QComboBox(bar);
    m_kind->setObjectName(QStringLiteral("judgementKind"));
    m_kind->setAccessibleName(tr("Pairs that are shown"));
    for (QComboBox* box : { m_policy, m_set, m_kind })
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_search = new QLineEdit(bar);
    m_search->setPlaceholderText(tr("Search pairs, prompts and judgements"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(m_search->placeholderText());
    m_search->setMaximumWidth(280);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(widgets::makeLabel(tr("Policy after"), QStringLiteral("secondary"), bar));
    layout->addWidget(m_policy);
    layout->addWidget(m_set);
    layout->addWidget(m_kind);
    layout->addWidget(m_search, 1);
    layout->addStretch(1);
    connect(m_policy, &QComboBox::activated, this, &JudgementBrowser::read);
    connect(m_set, &QComboBox::activated, this, [this] {
        listKinds();
        filter();
        showCalibration();
    });
    connect(m_kind, &QComboBox::activated, this, &JudgementBrowser::filter);
    connect(m_search, &QLineEdit::textChanged, this, &JudgementBrowser::filter);
    return bar;
}

QWidget* JudgementBrowser::makeList()
{
    auto* list = new QWidget(this);
    m_table = new QTableView(list);
    m_table->setObjectName(QStringLiteral("judgementTable"));
    m_table->setModel(&m_model);
    widgets::setUpTable(*m_table, widgets::RowDensity::Compact, JudgementModel::Outcome);
    m_table->setSortingEnabled(false);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->setItemDelegate(new OutcomeDelegate(m_table));
    m_table->setAccessibleName(tr("Judged pairs"));
    m_calibration = widgets::makeLabel({}, QStringLiteral("secondary"), list);
    m_calibration->setWordWrap(true);
    m_reliability = new widgets::ReliabilityPlot(list);
    m_reliability->setObjectName(QStringLiteral("judgementCalibration"));
    m_reliability->setFixedHeight(kDiagramHeight);
    m_reliability->setEmptyText(tr("No judgements to reckon with."));
    auto* layout = new QVBoxLayout(list);
    layout->setContentsMargins(0, 0, widgets::kGap, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_table, 1);
    layout->addWidget(widgets::makeLabel(tr("Calibration"), QStringLiteral("heading"), list));
    layout->addWidget(m_calibration);
    layout->addWidget(m_reliability);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) { showPair(current.row()); });
    return list;
}

void JudgementBrowser::setEvaluations(
    services::RunSession& session, const std::vector<std::pair<std::string, QString>>& titles)
{
    const QVariant before = m_policy->currentData();
    m_session = &session;
    m_policy->clear();
    for (const auto& [stage, title] : titles)
        m_policy->addItem(title, models::toQt(stage));
    const int kept = m_policy->findData(before);
    m_policy->setCurrentIndex(kept >= 0 ? kept : m_policy->count() - 1); // the last is what counts
    read();
}

void JudgementBrowser::clear()
{
    m_session = nullptr;
    m_shown = -1;
    m_policy->clear();
    m_model.setPairs({});
    m_stack->setCurrentIndex(0);
}

void JudgementBrowser::read()
{
    if (!m_session || m_policy->currentIndex() < 0)
        return;
    auto rows = m_session->reader().samples(m_policy->currentData().toString().toStdString(), 0);
    if (!rows) {
        Q_EMIT failed(models::toQt(rows.error().message()));
        return;
    }
    m_model.setPairs(models::pairsOf(*std::move(rows)));
    const bool anywhere = !m_model.pairs().empty() || m_policy->count() > 1;
    m_stack->setCurrentIndex(anywhere ? 1 : 0);
    listSets();
    listKinds();
    filter();
    showCalibration();
}

void JudgementBrowser::listSets()
{
    const QVariant before = m_set->currentData();
    m_set->clear();
    for (const std::string& set : m_model.sets())
        m_set->addItem(models::toQt(set), models::toQt(set));
    if (m_set->count() > 1)
        m_set->addItem(tr("all sets"), QString());
    m_set->setCurrentIndex(std::max(0, m_set->findData(before)));
    m_set->setVisible(m_set->count() > 1);
}

void JudgementBrowser::listKinds()
{
    const int before = std::max(0, m_kind->currentIndex());
    m_kind->clear();
    const std::pair<Show, QString> kinds[] { { Show::Errors, tr("Errors") },
        { Show::OneOrder, tr("Right in one order only") }, { Show::Wrong, tr("Wrong in both orders") },
        { Show::Unread, tr("With an answer that cannot be read") }, { Show::All, tr("All pairs") } };
    for (const auto& [kind, text] : kinds)
        m_kind->addItem(QStringLiteral("%1 · %2").arg(text).arg(m_model.count(chosenSet(), kind)));
    m_kind->setCurrentIndex(before);
}

std::string JudgementBrowser::chosenSet() const
{
    return m_set->currentData().toString().toStdString();
}

void JudgementBrowser::filter()
{
    m_model.setFilter(
        chosenSet(), static_cast<Show>(std::max(0, m_kind->currentIndex())), m_search->text().trimmed());
    using Column = JudgementModel::Column;
    widgets::fitColumns(*m_table, { Column::Sample, Column::Task, Column::Given, Column::Exchanged });
    // The same pair as before, also of another policy.
    if (m_model.rowCount() > 0)
        m_table->selectRow(std::max(0, m_model.rowOf(m_shown)));
    else
        showPair(-1);
}

void JudgementBrowser::showCalibration()
{
    const std::vector<judge::Scored> claims = models::claimsOf(m_model.pairs(), chosenSet());
    m_reliability->setBars(reliabilityBars(judge::reliabilityBins(claims)));
    const auto error = judge::expectedCalibrationError(claims);
    m_calibration->setText(error
            ? tr("How often a judgement is right, against the mean probability of its tokens. Expected "
                 "calibration error %1 over %2 judgements.")
                  .arg(QString::number(*error, 'f', 3), models::countText(static_cast<qint64>(claims.size())))
            : QString());
}

void JudgementBrowser::showPair(int row)
{
    const models::JudgedPair* pair = m_model.pair(row);
    if (!pair) {
        m_detail->clear(m_model.pairs().empty() ? tr("This evaluation kept no judgements.")
                                                : tr("No pair is of this kind and has these words."));
        return;
    }
    m_shown = pair->given.promptIndex;
    m_detail->show(*pair);
}

} // namespace msrl::pages
