// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/run_differences.h"

#include "app/models/project_diff.h"

#include <algorithm>

namespace msrl::models {

void RunDifferencesModel::setRuns(const std::vector<ConfiguredRun>& runs)
{
    beginResetModel();
    m_titles.clear();
    m_rows.clear();
    const auto numRuns = static_cast<qsizetype>(runs.size());
    for (const ConfiguredRun& run : runs)
        m_titles << run.title;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        // A change that comes twice for one stage, such as two edges into one port, keeps two rows.
        std::vector<std::size_t> taken;
        for (const ProjectChange& change : projectChanges(runs.front().project, runs[i].project)) {
            std::size_t at = 0;
            const auto same = [&](const Row& row) {
                return row.stage == change.stage && row.what == change.what && row.values[0] == change.before;
            };
            while (at < m_rows.size()
                && (!same(m_rows[at]) || std::find(taken.begin(), taken.end(), at) != taken.end()))
                ++at;
            if (at == m_rows.size()) {
                // Runs that do not differ from the first here have its value.
                QStringList values;
                for (qsizetype run = 0; run < numRuns; ++run)
                    values << change.before;
                m_rows.push_back({ change.stage, change.what, values });
            }
            taken.push_back(at);
            m_rows[at].values[static_cast<qsizetype>(i)] = change.after;
        }
    }
    endResetModel();
}

groups::Table RunDifferencesModel::table() const
{
    groups::Table table;
    for (int column = 0; column < columnCount(); ++column)
        table.head.push_back(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().toStdString());
    for (int row = 0; row < rowCount(); ++row) {
        table.rows.emplace_back();
        table.strong.emplace_back();
        for (int column = 0; column < columnCount(); ++column) {
            const QModelIndex cell = index(row, column);
            table.rows.back().push_back(data(cell, Qt::DisplayRole).toString().toStdString());
            table.strong.back().push_back(data(cell, DiffersRole).toBool());
        }
    }
    return table;
}

int RunDifferencesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : numDifferences();
}

int RunDifferencesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : FirstRun + static_cast<int>(m_titles.size());
}

QVariant RunDifferencesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const int run = index.column() - FirstRun;
    if (role == DiffersRole)
        return run > 0 && row.values[run] != row.values[0];
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    if (run < 0)
        return index.column() == Stage ? row.stage : row.what;
    return row.values[run].isEmpty() ? QStringLiteral("–") : row.values[run];
}

QVariant RunDifferencesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()
        || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    if (section >= FirstRun)
        return m_titles[section - FirstRun];
    return section == Stage ? tr("stage") : tr("what");
}

} // namespace msrl::models
