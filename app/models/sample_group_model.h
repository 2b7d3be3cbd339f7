// SPDX-License-Identifier: GPL-3.0-or-later
// The prompts of one step with how their completions fared: mean reward and spread, and whether the group
// taught anything at all.
#pragma once

#include "core/store/rows.h"

#include <QAbstractListModel>
#include <QString>

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
    bool hasFormatError() const; // a completion without the whole format reward, or without an answer
    bool hasCutCompletion() const;
    // In the id, the prompt or a completion; upper or lower case.
    bool contains(const QString& text) const;
};

// A prompt as people read it: a special token that follows itself is written once with its count, "<img>
// ×256".
QString promptText(const std::string& prompt);

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
    enum class Show { All, NoSpread, SomeWrong, FormatError, Cut, New, Replay };

    explicit SampleGroupModel(QObject* parent = nullptr);

    void setSamples(std::vector<store::SampleRow> samples);
    void setOrder(Order order);
    void setShow(Show show);
    void setSearch(const QString& text);
    const SampleGroup* group(int row) const;
    // Of the step, whatever is searched for.
    int count(Show show) const;
    double meanReward() const; // of the step's prompts
    int numGroups() const { return static_cast<int>(m_groups.size()); }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void arrange();

    std::vector<SampleGroup> m_groups; // of the step
    std::vector<std::size_t> m_shown; // positions, in order
    Order m_order = Order::Prompt;
    Show m_show = Show::All;
    QString m_search;
};

} // namespace msrl::models
