// SPDX-License-Identifier: GPL-3.0-or-later
// The stages of a run in plan order with what a person asks about each: state in a word, progress, time spent
// and time to go.
#pragma once

#include "core/store/rows.h"

#include <QAbstractListModel>

#include <map>
#include <string>
#include <vector>

namespace msrl::models {

class StageListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        NodeTypeRole,
        StateRole, // int of store::StageState
        StateTextRole, // as stateText() has it
        ProgressRole, // double in [0, 1], -1 while the total is unknown
        ElapsedRole, // double, seconds so far
        RemainingRole, // double, estimated seconds to go, -1 while unknown
        MessageRole, // what the stage says of itself, or why it was left out
    };

    explicit StageListModel(QObject* parent = nullptr);

    // Replaces what is known; rows that stay keep their place, so selections survive.
    void setStages(std::vector<store::StageRow> stages);
    // The stage went on after `step` at this time: what came before took its time in another process. Rows
    // that say so come in their order; an empty list of stages forgets them.
    void setResumed(const std::string& stage, std::int64_t step, std::int64_t timeMs);
    // The run went past a stage that nobody bypassed. Forgotten as the above.
    void setLeftOut(const std::string& stage, const QString& why);
    // Now, for the time spent by what is running.
    void setNow(std::int64_t nowMs);

    const std::vector<store::StageRow>& stages() const { return m_stages; }
    const store::StageRow* stage(const QString& id) const;
    // The stage that runs or waits, -1 when none does.
    int activeRow() const;
    // The word for its state: "running", "left out".
    QString stateText(int row) const;
    double elapsedSeconds(int row) const;
    double remainingSeconds(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    struct Resumed
    {
        std::int64_t step = 0;
        std::int64_t timeMs = 0;
    };

    QString message(int row) const;
    bool isLeftOut(const store::StageRow& stage) const;

    std::vector<store::StageRow> m_stages;
    std::map<std::string, Resumed> m_resumed; // by stage, the newest
    std::map<std::string, QString> m_leftOut; // why, by stage
    std::int64_t m_nowMs = 0;
};

// "awaiting audit", "stopped by you", …: the word shown for a state.
QString stageStateText(store::StageState state);

} // namespace msrl::models
