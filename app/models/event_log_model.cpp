// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/event_log_model.h"

#include "app/models/strings.h"

#include <QDateTime>

#include <algorithm>

namespace msrl::models {

using store::EventLevel;

QString eventLevelText(EventLevel level)
{
    switch (level) {
    case EventLevel::Debug:
        return QObject::tr("debug");
    case EventLevel::Info:
        return QObject::tr("info");
    case EventLevel::Warning:
        return QObject::tr("warning");
    case EventLevel::Error:
        return QObject::tr("error");
    }
    return {};
}

EventLogModel::EventLogModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void EventLogModel::clear()
{
    beginResetModel();
    m_events.clear();
    endResetModel();
}

void EventLogModel::append(std::span<const store::EventRow> events)
{
    if (events.empty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(events.size()) - 1);
    m_events.insert(m_events.end(), events.begin(), events.end());
    endInsertRows();
}

int EventLogModel::numAtLevel(EventLevel level) const
{
    return static_cast<int>(std::count_if(m_events.begin(), m_events.end(),
        [level](const store::EventRow& event) { return event.level == level; }));
}

int EventLogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_events.size());
}

int EventLogModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : NumColumns;
}

QVariant EventLogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const store::EventRow& event = m_events[static_cast<std::size_t>(index.row())];
    if (role == LevelRole)
        return static_cast<int>(event.level);
    if (role == KindRole)
        return toQt(event.kind);
    if (role == Qt::ToolTipRole && index.column() == TextColumn)
        return toQt(event.text);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case TimeColumn:
        return QDateTime::fromMSecsSinceEpoch(event.timeMs).toString(QStringLiteral("HH:mm:ss"));
    case LevelColumn:
        return eventLevelText(event.level);
    case StageColumn:
        return event.step >= 0 ? QStringLiteral("%1 · %2").arg(toQt(event.stage)).arg(event.step)
                               : toQt(event.stage);
    case TextColumn:
        return toQt(event.text);
    default:
        return {};
    }
}

QVariant EventLogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case TimeColumn:
        return tr("Time");
    case LevelColumn:
        return tr("Level");
    case StageColumn:
        return tr("Stage · step");
    case TextColumn:
        return tr("What happened");
    default:
        return {};
    }
}

EventLogFilter::EventLogFilter(QObject* parent)
    : QSortFilterProxyModel(parent)
{
}

void EventLogFilter::setLeastLevel(EventLevel level)
{
    m_leastLevel = level;
    invalidateFilter();
}

void EventLogFilter::setSearch(const QString& text)
{
    m_search = text;
    invalidateFilter();
}

void EventLogFilter::setHiddenKinds(std::set<std::string> kinds)
{
    m_hiddenKinds = std::move(kinds);
    invalidateFilter();
}

bool EventLogFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const auto* log = qobject_cast<const EventLogModel*>(sourceModel());
    if (!log || parent.isValid())
        return false;
    const store::EventRow& event = log->event(row);
    if (event.level < m_leastLevel || m_hiddenKinds.contains(event.kind))
        return false;
    return m_search.isEmpty() || toQt(event.text).contains(m_search, Qt::CaseInsensitive)
        || toQt(event.stage).contains(m_search, Qt::CaseInsensitive);
}

} // namespace msrl::models
