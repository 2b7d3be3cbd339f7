// SPDX-License-Identifier: GPL-3.0-or-later
// The table of a run group, as core/groups writes it, for a view.
#pragma once

#include "core/groups/tables.h"

#include <QAbstractTableModel>

namespace msrl::models {

class GroupTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setTable(groups::Table table);
    const groups::Table& table() const { return m_table; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    groups::Table m_table;
};

} // namespace msrl::models
