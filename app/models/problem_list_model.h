// SPDX-License-Identifier: GPL-3.0-or-later
// The problems of the open project as a list: what is wrong, where, and what to do.
#pragma once

#include "core/curriculum/project.h"
#include "core/curriculum/validate.h"

#include <QAbstractListModel>
#include <QString>

#include <vector>

namespace msrl::models {

class ProblemListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        SeverityRole = Qt::UserRole + 1, // int of curriculum::Severity
        NodeRole, // node id; empty: the project itself
        FieldRole,
        HintRole,
    };

    using QAbstractListModel::QAbstractListModel;

    void setProblems(const curriculum::Project& project, const std::vector<curriculum::Problem>& problems);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Row
    {
        curriculum::Problem problem;
        QString place; // "Stage 2 › Learning rate"
    };
    std::vector<Row> m_rows;
};

} // namespace msrl::models
