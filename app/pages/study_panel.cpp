// SPDX-License-Identifier: GPL-3.0-or-later
// How the panel is built; what it shows is in study_figures.cpp.
#include "app/pages/study_panel.h"

#include "app/models/strings.h"
#include "app/pages/state_look.h"
#include "app/pages/study_plot_view.h"
#include "core/groups/tables.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

// A member's state as icon and word.
class MemberDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.column() != models::GroupMembersModel::State)
            return;
        const widgets::Tokens& tokens = widgets::tokensFor(option->palette);
        const QVariant state = index.data(models::GroupMembersModel::StateRole);
        const StateLook look = state.isValid()
            ? stateLook(static_cast<store::RunStateKind>(state.toInt()), tokens)
            : stateLook(store::StageState::Queued, tokens);
        option->icon = QIcon(widgets::iconPixmap(look.icon, widgets::kSmallIcon, look.colour,
            option->widget ? option->widget->devicePixelRatioF() : 1));
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = { widgets::kSmallIcon, widgets::kSmallIcon };
    }
};

QWidget* titled(QWidget* head, QWidget* content, QWidget* parent)
{
    auto* panel = new QWidget(parent);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, 12);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(head);
    layout->addWidget(content, 1);
    return panel;
}

} // namespace

StudyPanel::StudyPanel(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
{
    m_stack = new QStackedLayout(this);
    auto* empty = new widgets::EmptyState(QStringLiteral("compare"), tr("No study yet"),
        tr("A study runs one project in several configurations and with several seeds: each stage left out, "
           "as in the paper's table, or a row of replay ratios. What its runs share is made once. Design "
           "starts one with a button below the stages."),
        this);
    empty->setAction(tr("Open Design"));
    m_stack->addWidget(empty);
    m_stack->addWidget(makeContent());
    connect(empty, &widgets::EmptyState::actionTriggered, this, &StudyPanel::designRequested);
}

QWidget* StudyPanel::makeContent()
{
    auto* content = new QWidget(this);
    QWidget* head = makeHead(); // first, as Tab goes through it first
    auto* rows = new QSplitter(Qt::Vertical, content);
    rows->setHandleWidth(1);
    rows->setChildrenCollapsible(false);
    rows->addWidget(makeFigures());
    rows->addWidget(makeLower());
    rows->setStretchFactor(0, 2);
    rows->setStretchFactor(1, 3);
    rows->setSizes({ 300, 400 });
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_bar);
    layout->addWidget(widgets::makeRule(Qt::Horizontal, content));
    layout->addWidget(rows, 1);
    return content;
}

QWidget* StudyPanel::makeHead()
{
    auto* head = new QWidget(this);
    m_groups = new QComboBox(head);
    m_groups->setObjectName(QStringLiteral("groupChoice"));
    m_groups->setAccessibleName(tr("Study"));
    m_groups->setToolTip(tr("Run groups of the runs folder; another one is opened from the File menu."));
    m_groups->setMinimumContentsLength(30);
    m_groups->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_state = new widgets::StateLabel(head);
    m_progress = new widgets::ElidedLabel(head);
    m_progress->setObjectName(QStringLiteral("groupProgress"));
    widgets::setVariant(m_progress, "role", QStringLiteral("secondary"));
    m_act = new QPushButton(head);
    m_act->setObjectName(QStringLiteral("groupAct"));
    m_bar = new QProgressBar(this);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Finished runs of the study"));
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(widgets::kWideGap, 10, widgets::kWideGap, 10);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_groups);
    layout->addSpacing(widgets::kGap);
    layout->addWidget(m_state);
    layout->addWidget(m_progress, 1);
    layout->addWidget(m_act);
    connect(m_groups, &QComboBox::activated, this, [this] { openGroup(m_groups->currentData().toString()); });
    connect(m_act, &QPushButton::clicked, this, &StudyPanel::act);
    return head;
}

QWidget* StudyPanel::makeFigures()
{
    auto* head = new QWidget(this);
    m_policy = new QComboBox(head);
    m_policy->setObjectName(QStringLiteral("groupPolicy"));
    m_policy->setAccessibleName(tr("Policy whose figures are shown"));
    m_policy->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_policy->setToolTip(tr("Whose figures: of the last policy of each run, or of the policy of one stage."));
    m_columns = new QComboBox(head);
    m_columns->setObjectName(QStringLiteral("groupColumns"));
    m_columns->setAccessibleName(tr("Columns of the table"));
    m_columns->addItem(tr("main figures"), static_cast<int>(groups::TableColumns::Main));
    m_columns->addItem(tr("by task"), static_cast<int>(groups::TableColumns::ByTask));
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widgets::makeLabel(tr("Figures"), QStringLiteral("heading"), head));
    layout->addWidget(m_policy);
    layout->addWidget(m_columns);
    layout->addStretch(1);
    addCopyButtons(*layout, head, QStringLiteral("copy"), [this](TableForm form) { copy(form); });
    auto* body = new QWidget(this);
    m_table = new QTableView(body);
    m_table->setModel(&m_tableModel);
    widgets::setUpTable(*m_table);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->setAccessibleName(tr("Figures of the study"));
    m_table->setObjectName(QStringLiteral("groupTable"));
    m_notes = widgets::makeLabel({}, QStringLiteral("secondary"), body);
    m_notes->setWordWrap(true);
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* rows = new QVBoxLayout(body);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_table, 1);
    rows->addWidget(m_notes);
    connect(m_policy, &QComboBox::activated, this, &StudyPanel::showFigures);
    connect(m_columns, &QComboBox::activated, this, &StudyPanel::showFigures);
    return titled(head, body, this);
}

QWidget* StudyPanel::makeLower()
{
    auto* columns = new QSplitter(Qt::Horizontal, this);
    columns->setHandleWidth(1);
    columns->setChildrenCollapsible(false);
    m_plot = new StudyPlotView(columns);
    m_members = new QTableView(columns);
    m_members->setModel(&m_membersModel);
    widgets::setUpTable(*m_members, widgets::RowDensity::Normal, models::GroupMembersModel::Work);
    m_members->setItemDelegate(new MemberDelegate(m_members));
    m_members->horizontalHeader()->setSectionsClickable(false);
    m_members->setAccessibleName(tr("Runs of the study"));
    m_members->setToolTip(tr("Enter or a double-click opens the run on the Run page."));
    m_members->setObjectName(QStringLiteral("groupMembers"));
    columns->addWidget(
        titled(widgets::makeLabel(tr("Plot"), QStringLiteral("heading"), columns), m_plot, columns));
    columns->addWidget(titled(
        widgets::makeLabel(tr("Runs of the study"), QStringLiteral("heading"), columns), m_members, columns));
    columns->setSizes({ 660, 700 });
    connect(m_plot, &StudyPlotView::saveRequested, this, &StudyPanel::savePlot);
    connect(m_members, &QTableView::activated, this,
        [this](const QModelIndex& index) { openMember(index.row()); });
    return columns;
}

void StudyPanel::takeFocus()
{
    if (m_stack->currentIndex() == 1)
        m_table->setFocus();
}

void StudyPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_session && m_state)
        showState();
}

} // namespace msrl::pages
