// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_comparison.h"

#include "app/pages/table_copy.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

// What differs from the first run is semibold.
class DifferenceDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.data(models::RunDifferencesModel::DiffersRole).toBool())
            option->font = widgets::strongFont(option->font);
    }
};

} // namespace

RunComparison::RunComparison(double smoothing, QWidget* parent)
    : QWidget(parent)
{
    QWidget* list = makeList(); // first, as Tab goes through it first
    m_overlay = new RunOverlay(smoothing, this);
    auto* empty = new widgets::EmptyState(QStringLiteral("compare"), tr("No run yet"),
        tr("Runs of the runs folder and of the open study are listed here, to lay their curves over each "
           "other and to see what differs between their configurations."),
        this);
    empty->setAction(tr("Open Design"));
    connect(empty, &widgets::EmptyState::actionTriggered, this, &RunComparison::designRequested);
    connect(m_overlay, &RunOverlay::smoothingChanged, this, &RunComparison::smoothingChanged);
    connect(m_overlay, &RunOverlay::failed, this, &RunComparison::failed);
    auto* right = new QSplitter(Qt::Vertical, this);
    right->setHandleWidth(1);
    right->setChildrenCollapsible(false);
    auto* curves = new QWidget(right);
    auto* curvesLayout = new QVBoxLayout(curves);
    curvesLayout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, 12);
    curvesLayout->addWidget(m_overlay);
    right->addWidget(curves);
    right->addWidget(makeDifferences());
    right->setSizes({ 430, 330 });
    auto* columns = new QSplitter(Qt::Horizontal, this);
    columns->setHandleWidth(1);
    columns->setChildrenCollapsible(false);
    columns->addWidget(list);
    columns->addWidget(right);
    columns->setStretchFactor(1, 1);
    columns->setSizes({ 380, 980 });
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(empty);
    m_stack->addWidget(columns);
}

QWidget* RunComparison::makeList()
{
    auto* panel = new QWidget(this);
    m_search = new QLineEdit(panel);
    m_search->setPlaceholderText(tr("Search runs"));
    m_search->setAccessibleName(tr("Search runs"));
    m_search->setClearButtonEnabled(true);
    m_search->setObjectName(QStringLiteral("compareSearch"));
    m_list = new QTreeWidget(panel);
    m_list->setObjectName(QStringLiteral("compareList"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setAccessibleName(tr("Runs to compare"));
    m_list->setToolTip(tr("Space checks a run; Enter or a double-click opens it on the Run page."));
    m_list->setHeaderLabels({ tr("run"), tr("state") });
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(ListColumn::Title, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(ListColumn::State, QHeaderView::ResizeToContents);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_count = widgets::makeLabel({}, QStringLiteral("secondary"), panel);
    m_count->setWordWrap(true);
    m_count->setObjectName(QStringLiteral("compareCount"));
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kGap, 12);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(widgets::makeLabel(tr("Runs"), QStringLiteral("heading"), panel));
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_count);
    connect(m_search, &QLineEdit::textChanged, this, &RunComparison::filter);
    connect(m_list, &QTreeWidget::itemChanged, this, &RunComparison::toggled);
    connect(m_list, &QTreeWidget::itemActivated, this,
        [this](QTreeWidgetItem* item) { Q_EMIT runRequested(item->data(Title, kPathRole).toString()); });
    return panel;
}

QWidget* RunComparison::makeDifferences()
{
    auto* panel = new QWidget(this);
    m_summary = widgets::makeLabel({}, QStringLiteral("secondary"), panel);
    m_summary->setObjectName(QStringLiteral("differenceSummary"));
    m_summary->setWordWrap(true);
    m_table = new QTableView(panel);
    m_table->setObjectName(QStringLiteral("differenceTable"));
    m_table->setModel(&m_differences);
    widgets::setUpTable(*m_table);
    m_table->setItemDelegate(new DifferenceDelegate(m_table));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->setAccessibleName(tr("Differences of the configurations"));
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, 12);
    layout->setSpacing(widgets::kGap);
    auto* head = new QHBoxLayout;
    head->addWidget(widgets::makeLabel(tr("What differs"), QStringLiteral("heading"), panel));
    head->addStretch(1);
    addCopyButtons(*head, panel, QStringLiteral("copyDifferences"), [this](TableForm form) {
        if (m_differences.numDifferences() == 0)
            return;
        QGuiApplication::clipboard()->setText(tableText(m_differences.table(), form));
        Q_EMIT copied(copiedText(form));
    });
    layout->addLayout(head);
    layout->addWidget(m_summary);
    layout->addWidget(m_table, 1);
    layout->addStretch();
    return panel;
}

void RunComparison::takeFocus()
{
    if (m_stack->currentIndex() == 1)
        m_list->setFocus();
}

void RunComparison::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_list)
        paintChecks();
}

} // namespace msrl::pages
