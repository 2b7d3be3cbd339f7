// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge said about held-out pairs, a row per pair with both orders: the errors first of all.
#pragma once

#include "core/judge/calibration.h"
#include "core/store/rows.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace msrl::models {

enum class PairOutcome {
    Right, // in both orders
    OneOrder, // in one of them: the judge follows the place, not the content
    Wrong, // in both
};

// A pair as an evaluation shows it: as in the file, and with A and B exchanged.
struct JudgedPair
{
    store::SampleRow given;
    std::optional<store::SampleRow> exchanged; // nothing while the evaluation has not come so far

    PairOutcome outcome() const; // unread answers are wrong
    bool hasUnread() const;
};

// The rows of one evaluation, in its order.
std::vector<JudgedPair> pairsOf(std::vector<store::SampleRow> judgements);
// Per judgement: the mean probability of the tokens that the judge wrote, and whether its answer is right.
std::vector<judge::Scored> claimsOf(const std::vector<JudgedPair>& pairs, const std::string& set);

class JudgementModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Sample, Task, Given, Exchanged, Outcome, NumColumns };
    enum Role { OutcomeRole = Qt::UserRole, UnreadRole }; // PairOutcome as int; bool
    enum class Show { Errors, OneOrder, Wrong, Unread, All, NumShows };

    using QAbstractTableModel::QAbstractTableModel;

    void setPairs(std::vector<JudgedPair> pairs);
    // What is shown: of one held-out set (empty: all of them), of one kind, and with these words.
    void setFilter(const std::string& set, Show show, const QString& words);

    const std::vector<JudgedPair>& pairs() const { return m_pairs; }
    std::vector<std::string> sets() const; // in order of appearance
    int count(const std::string& set, Show show) const;
    const JudgedPair* pair(int row) const; // null: no such row
    int rowOf(int promptIndex) const; // of the pair as given; -1 where it is not shown

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void select();

    std::vector<JudgedPair> m_pairs;
    std::vector<std::size_t> m_shown; // indices into m_pairs
    std::string m_set;
    Show m_show = Show::Errors;
    QString m_words;
};

} // namespace msrl::models
