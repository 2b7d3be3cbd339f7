// SPDX-License-Identifier: GPL-3.0-or-later
// The prompts of one step with how their completions fared: mean reward and spread, and whether the group
// taught anything at all.
#pragma once

#include "core/store/rows.h"

#include <QAbstractListModel>

#include <vector>

namespace msrl::models {

// The completions of one prompt in one step.
struct SampleGroup
{
    std::string stage;
    std::int64_t step = 0;
    int promptIndex = 0;
    std::vector<store::SampleRow> completions; // by completion index

    double meanReward() const;
    // Population standard deviation; 0 means that the group has no advantage and teaches nothing.
    double rewardSpread() const;
    // Of the completions with a gold label; -1 when none has one.
    double accuracy() const;
};

// Groups in order of step, newest first, then prompt.
std::vector<SampleGroup> groupSamples(std::vector<store::SampleRow> samples);

class SampleGroupModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        MeanRewardRole = Qt::UserRole + 1, // double
        SpreadRole, // double
        RewardsRole, // QList<double>, one per completion
        SourceRole, // "new", "replay"
        TaskRole,
        SampleIdRole,
        StepRole,
    };
    enum class Order { Prompt, LowestReward, HighestSpread };

    explicit SampleGroupModel(QObject* parent = nullptr);

    void setSamples(std::vector<store::SampleRow> samples);
    void setOrder(Order order);
    const SampleGroup* group(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void sort();

    std::vector<SampleGroup> m_groups;
    Order m_order = Order::Prompt;
};

} // namespace msrl::models
