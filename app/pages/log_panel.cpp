// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/log_panel.h"

#include "app/pages/item_delegate.h"
#include "app/pages/log_bar.h"
#include "app/pages/state_look.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHeaderView>
#include <QPainter>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

// The level as icon and word.
class LevelDelegate : public ItemDelegate
{
public:
    using ItemDelegate::ItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        paintGround(*painter, option, index);
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
    , m_bar(new LogBar(tr("Search the log"), this))
    , m_level(new QComboBox(m_bar))
    , m_table(new QTableView(this))
{
    m_filter.setSourceModel(&model);
    m_filter.setHiddenKinds(std::move(hidden));
    for (const auto level : { store::EventLevel::Debug, store::EventLevel::Info, store::EventLevel::Warning,
             store::EventLevel::Error })
        m_level->addItem(level == store::EventLevel::Debug
                ? tr("All levels")
                : tr("%1 and above").arg(models::eventLevelText(level)),
            static_cast<int>(level));
    m_level->setItemText(3, tr("errors"));
    m_level->setAccessibleName(tr("Least level"));
    m_bar->addFilter(*m_level);
    setUpTable();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->addWidget(m_bar);
    layout->addWidget(m_table, 1);
    connect(m_bar, &LogBar::searchChanged, this, [this](const QString& text) {
        m_filter.setSearch(text);
        showCount();
    });
    connect(m_level, &QComboBox::currentIndexChanged, this, [this] {
        m_filter.setLeastLevel(static_cast<store::EventLevel>(m_level->currentData().toInt()));
        showCount();
    });
    connect(m_bar, &LogBar::followChanged, this, &LogPanel::followTail);
    connect(&m_filter, &QAbstractItemModel::rowsInserted, this, [this] {
        showCount();
        followTail();
    });
    connect(&m_filter, &QAbstractItemModel::modelReset, this, &LogPanel::showCount);
    showCount();
}

void LogPanel::setUpTable()
{
    m_table->setModel(&m_filter);
    widgets::setUpTable(*m_table, widgets::RowDensity::Compact, models::EventLogModel::TextColumn);
    m_table->setSortingEnabled(false);
    m_table->setItemDelegateForColumn(models::EventLogModel::LevelColumn, new LevelDelegate(m_table));
    m_table->setColumnWidth(models::EventLogModel::TimeColumn, 84);
    m_table->setColumnWidth(models::EventLogModel::LevelColumn, 100);
    m_table->setColumnWidth(models::EventLogModel::StageColumn, 140);
    m_bar->followScrolling(*m_table->verticalScrollBar());
}

void LogPanel::showCount()
{
    const int shown = m_filter.rowCount();
    const int warnings = m_model.numAtLevel(store::EventLevel::Warning);
    const int errors = m_model.numAtLevel(store::EventLevel::Error);
    m_bar->setCount(tr("%1 shown · %2 warnings · %3 errors").arg(shown).arg(warnings).arg(errors));
}

void LogPanel::followTail()
{
    if (m_bar->isFollowing())
        m_table->scrollToBottom();
}

} // namespace msrl::pages
