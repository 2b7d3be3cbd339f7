// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/problem_list_model.h"

#include "app/models/table_text.h"

namespace msrl::models {

namespace {

QString placeOf(const curriculum::Project& project, const curriculum::Problem& problem)
{
    const curriculum::Node* node = project.node(problem.nodeId);
    if (!node)
        return ProblemListModel::tr("Project");
    QString place = stageTitle(*node);
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node->type);
    if (spec && !problem.field.empty()) {
        if (const curriculum::FieldSpec* field = spec->field(problem.field))
            place += QStringLiteral(" › ") + tableText(field->label);
        else if (const curriculum::PortSpec* port = spec->input(problem.field))
            place += QStringLiteral(" › ") + tableText(port->label);
        else
            place += QStringLiteral(" › ") + QString::fromStdString(problem.field);
    }
    return place;
}

// "Stage 2 › Steps: 0 is out of range (1 or more)"
QString lineOf(const QString& place, const curriculum::Problem& problem)
{
    const QString line = QStringLiteral("%1: %2").arg(place, QString::fromStdString(problem.text));
    return problem.hint.empty() ? line
                                : QStringLiteral("%1 (%2)").arg(line, QString::fromStdString(problem.hint));
}

} // namespace

void ProblemListModel::setProblems(
    const curriculum::Project& project, const std::vector<curriculum::Problem>& problems)
{
    beginResetModel();
    m_rows.clear();
    for (const curriculum::Problem& problem : problems)
        m_rows.push_back({ problem, placeOf(project, problem) });
    endResetModel();
}

int ProblemListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ProblemListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole: // a long line is cut
        return lineOf(row.place, row.problem);
    case HintRole:
        return QString::fromStdString(row.problem.hint);
    case SeverityRole:
        return static_cast<int>(row.problem.severity);
    case NodeRole:
        return QString::fromStdString(row.problem.nodeId);
    case FieldRole:
        return QString::fromStdString(row.problem.field);
    default:
        return {};
    }
}

} // namespace msrl::models
