// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between the configurations of two or more runs, as a table: a row per setting that is not the
// same everywhere, a column per run.
#pragma once

#include "core/curriculum/project.h"
#include "core/groups/tables.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace msrl::models {

struct ConfiguredRun
{
    QString title;
    curriculum::Project project;
};

class RunDifferencesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Stage, What, FirstRun };
    // Whether a run's value differs from that of the first run.
    enum Role { DiffersRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    // The first run is what the others are held against; fewer than two leave the table empty.
    void setRuns(const std::vector<ConfiguredRun>& runs);
    int numDifferences() const { return static_cast<int>(m_rows.size()); }
    // As shown; what differs from the first run is strong.
    groups::Table table() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        QString stage;
        QString what;
        QStringList values; // one per run; empty: nothing there
    };

    QStringList m_titles;
    std::vector<Row> m_rows;
};

} // namespace msrl::models
