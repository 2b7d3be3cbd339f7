// SPDX-License-Identifier: GPL-3.0-or-later
// The members of a run group one by one: what each is, how far it has come, and how long it took.
#pragma once

#include "core/groups/results.h"
#include "core/store/rows.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace msrl::models {

// "New : replay 5:1, seed 2"
QString memberTitle(const groups::RunGroup& group, const groups::Member& member);
// "Caption RL, step 12 of 60"
QString stageProgressText(const store::StageRow& stage);

class GroupMembersModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Configuration, Seed, State, Work, Time, NumColumns };
    // RunStateKind as int; invalid for a member that has not begun.
    enum Role { StateRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    // `stage`: what the running member works on.
    void setMembers(const groups::RunGroup& group, const std::vector<groups::MemberResult>& members,
        const std::optional<store::StageRow>& stage);
    const groups::MemberResult* member(int row) const; // null: no such row

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const groups::MemberResult& member, int column) const;

    groups::RunGroup m_group;
    std::vector<groups::MemberResult> m_members;
    std::optional<store::StageRow> m_stage;
};

} // namespace msrl::models
