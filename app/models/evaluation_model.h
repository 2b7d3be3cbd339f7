// SPDX-License-Identifier: GPL-3.0-or-later
// What the evaluated policies are worth, as one table: a row per policy in plan order, a column per benchmark
// and measure, with intervals and the best of each column marked.
#pragma once

#include "app/models/evaluation_report.h"
#include "core/groups/tables.h"
#include "core/store/rows.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace msrl::models {

class EvaluationModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role {
        ValueRole = Qt::UserRole + 1, // double; invalid where a policy was not measured
        LowRole,
        HighRole,
        BestRole, // bool
        BenchmarkRole, // also of a header section
    };

    explicit EvaluationModel(QObject* parent = nullptr);

    // Titles and order come from the stages; a policy that is none of them stands last.
    void setEvaluations(
        const std::vector<store::EvaluationRow>& rows, const std::vector<store::StageRow>& stages);

    const std::vector<EvaluationColumn>& columns() const { return m_columns; }
    const EvaluationCell* cell(int row, int column) const; // column of the model; null where there is none
    bool isBest(int row, int column) const;
    // Of the evaluation that the row shows: its judgements are kept under this name.
    const std::string& stage(int row) const { return m_rows[static_cast<std::size_t>(row)].stage; }

    QString toMarkdown() const;
    // A tabular with booktabs rules, the best of each column in bold.
    QString toLatex() const;
    // Values, lower and upper bounds in full precision; the separator is a comma.
    QString toCsv() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        std::string stage;
        std::string policy;
        QString title;
        int position = 0;
        std::vector<std::optional<EvaluationCell>> cells; // per m_columns
    };

    groups::Table shownTable() const; // as shown, with intervals
    groups::Table fullTable() const; // a column each for a value and its bounds

    std::vector<EvaluationColumn> m_columns;
    std::vector<Row> m_rows;
};

QString measureText(const std::string& measure);

} // namespace msrl::models
