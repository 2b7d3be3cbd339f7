// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/group_members_model.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "core/groups/early_stop.h"

#include <algorithm>

namespace msrl::models {

QString memberTitle(const groups::RunGroup& group, const groups::Member& member)
{
    const groups::Configuration* configuration = group.configuration(member.configuration);
    return QObject::tr("%1, seed %2")
        .arg(toQt(configuration ? configuration->title : member.configuration))
        .arg(member.seed);
}

QString stageProgressText(const store::StageRow& stage)
{
    const QString title = toQt(stage.title.empty() ? stage.stage : stage.title);
    if (stage.total <= 0)
        return title;
    return QObject::tr("%1, step %2 of %3").arg(title, countText(stage.step), countText(stage.total));
}

void GroupMembersModel::setMembers(const groups::RunGroup& group,
    const std::vector<groups::MemberResult>& members, const std::optional<store::StageRow>& stage)
{
    const bool sameRows = members.size() == m_members.size()
        && std::equal(members.begin(), members.end(), m_members.begin(),
            [](const auto& a, const auto& b) { return a.member == b.member; });
    // The selection of a person who looks at a running study stays where it is.
    if (!sameRows)
        beginResetModel();
    m_group = group;
    m_members = members;
    m_stage = stage;
    if (!sameRows)
        endResetModel();
    else if (!m_members.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, NumColumns - 1));
}

const groups::MemberResult* GroupMembersModel::member(int row) const
{
    return row >= 0 && row < rowCount() ? &m_members[static_cast<std::size_t>(row)] : nullptr;
}

int GroupMembersModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_members.size());
}

int GroupMembersModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(NumColumns);
}

QString GroupMembersModel::text(const groups::MemberResult& member, int column) const
{
    const bool works = member.exists && !store::isOver(member.state.kind);
    switch (column) {
    case Configuration: {
        const groups::Configuration* configuration = m_group.configuration(member.member.configuration);
        return toQt(configuration ? configuration->title : member.member.configuration);
    }
    case Seed:
        return QString::number(member.member.seed);
    case State:
        if (member.isGivenUp())
            return tr("Given up");
        return member.exists ? runStateText(member.state.kind) : tr("Waiting");
    case Work:
        if (works && m_stage)
            return stageProgressText(*m_stage);
        if (member.isGivenUp())
            return toQt(groups::givenUpText(m_group, *member.member.givenUp));
        if (!member.finished)
            return toQt(member.info.error);
        return tr("%1 results made, %2 reused").arg(member.made.size()).arg(member.reused.size());
    case Time:
        return member.exists && !works ? durationText(member.seconds) : QString();
    default:
        return {};
    }
}

QVariant GroupMembersModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const groups::MemberResult& one = m_members[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return text(one, index.column());
    if (role == StateRole)
        return one.exists ? QVariant(static_cast<int>(one.state.kind)) : QVariant();
    if (role == Qt::ToolTipRole && (index.column() == State || index.column() == Work)) {
        const QString detail = toQt(one.state.detail);
        const bool hasDetail = one.exists && !one.finished && !one.isGivenUp() && !detail.isEmpty();
        return hasDetail ? detail : text(one, index.column());
    }
    if (role == Qt::TextAlignmentRole && (index.column() == Seed || index.column() == Time))
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant GroupMembersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && (section == Seed || section == Time))
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Configuration:
        return tr("configuration");
    case Seed:
        return tr("seed");
    case State:
        return tr("state");
    case Work:
        return tr("work");
    case Time:
        return tr("time");
    default:
        return {};
    }
}

} // namespace msrl::models
