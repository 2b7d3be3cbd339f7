// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/log_panel.h"

#include "app/pages/state_look.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

// The level as icon and word.
class LevelDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem blank = option;
        initStyleOption(&blank, index);
        blank.text.clear();
        option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &blank, painter, option.widget);
        const widgets::Tokens& tokens = widgets::tokensFor(option.palette);
        const auto level
            = static_cast<store::EventLevel>(index.data(models::EventLogModel::LevelRole).toInt());
        const StateLook look = stateLook(level, tokens);
        const QRectF icon(option.rect.left() + 8, option.rect.center().y() - 6, 14, 14);
        widgets::paintIcon(*painter, icon, look.icon, look.colour);
        painter->setPen(look.role.isEmpty() ? tokens.secondary : look.colour);
        painter->drawText(
            option.rect.adjusted(28, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
    }
};

} // namespace

LogPanel::LogPanel(models::EventLogModel& model, std::set<std::string> hidden, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_search(new QLineEdit(this))
    , m_level(new QComboBox(this))
    , m_follow(new QCheckBox(tr("Follow"), this))
    , m_count(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_table(new QTableView(this))
{
    m_filter.setSourceModel(&model);
    m_filter.setHiddenKinds(std::move(hidden));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(280);
    m_search->setAccessibleName(tr("Search the log"));
    for (const auto level : { store::EventLevel::Debug, store::EventLevel::Info, store::EventLevel::Warning,
             store::EventLevel::Error })
        m_level->addItem(level == store::EventLevel::Debug
                ? tr("All levels")
                : tr("%1 and above").arg(models::eventLevelText(level)),
            static_cast<int>(level));
    m_level->setItemText(3, tr("errors"));
    m_level->setAccessibleName(tr("Least level"));
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Keep the newest line in sight."));
    auto* bar = new QHBoxLayout;
    bar->setSpacing(widgets::kGap);
    bar->addWidget(m_search);
    bar->addWidget(m_level);
    bar->addWidget(m_follow);
    bar->addStretch();
    bar->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);
    m_table->setModel(&m_filter);
    widgets::setUpTable(*m_table, widgets::RowDensity::Compact, models::EventLogModel::TextColumn);
    m_table->setSortingEnabled(false);
    m_table->setItemDelegateForColumn(models::EventLogModel::LevelColumn, new LevelDelegate(m_table));
    m_table->setColumnWidth(models::EventLogModel::TimeColumn, 84);
    m_table->setColumnWidth(models::EventLogModel::LevelColumn, 100);
    m_table->setColumnWidth(models::EventLogModel::StageColumn, 140);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter.setSearch(text);
        showCount();
    });
    connect(m_level, &QComboBox::currentIndexChanged, this, [this] {
        m_filter.setLeastLevel(static_cast<store::EventLevel>(m_level->currentData().toInt()));
        showCount();
    });
    connect(m_follow, &QCheckBox::toggled, this, &LogPanel::followTail);
    connect(&m_filter, &QAbstractItemModel::rowsInserted, this, [this] {
        showCount();
        followTail();
    });
    connect(&m_filter, &QAbstractItemModel::modelReset, this, &LogPanel::showCount);
    // Who scrolls up wants to read: the tail doesn't pull them down again.
    connect(m_table->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar* scroll
            = m_table->verticalScrollBar(); // not there yet: its slider's place is where it goes
        m_follow->setChecked(scroll->sliderPosition() >= scroll->maximum());
    });
    showCount();
}

void LogPanel::showCount()
{
    const int shown = m_filter.rowCount();
    const int warnings = m_model.numAtLevel(store::EventLevel::Warning);
    const int errors = m_model.numAtLevel(store::EventLevel::Error);
    m_count->setText(tr("%1 shown · %2 warnings · %3 errors").arg(shown).arg(warnings).arg(errors));
}

void LogPanel::followTail()
{
    if (m_follow->isChecked())
        m_table->scrollToBottom();
}

} // namespace msrl::pages
