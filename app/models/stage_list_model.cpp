// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/stage_list_model.h"

#include "app/models/strings.h"

#include <algorithm>

namespace msrl::models {

using store::StageState;

QString stageStateText(StageState state)
{
    switch (state) {
    case StageState::Queued:
        return QObject::tr("queued");
    case StageState::Running:
        return QObject::tr("running");
    case StageState::AwaitingAudit:
        return QObject::tr("awaiting audit");
    case StageState::Done:
        return QObject::tr("done");
    case StageState::Reused:
        return QObject::tr("reused");
    case StageState::Bypassed:
        return QObject::tr("bypassed");
    case StageState::Stopped:
        return QObject::tr("stopped");
    case StageState::Failed:
        return QObject::tr("failed");
    }
    return {};
}

StageListModel::StageListModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void StageListModel::setStages(std::vector<store::StageRow> stages)
{
    std::stable_sort(stages.begin(), stages.end(),
        [](const store::StageRow& a, const store::StageRow& b) { return a.position < b.position; });
    const auto sameId = [](const store::StageRow& a, const store::StageRow& b) { return a.stage == b.stage; };
    if (std::equal(stages.begin(), stages.end(), m_stages.begin(), m_stages.end(), sameId)) {
        m_stages = std::move(stages);
        if (!m_stages.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_stages = std::move(stages);
    if (m_stages.empty()) {
        m_resumed.clear();
        m_leftOut.clear();
    }
    endResetModel();
}

void StageListModel::setResumed(const std::string& stage, std::int64_t step, std::int64_t timeMs)
{
    m_resumed[stage] = { step, timeMs };
    const int row = activeRow();
    if (row >= 0)
        Q_EMIT dataChanged(index(row), index(row), { RemainingRole });
}

void StageListModel::setLeftOut(const std::string& stage, const QString& why)
{
    m_leftOut[stage] = why;
    if (!m_stages.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), { StateTextRole, MessageRole, Qt::ToolTipRole });
}

bool StageListModel::isLeftOut(const store::StageRow& stage) const
{
    return stage.state == StageState::Bypassed && m_leftOut.contains(stage.stage);
}

QString StageListModel::stateText(int row) const
{
    const store::StageRow& stage = m_stages[static_cast<std::size_t>(row)];
    return isLeftOut(stage) ? tr("left out") : stageStateText(stage.state);
}

QString StageListModel::message(int row) const
{
    const store::StageRow& stage = m_stages[static_cast<std::size_t>(row)];
    return stage.message.empty() && isLeftOut(stage) ? m_leftOut.at(stage.stage) : toQt(stage.message);
}

void StageListModel::setNow(std::int64_t nowMs)
{
    m_nowMs = nowMs;
    const int row = activeRow();
    if (row >= 0)
        Q_EMIT dataChanged(index(row), index(row), { ElapsedRole, RemainingRole });
}

const store::StageRow* StageListModel::stage(const QString& id) const
{
    const std::string sought = id.toStdString();
    const auto found = std::find_if(
        m_stages.begin(), m_stages.end(), [&](const store::StageRow& row) { return row.stage == sought; });
    return found == m_stages.end() ? nullptr : &*found;
}

int StageListModel::activeRow() const
{
    for (std::size_t i = 0; i < m_stages.size(); ++i) {
        if (m_stages[i].state == StageState::Running || m_stages[i].state == StageState::AwaitingAudit)
            return static_cast<int>(i);
    }
    return -1;
}

double StageListModel::elapsedSeconds(int row) const
{
    const store::StageRow& stage = m_stages[static_cast<std::size_t>(row)];
    if (stage.startedMs == 0)
        return 0;
    const std::int64_t end = stage.endedMs != 0 ? stage.endedMs : std::max(m_nowMs, stage.startedMs);
    return static_cast<double>(end - stage.startedMs) / 1000.0;
}

double StageListModel::remainingSeconds(int row) const
{
    const store::StageRow& stage = m_stages[static_cast<std::size_t>(row)];
    Resumed from { 0, stage.startedMs };
    const auto resumed = m_resumed.find(stage.stage);
    if (resumed != m_resumed.end() && resumed->second.timeMs >= stage.startedMs)
        from = resumed->second;
    if (stage.state != StageState::Running || stage.step <= from.step || stage.total <= 0)
        return -1;
    const auto left = static_cast<double>(std::max<std::int64_t>(stage.total - stage.step, 0));
    const auto spent = static_cast<double>(std::max<std::int64_t>(m_nowMs - from.timeMs, 0)) / 1000.0;
    return spent / static_cast<double>(stage.step - from.step) * left;
}

int StageListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_stages.size());
}

QVariant StageListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const store::StageRow& stage = m_stages[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return toQt(stage.title.empty() ? stage.stage : stage.title);
    case Qt::ToolTipRole:
    case MessageRole:
        return message(index.row());
    case IdRole:
        return toQt(stage.stage);
    case NodeTypeRole:
        return toQt(stage.nodeType);
    case StateRole:
        return static_cast<int>(stage.state);
    case StateTextRole:
        return stateText(index.row());
    case ProgressRole:
        return stage.total > 0
            ? std::min(1.0, static_cast<double>(stage.step) / static_cast<double>(stage.total))
            : -1.0;
    case ElapsedRole:
        return elapsedSeconds(index.row());
    case RemainingRole:
        return remainingSeconds(index.row());
    default:
        return {};
    }
}

QHash<int, QByteArray> StageListModel::roleNames() const
{
    QHash<int, QByteArray> names = QAbstractListModel::roleNames();
    names.insert({ { IdRole, "stageId" }, { NodeTypeRole, "nodeType" }, { StateRole, "state" },
        { StateTextRole, "stateText" }, { ProgressRole, "progress" }, { ElapsedRole, "elapsed" },
        { RemainingRole, "remaining" }, { MessageRole, "message" } });
    return names;
}

} // namespace msrl::models
