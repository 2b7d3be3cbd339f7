// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/evaluation_model.h"

#include "app/models/strings.h"

#include <algorithm>
#include <utility>

namespace msrl::models {

namespace {

QString cellText(const EvaluationColumn& column, const EvaluationCell& cell)
{
    return column.isCount ? QString::number(cell.value, 'f', 0) : QString::number(cell.value, 'f', 3);
}

std::string fullNumber(double value)
{
    return QString::number(value, 'g', 12).toStdString();
}

} // namespace

QString measureText(const std::string& measure)
{
    if (measure == "both_orders")
        return QObject::tr("both orders");
    if (measure == "parse_failures")
        return QObject::tr("unparsed");
    if (measure == "caption_exact")
        return QObject::tr("caption exact");
    const std::string task = "by_task/";
    QString text = toQt(measure.starts_with(task) ? measure.substr(task.size()) : measure);
    return text.replace(QLatin1Char('_'), QLatin1Char(' '));
}

EvaluationModel::EvaluationModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void EvaluationModel::setEvaluations(
    const std::vector<store::EvaluationRow>& rows, const std::vector<store::StageRow>& stages)
{
    beginResetModel();
    m_columns.clear();
    m_rows.clear();
    const auto columnOf = [this](const EvaluationColumn& sought) {
        const auto same = [&](const EvaluationColumn& column) {
            return column.benchmark == sought.benchmark && column.measure == sought.measure;
        };
        const auto found = std::find_if(m_columns.begin(), m_columns.end(), same);
        if (found != m_columns.end())
            return static_cast<std::size_t>(found - m_columns.begin());
        // Columns of one benchmark stay together, whichever policy brought them.
        auto place = std::find_if(m_columns.rbegin(), m_columns.rend(),
            [&](const EvaluationColumn& column) { return column.benchmark == sought.benchmark; });
        const auto at = place == m_columns.rend() ? m_columns.end() : place.base();
        const auto index = static_cast<std::size_t>(at - m_columns.begin());
        m_columns.insert(at, sought);
        for (Row& row : m_rows) {
            if (row.cells.size() >= index)
                row.cells.insert(row.cells.begin() + static_cast<std::ptrdiff_t>(index), std::nullopt);
        }
        return index;
    };
    for (const store::EvaluationRow& evaluation : rows) {
        Row row { evaluation.stage, evaluation.policy, toQt(evaluation.policy),
            static_cast<int>(stages.size()), {} };
        for (const store::StageRow& stage : stages) {
            if (stage.stage == evaluation.policy
                || (stage.nodeId == evaluation.policy && stage.nodeType != "evaluate")) {
                row.title = toQt(stage.title.empty() ? stage.stage : stage.title);
                row.position = stage.position;
            }
        }
        m_rows.push_back(std::move(row));
        for (const Measured& one : readEvaluation(evaluation.report)) {
            const std::size_t column = columnOf(one.column);
            auto& cells = m_rows.back().cells;
            cells.resize(std::max(cells.size(), column + 1));
            cells[column] = one.cell;
        }
    }
    for (Row& row : m_rows)
        row.cells.resize(m_columns.size());
    std::stable_sort(
        m_rows.begin(), m_rows.end(), [](const Row& a, const Row& b) { return a.position < b.position; });
    endResetModel();
}

const EvaluationCell* EvaluationModel::cell(int row, int column) const
{
    if (row < 0 || row >= rowCount() || column < 1 || column >= columnCount())
        return nullptr;
    const auto& value = m_rows[static_cast<std::size_t>(row)].cells[static_cast<std::size_t>(column - 1)];
    return value ? &*value : nullptr;
}

bool EvaluationModel::isBest(int row, int column) const
{
    const EvaluationCell* own = cell(row, column);
    if (!own)
        return false;
    const bool fewer = m_columns[static_cast<std::size_t>(column - 1)].isCount;
    int rivals = 0;
    for (int other = 0; other < rowCount(); ++other) {
        const EvaluationCell* rival = other == row ? nullptr : cell(other, column);
        if (!rival)
            continue;
        if (fewer ? rival->value <= own->value : rival->value >= own->value)
            return false;
        ++rivals;
    }
    return rivals > 0;
}

int EvaluationModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EvaluationModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_rows.empty() ? 0 : static_cast<int>(m_columns.size()) + 1;
}

QVariant EvaluationModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (index.column() == 0) {
        const Row& row = m_rows[static_cast<std::size_t>(index.row())];
        if (role == Qt::ToolTipRole)
            return toQt(row.policy);
        return role == Qt::DisplayRole ? QVariant(row.title) : QVariant();
    }
    const EvaluationCell* value = cell(index.row(), index.column());
    const EvaluationColumn& column = m_columns[static_cast<std::size_t>(index.column() - 1)];
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (!value)
        return role == Qt::DisplayRole ? QVariant(QStringLiteral("–")) : QVariant();
    switch (role) {
    case Qt::DisplayRole:
        return cellText(column, *value);
    case Qt::ToolTipRole:
        if (value->trials == 0)
            return {};
        return tr("95 % interval %1 to %2, over %3 judgements")
            .arg(QString::number(value->low, 'f', 3), QString::number(value->high, 'f', 3))
            .arg(value->trials);
    case ValueRole:
        return value->value;
    case LowRole:
        return value->trials > 0 ? QVariant(value->low) : QVariant();
    case HighRole:
        return value->trials > 0 ? QVariant(value->high) : QVariant();
    case BestRole:
        return isBest(index.row(), index.column());
    case BenchmarkRole:
        return toQt(column.benchmark);
    default:
        return {};
    }
}

QVariant EvaluationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (section == 0)
        return role == Qt::DisplayRole ? QVariant(tr("Policy after")) : QVariant();
    const EvaluationColumn& column = m_columns[static_cast<std::size_t>(section - 1)];
    if (role == BenchmarkRole)
        return toQt(column.benchmark);
    return role == Qt::DisplayRole ? QVariant(measureText(column.measure)) : QVariant();
}

groups::Table EvaluationModel::shownTable() const
{
    groups::Table table;
    table.head = { tr("policy after").toStdString() };
    for (const EvaluationColumn& column : m_columns)
        table.head.push_back((column.benchmark.empty() ? "" : column.benchmark + ": ")
            + measureText(column.measure).toStdString());
    for (int row = 0; row < rowCount(); ++row) {
        table.rows.push_back({ m_rows[static_cast<std::size_t>(row)].title.toStdString() });
        table.strong.push_back({ false });
        for (int column = 1; column < columnCount(); ++column) {
            const EvaluationCell* value = cell(row, column);
            QString text = index(row, column).data().toString();
            if (value && value->trials > 0)
                text += QStringLiteral(" (%1–%2)")
                            .arg(QString::number(value->low, 'f', 3), QString::number(value->high, 'f', 3));
            table.rows.back().push_back(text.toStdString());
            table.strong.back().push_back(isBest(row, column));
        }
    }
    return table;
}

groups::Table EvaluationModel::fullTable() const
{
    groups::Table table;
    table.head = { "policy" };
    for (const EvaluationColumn& column : m_columns) {
        const std::string name
            = column.benchmark.empty() ? column.measure : column.benchmark + "/" + column.measure;
        table.head.insert(table.head.end(), { name, name + "/low", name + "/high" });
    }
    for (int row = 0; row < rowCount(); ++row) {
        std::vector<std::string> cells { m_rows[static_cast<std::size_t>(row)].policy };
        for (int column = 1; column < columnCount(); ++column) {
            const EvaluationCell* value = cell(row, column);
            const bool bounded = value && value->trials > 0;
            cells.push_back(value ? fullNumber(value->value) : "");
            cells.push_back(bounded ? fullNumber(value->low) : "");
            cells.push_back(bounded ? fullNumber(value->high) : "");
        }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

QString EvaluationModel::toMarkdown() const
{
    return toQt(groups::markdownTable(shownTable()));
}

QString EvaluationModel::toLatex() const
{
    return toQt(groups::latexTable(shownTable()));
}

QString EvaluationModel::toCsv() const
{
    return toQt(groups::csvCells(fullTable()));
}

} // namespace msrl::models
