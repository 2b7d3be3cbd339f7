// SPDX-License-Identifier: GPL-3.0-or-later
// A run's dated remarks as a table, oldest first, with the filter that a log view needs.
#pragma once

#include "core/store/rows.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <set>
#include <span>
#include <vector>

namespace msrl::models {

class EventLogModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { TimeColumn, LevelColumn, StageColumn, TextColumn, NumColumns };
    enum Role { LevelRole = Qt::UserRole + 1, KindRole };

    explicit EventLogModel(QObject* parent = nullptr);

    void clear();
    void append(std::span<const store::EventRow> events);
    const store::EventRow& event(int row) const { return m_events[static_cast<std::size_t>(row)]; }
    int numAtLevel(store::EventLevel level) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<store::EventRow> m_events;
};

// Shows events at or above a level, of some kinds, whose text or stage contains what is searched for.
class EventLogFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit EventLogFilter(QObject* parent = nullptr);

    void setLeastLevel(store::EventLevel level);
    void setSearch(const QString& text);
    void setHiddenKinds(std::set<std::string> kinds);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    store::EventLevel m_leastLevel = store::EventLevel::Debug;
    QString m_search;
    std::set<std::string> m_hiddenKinds;
};

QString eventLevelText(store::EventLevel level);

} // namespace msrl::models
